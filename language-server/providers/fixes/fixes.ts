/** Quick fixes of LSP, looked up by the kind of problem. Changes nothing itself. */

import type { CodeAction, Diagnostic, Range, TextEdit, WorkspaceEdit } from "vscode-languageserver";
import type { Problem } from "../../../src/catalog/text/problem.ts";
import { endOf } from "../../documents/dotenv.ts";
import type { OpenDocument } from "../../documents/open-document.ts";
import { rangeOf, touches, uriOf } from "../../documents/places.ts";
import type { Fix, FixContext, FixMaker } from "./fix.ts";
import { missingField, removeKey, repeatedServer, requiredFields, spacesForTabs } from "./lines.ts";
import { moveKey } from "./moves.ts";
import { repeatedName } from "./names.ts";
import { literalDollar, moveSecret, unsetVariable } from "./variables.ts";
import {
  allowedId,
  booleanWord,
  emptyValue,
  meantKey,
  meantValue,
  quoteIt,
  removeQuotes,
  runtimeType,
  withinRange,
} from "./words.ts";

/** By the code of the problem. */
const makers: Readonly<Record<string, FixMaker>> = {
  "unknown-key": (problem, context) => [...meantKey(problem, context), ...moveKey(problem, context)],
  "not-allowed-value": meantValue,
  "unknown-runtime-type": runtimeType,
  "unquoted-text": quoteIt,
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
  "yaml-tab-as-indent": spacesForTabs,
};

/** The problems something can be done about. */
export const codesWithFixes: readonly string[] = Object.keys(makers);

/** Of a range with more of them, nobody picks one. */
const mostProblems = 50;

/** The fixes for the problems that a range touches. `diagnostics` are those the client shows there. */
export async function fixesAt(
  document: OpenDocument,
  range: Range,
  diagnostics: readonly Diagnostic[],
): Promise<CodeAction[]> {
  const { checked, surroundings } = document;
  // Places of an older text are others by now.
  if (checked === undefined || checked.version !== document.text.version) return [];
  const problems = checked.problems
    .filter((problem) => touches(rangeOf(problem), range))
    .slice(0, mostProblems);
  if (problems.length === 0) return [];
  const dotenv = await surroundings.dotenvNames();
  const context: FixContext = {
    document,
    entries: document.entries(),
    variableNames: [...dotenv.map(({ name }) => name), ...surroundings.environmentNames()],
    secretNames: await surroundings.secretNames(),
    hasClientSecrets: surroundings.hasClientSecrets,
  };
  const made = problems.flatMap((problem) => fixesOf(problem, context).map((fix) => ({ problem, fix })));
  return Promise.all(made.map(({ problem, fix }) => actionOf(document, problem, fix, diagnostics)));
}

/** What can be done about one problem. */
export function fixesOf(problem: Problem, context: FixContext): readonly Fix[] {
  return Object.hasOwn(makers, problem.code) ? (makers[problem.code]?.(problem, context) ?? []) : [];
}

async function actionOf(
  document: OpenDocument,
  problem: Problem,
  fix: Fix,
  diagnostics: readonly Diagnostic[],
): Promise<CodeAction> {
  const shown = diagnostics.filter(
    ({ code, message }) => code === problem.code && message === problem.message,
  );
  const edit = await editOf(document, fix);
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
  document: OpenDocument,
  { edits, dotenvLine }: Fix,
): Promise<WorkspaceEdit | undefined> {
  if (edits === undefined && dotenvLine === undefined) return undefined;
  const { uri, text, surroundings } = document;
  const own = edits ? [{ textDocument: { uri, version: text.version }, edits: [...edits] }] : [];
  if (dotenvLine === undefined) return { documentChanges: own };
  const dotenv = uriOf(surroundings.dotenvFile);
  const { at, before } = endOf(await surroundings.dotenvText());
  const added: TextEdit = { range: { start: at, end: at }, newText: `${before}${dotenvLine}\n` };
  return {
    documentChanges: [
      { kind: "create", uri: dotenv, options: { ignoreIfExists: true } },
      { textDocument: { uri: dotenv, version: null }, edits: [added] },
      ...own,
    ],
  };
}
