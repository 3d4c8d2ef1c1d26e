/** Fixes that change one word: spelling, quotes, an id. Pure. */

import type { TextEdit } from "vscode-languageserver";
import type { Problem, TextRange } from "../../../src/catalog/text/problem.ts";
import { schemasAt } from "../../schema/json-schema.ts";
import { asText, idError } from "../rename.ts";
import type { Fix, FixContext } from "./fix-context.ts";
import { hasKeyBeside, insertAt, lineAt, replace, takenNames, textAt } from "./fix-context.ts";

/** The key that the message suggests, if the mapping does not already have it. */
export function suggestedKey(problem: Problem, context: FixContext): Fix[] {
  const meant = problem.meant ?? /: the \w+ of a server is its '(\w+)'$/.exec(problem.message)?.[1];
  if (meant === undefined || hasKeyBeside(problem, meant, context)) return [];
  return [changeTo(problem, meant, context)];
}

/** The value that the message suggests. */
export function suggestedValue(problem: Problem, context: FixContext): Fix[] {
  return problem.meant === undefined ? [] : [changeTo(problem, problem.meant, context)];
}

/** The runtime type with a similar spelling. */
export function runtimeType(problem: Problem, context: FixContext): Fix[] {
  const types = schemasAt(context.document.kind.schema, ["servers", 0, "runtime", "type"]);
  const known = types.flatMap((type) => (typeof type.const === "string" ? [type.const] : []));
  if (problem.meant !== undefined) return [changeTo(problem, problem.meant, context)];
  return known.map((type) => ({ ...changeTo(problem, type, context), isPreferred: false }));
}

export function addQuotes(problem: Problem, context: FixContext): Fix[] {
  const text = textAt(context, problem);
  const newText = JSON.stringify(text);
  return /[\r\n]/.test(text)
    ? []
    : [{ title: "Add quotes", edits: [replace(problem, newText)], isPreferred: true }];
}

export function removeQuotes(problem: Problem, context: FixContext): Fix[] {
  const text = textAt(context, problem);
  const number = unquoted(text);
  if (number === text || !/^-?\d+(\.\d+)?$/.test(number)) return [];
  return [{ title: "Remove the quotes", edits: [replace(problem, number)], isPreferred: true }];
}

/** `true` and `false` in spellings of other languages. */
export function booleanWord(problem: Problem, context: FixContext): Fix[] {
  const word = unquoted(textAt(context, problem)).toLowerCase();
  if (["true", "yes", "on", "1"].includes(word)) return [writeAs(problem, "true")];
  return ["false", "no", "off", "0"].includes(word) ? [writeAs(problem, "false")] : [];
}

/** An id, or a platform name, with only the allowed characters. */
export function allowedId(problem: Problem, context: FixContext): Fix[] {
  const [, , field, ...rest] = problem.path;
  if ((field !== "id" && field !== "name") || rest.length > 0) return [];
  const text = unquoted(textAt(context, problem));
  const plain = text
    .normalize("NFKD")
    .replace(/([a-z0-9])([A-Z])/g, "$1-$2")
    .toLowerCase()
    .replace(/\p{M}/gu, "")
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 55)
    .replace(/-+$/, "");
  const { schema } = context.document.kind;
  const taken = takenNames(context);
  const first = problem.code === "reserved" ? `${plain}-server` : plain;
  const name = [first, ...numbered(first)].find((id) => !idError(id, schema, taken, field));
  return name === undefined ? [] : [changeTo(problem, name, context)];
}

/** The limit from the message. */
export function withinRange(problem: Problem): Fix[] {
  const limit = /must be at (?:least|most) (-?\d+)$/.exec(problem.message)?.[1];
  return limit === undefined ? [] : [{ title: `Change to ${limit}`, edits: [replace(problem, limit)] }];
}

/** Two fixes: an empty list and an empty string. */
export function emptyValue(problem: Problem, context: FixContext): Fix[] {
  const filler = problem.message.includes('write ""') ? '""' : undefined;
  const newText = problem.path.length === 1 && problem.path[0] === "servers" ? "[]" : filler;
  if (newText === undefined || typeof problem.path.at(-1) !== "string") return [];
  const edit = filledIn(problem, newText, context);
  return edit ? [{ title: `Write ${newText}`, edits: [edit] }] : [];
}

/**
 * Sets the value of an empty key or replaces a null. `place` is the range of the value, which is that of the key if the
 * value is empty.
 */
export function filledIn(place: TextRange, newText: string, context: FixContext): TextEdit | undefined {
  const behind = lineAt(context, place.endLine - 1).slice(place.endColumn - 1);
  const colon = /^[ \t]*:(?=[ \t]*(?:#|[,}\]]|$))/.exec(behind)?.[0];
  if (colon !== undefined)
    return insertAt(place.endLine - 1, place.endColumn - 1 + colon.length, ` ${newText}`);
  const isWritten = /^(?:~|null|Null|NULL)$/.test(textAt(context, place));
  return isWritten ? replace(place, newText) : undefined;
}

export function numbered(id: string): string[] {
  return Array.from({ length: 98 }, (_, nth) => `${id}-${nth + 2}`);
}

/** Replaces the text inside the existing quotes. */
export function changeTo(problem: Problem, word: string, context: FixContext): Fix {
  const [quote = ""] = /^["']/.exec(textAt(context, problem)) ?? [];
  const fits = quote !== "" && /^[\w ./:@~+-]*$/.test(word);
  return { ...writeAs(problem, fits ? quote + word + quote : asText(word)), title: `Change to '${word}'` };
}

function writeAs(problem: Problem, written: string): Fix {
  return { title: `Change to '${written}'`, edits: [replace(problem, written)], isPreferred: true };
}

export function unquoted(text: string): string {
  return text.replace(/^"([\s\S]*)"$|^'([\s\S]*)'$/, "$1$2");
}
