/** Quick fixes of LSP, selected by the code of the problem. Does not change documents itself. */

import type { CodeAction, Diagnostic, Range, TextEdit, WorkspaceEdit } from "vscode-languageserver";
import type { Problem } from "../../../src/catalog/text/problem.ts";
import type { ClientFeatures } from "../../client-features.ts";
import { endOf } from "../../documents/dotenv.ts";
import { endedAs } from "../../documents/line-ends.ts";
import type { OpenDocument } from "../../documents/open-document.ts";
import { rangeOf, touches, uriOf } from "../../documents/text-ranges.ts";
import type { Fix, FixContext, FixMaker } from "./fix-context.ts";
import {
  missingField,
  ownInstances,
  removeKey,
  repeatedServer,
  requiredFields,
  spacesForTabs,
} from "./line-fixes.ts";
import { repeatedName } from "./metadata-name-fixes.ts";
import { moveKey } from "./move-key-fix.ts";
import {
  addQuotes,
  allowedId,
  booleanWord,
  emptyValue,
  removeQuotes,
  runtimeType,
  suggestedKey,
  suggestedValue,
  withinRange,
} from "./text-fixes.ts";
import { literalDollar, moveSecret, unsetVariable } from "./variable-fixes.ts";

/** By problem code. */
const makers: Readonly<Record<string, FixMaker>> = {
  "unknown-key": (problem, context) => [...suggestedKey(problem, context), ...moveKey(problem, context)],
  "not-allowed-value": suggestedValue,
  "unknown-runtime-type": runtimeType,
  "unquoted-text": addQuotes,
  "not-a-number": removeQuotes,
  "not-a-boolean": booleanWord,
  "not-allowed-text": allowedId,
  reserved: allowedId,
  "out-of-range": withinRange,
  "empty-value": emptyValue,
  "empty-file": requiredFields,
  "missing-field": missingField,
  "duplicate-id": repeatedServer,
  "duplicate-name": repeatedName,
  "duplicate-key": removeKey,
  "unused-env": removeKey,
  "unset-variable": unsetVariable,
  "malformed-variable": literalDollar,
  "plain-text-secret": moveSecret,
  "shared-state": ownInstances,
  "yaml-tab-as-indent": spacesForTabs,
};

/** Codes of the problems that have fixes. */
export const codesWithFixes: readonly string[] = Object.keys(makers);

/** Limit for the number of problems in a range, because a longer list of fixes is not useful. */
const maxProblems = 50;

/** The fixes for the problems in a range. `diagnostics` are those that the client shows there. */
export async function fixesAt(
  document: OpenDocument,
  range: Range,
  diagnostics: readonly Diagnostic[],
  client: ClientFeatures,
): Promise<CodeAction[]> {
  const { checked, documentContext } = document;
  // The positions belong to an older text.
  if (checked === undefined || checked.version !== document.text.version) return [];
  const problems = checked.problems
    .filter((problem) => touches(rangeOf(problem), range))
    .slice(0, maxProblems);
  if (problems.length === 0) return [];
  const dotenv = await documentContext.dotenvNames();
  const context: FixContext = {
    document,
    entries: document.entries(),
    variableNames: [...dotenv.map(({ name }) => name), ...documentContext.environmentNames()],
    secretNames: await documentContext.secretNames(),
    hasClientSecrets: documentContext.hasClientSecrets,
  };
  const hasDotenv = client.createFiles || (await documentContext.hasDotenv());
  const made = problems.flatMap((problem) => fixesOf(problem, context).map((fix) => ({ problem, fix })));
  return Promise.all(
    made
      .filter(({ fix }) => hasDotenv || fix.dotenvLine === undefined)
      .map((problemFix) => actionOf(document, problemFix, diagnostics, client)),
  );
}

/** The fixes for one problem. */
export function fixesOf(problem: Problem, context: FixContext): readonly Fix[] {
  return Object.hasOwn(makers, problem.code) ? (makers[problem.code]?.(problem, context) ?? []) : [];
}

interface ProblemFix {
  readonly problem: Problem;
  readonly fix: Fix;
}

async function actionOf(
  document: OpenDocument,
  { problem, fix }: ProblemFix,
  diagnostics: readonly Diagnostic[],
  client: ClientFeatures,
): Promise<CodeAction> {
  const shown = diagnostics.filter(
    ({ code, message }) => code === problem.code && message === problem.message,
  );
  const edit = await editOf(document, fix, client);
  return {
    title: fix.title,
    kind: "quickfix",
    diagnostics: shown,
    ...(fix.isPreferred && { isPreferred: true }),
    ...(edit && { edit }),
    ...(fix.command && { command: fix.command }),
  };
}

async function editOf(
  { uri, text, documentContext }: OpenDocument,
  { edits, dotenvLine }: Fix,
  client: ClientFeatures,
): Promise<WorkspaceEdit | undefined> {
  if (edits === undefined && dotenvLine === undefined) return undefined;
  const own = { uri, version: text.version, edits: withLineEnds(text.getText(), edits ?? []) };
  if (dotenvLine === undefined) return workspaceEdit([own], client);
  const dotenv = await documentContext.dotenvText();
  const { at, before } = endOf(dotenv);
  const added: TextEdit = { range: { start: at, end: at }, newText: `${before}${dotenvLine}\n` };
  const dotenvUri = uriOf(documentContext.dotenvFile);
  const ofDotenv = { uri: dotenvUri, version: null, edits: withLineEnds(dotenv, [added]) };
  return workspaceEdit(edits ? [ofDotenv, own] : [ofDotenv], client, dotenvUri);
}

interface FileEdits {
  readonly uri: string;
  readonly version: number | null;
  readonly edits: TextEdit[];
}

/** `created` is a file that may not exist yet. */
function workspaceEdit(files: readonly FileEdits[], client: ClientFeatures, created?: string): WorkspaceEdit {
  if (!client.documentChanges)
    return { changes: Object.fromEntries(files.map(({ uri, edits }) => [uri, edits])) };
  const changes = files.map(({ uri, version, edits }) => ({ textDocument: { uri, version }, edits }));
  if (created === undefined || !client.createFiles) return { documentChanges: changes };
  return {
    documentChanges: [{ kind: "create", uri: created, options: { ignoreIfExists: true } }, ...changes],
  };
}

/** Uses the line ends of the text to edit. */
function withLineEnds(text: string, edits: readonly TextEdit[]): TextEdit[] {
  return edits.map(({ range, newText }) => ({ range, newText: endedAs(text, newText) }));
}
