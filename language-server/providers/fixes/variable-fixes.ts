/** Fixes of variables and secrets. A secret's value goes only from the document to the secret storage. */

import { closest } from "../../../src/catalog/did-you-mean.ts";
import { argName, secretsIn } from "../../../src/catalog/secrets/secret-detector.ts";
import type { Path, Problem, TextRange } from "../../../src/catalog/text/problem.ts";
import { cursorAt } from "../../documents/cursor.ts";
import type { DocumentEntry } from "../../documents/document-entry.ts";
import { dotenvLine } from "../../documents/dotenv.ts";
import type { Field } from "../../documents/outline.ts";
import { rangeOf } from "../../documents/text-ranges.ts";
import type { MoveToSecret } from "../../protocol.ts";
import { commands } from "../../protocol.ts";
import type { Fix, FixContext } from "./fix-context.ts";
import { entryOf, fieldsAround, insertAt, lineAt, replace, textAt } from "./fix-context.ts";

/** Fields of a config that must not be empty. */
const neverEmpty: readonly unknown[] = ["api_key", "listen_addr"];

export function unsetVariable(problem: Problem, context: FixContext): Fix[] {
  const name = textAt(context, problem);
  if (!/^[\w.()-]+$/.test(name)) return [];
  const before = lineAt(context, problem.line - 1).slice(0, problem.column - 1);
  if (before.endsWith("${secret:")) return unsetSecret(name, context);
  const near = closest(
    name,
    context.variableNames.filter((known) => known.length > 3),
  );
  const end = [problem.endLine - 1, problem.endColumn - 1] as const;
  const emptyDefault = { title: "Add an empty default", edits: [insertAt(...end, ":-")] };
  return [
    ...(near === undefined ? [] : [{ title: `Change to '${near}'`, edits: [replace(problem, near)] }]),
    { title: `Add ${name} to .env`, dotenvLine: `${name}=` },
    ...(mayBeEmpty(problem, context) ? [emptyDefault] : []),
  ];
}

/** Whether the value is still valid with an empty variable. */
function mayBeEmpty(problem: Problem, context: FixContext): boolean {
  if (!neverEmpty.includes(problem.path[0])) return true;
  const field = fieldsAround(problem, context)?.fields.find(({ path }) => isSame(path, problem.path));
  return !/^\$\{[^}]*\}$/.test(field?.text ?? "");
}

function unsetSecret(name: string, { hasClientSecrets }: FixContext): Fix[] {
  if (!hasClientSecrets) return [];
  const title = `Set the secret ${name}…`;
  return [{ title, command: { title, command: commands.setSecret, arguments: [name] }, isPreferred: true }];
}

/** Fixes a `${` that is meant as text. */
export function literalDollar(problem: Problem, context: FixContext): Fix[] {
  const { line, column } = problem;
  if (!textAt(context, problem).startsWith("${")) return [];
  return [{ title: "Escape it as $${", edits: [insertAt(line - 1, column - 1, "$")] }];
}

/** Moves the secret to a secret store and puts a variable in its place. */
export function moveSecret(problem: Problem, context: FixContext): Fix[] {
  const found = secretAt(problem, context);
  if (found === undefined) return [];
  const name = freeName(found.name, context.variableNames);
  const line = dotenvLine(name, found.secret);
  const toDotenv: Fix[] =
    line === undefined
      ? []
      : [{ title: `Move to .env as ${name}`, edits: [found.editTo(`\${${name}}`)], dotenvLine: line }];
  return context.hasClientSecrets ? [moveToClient(found, context), ...toDotenv] : toDotenv;
}

interface FoundSecret {
  readonly name: string;
  readonly secret: string;
  readonly place: TextRange;
  editTo(variable: string): { range: ReturnType<typeof rangeOf>; newText: string };
}

/** An unused name, so that an existing value is not overwritten and does not replace the moved one. */
function freeName(name: string, taken: readonly string[]): string {
  const names = Array.from({ length: taken.length + 1 }, (_, nth) =>
    nth === 0 ? name : `${name}_${nth + 1}`,
  );
  return names.find((each) => !taken.includes(each)) ?? name;
}

function moveToClient(found: FoundSecret, { document, secretNames }: FixContext): Fix {
  const name = freeName(found.name, secretNames);
  const title = `Move to the secret ${name}`;
  const move: MoveToSecret = {
    uri: document.uri,
    version: document.text.version,
    name,
    range: rangeOf(found.place),
    edit: found.editTo(`\${secret:${name}}`),
  };
  return {
    title,
    command: { title, command: commands.moveToSecret, arguments: [move] },
    isPreferred: true,
  };
}

/**
 * `undefined` if the secret is not literal in the text because of escapes, several lines, a block scalar or variables.
 */
function secretAt(problem: Problem, context: FixContext): FoundSecret | undefined {
  const entry = entryOf(problem, context);
  const fields = entry?.reading?.kind === "read" ? entry.reading.fields : [];
  const path = problem.path.slice(2);
  const text = fields.find((field) => isSame(field.path, path))?.text;
  const source = textAt(context, problem);
  if (text === undefined || entry === undefined || problem.line !== problem.endLine) return undefined;
  const whole = secretsIn(nameOf(fields, path), text).toSorted((a, b) => a.length - b.length)[0];
  const secret = whole?.replace(/^(?:Bearer|Basic|token)\s+/i, "");
  const at = secret === undefined ? -1 : source.indexOf(secret);
  if (secret === undefined || at < 0 || source.indexOf(secret, at + 1) >= 0) return undefined;
  const before = text.slice(0, text.indexOf(secret));
  // A `$` before it would escape the variable, and `$${` inside it is an escape.
  if (before.endsWith("$") || text.includes("$${")) return undefined;
  // A variable inside the secret would become plain text in the secret storage.
  if (secret.includes("${") || (secret.includes("}") && before.includes("${"))) return undefined;
  const column = problem.column + at;
  const place = { ...problem, column, endColumn: column + secret.length };
  return {
    name: variableName(entry, nameOf(fields, path), path, before),
    secret,
    place,
    editTo: (variable) => {
      // Braces end a plain scalar in flow style.
      if (/^["']/.test(source) || !isInFlow(problem, context)) return replace(place, variable);
      return replace(problem, JSON.stringify(source.replace(secret, () => variable)));
    },
  };
}

function isSame(a: Path, b: Path): boolean {
  return a.length === b.length && a.every((step, at) => step === b[at]);
}

/** The name of the value: a variable, a header, or the flag before it. */
function nameOf(fields: readonly Field[], path: Path): string {
  const last = path.at(-1);
  if (typeof last === "string") return last;
  const list = path.slice(0, -1);
  const args = fields.filter(
    (field) => field.path.length === path.length && isSame(field.path.slice(0, -1), list),
  );
  return argName(
    args.map(({ text = "" }) => text),
    Number(last),
  );
}

/** Name of the new secret: the variable it is for, or else the server and the name of the value. */
function variableName(entry: DocumentEntry, name: string, path: Path, before: string): string {
  const assigned = /([A-Za-z][\w.-]*)(?:=|:\s+)$/.exec(before)?.[1];
  const what = assigned ?? (/^authorization$/i.test(name) ? "token" : path[1] === "url" ? "key" : name);
  const words = path[0] === "env" ? name : `${entry.id ?? "server"}_${what || "secret"}`;
  return words
    .replace(/([a-z])([A-Z])/g, "$1_$2")
    .toUpperCase()
    .replace(/[^A-Z0-9]+/g, "_")
    .replace(/^(?=\d)/, "_");
}

function isInFlow(problem: Problem, { document }: FixContext): boolean {
  const lines = document.text.getText().split("\n", problem.line);
  const cursor = cursorAt(lines, problem.line - 1, problem.column);
  return cursor === undefined || cursor.flow !== undefined;
}
