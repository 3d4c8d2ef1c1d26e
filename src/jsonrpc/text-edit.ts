/**
 * Replaces single values in the text of a JSON message. All other characters stay as they are.
 * Pure. The text must be valid JSON, because it is not validated here.
 */

import { isObject } from "../base/json.ts";
import { endOfValue, quote, type Span, skipSpace } from "./json-scanner.ts";
import type { Message } from "./message.ts";

/** Replaces the value at `path` by `json`, a JSON text. */
export interface Edit {
  readonly path: readonly string[];
  readonly json: string;
}

/**
 * The text of the message with the given values replaced. A path that the message does not have changes nothing.
 * Where a key is written twice or with escapes, the message is serialized again from its parsed form. The receiver
 * then sees the same value as the gateway.
 */
export function editText(message: Message, edits: readonly Edit[]): string {
  const spans: (Span & { json: string })[] = [];
  for (const edit of edits) {
    const span = locate(message.text, edit.path);
    if (span === "ambiguous") return rewrite(message, edits);
    if (span) spans.push({ ...span, json: edit.json });
  }
  return replaceSpans(message.text, spans);
}

/** The text with each span replaced by a JSON text. Spans must not overlap. */
export function replaceSpans(text: string, spans: readonly (Span & { readonly json: string })[]): string {
  let replaced = "";
  let from = 0;
  for (const { start, end, json } of [...spans].sort((a, b) => a.start - b.start)) {
    replaced += text.slice(from, start) + json;
    from = end;
  }
  return replaced + text.slice(from);
}

/**
 * The text with the member `key` of the object at `path` set to `json`. An existing member is replaced in place, and a new
 * one is added at the front. Without such an object nothing changes.
 */
export function withMember(message: Message, path: readonly string[], key: string, json: string): string {
  const object = locate(message.text, path);
  if (object && object !== "ambiguous") {
    if (message.text.charCodeAt(object.start) !== 0x7b) return message.text;
    const member = memberSpan(message.text, object.start, key);
    if (member && member !== "ambiguous") return editText(message, [{ path: [...path, key], json }]);
    if (!member) return insertFirst(message.text, object.start + 1, key, json);
  }
  return object ? rewrite(message, [{ path: [...path, key], json }], true) : message.text;
}

/** The text without the member `key` of the object at `path`. Serialized again where it could be read in two ways. */
export function withoutMember(message: Message, path: readonly string[], key: string): string {
  const { text } = message;
  const value = locate(text, [...path, key]);
  if (value === "ambiguous") return rewriteWithout(message, path, key);
  if (!value) return text;
  // The value itself may be a string that reads like the key.
  const keyStart = text.lastIndexOf(`"${key}"`, value.start - 1);
  const after = skipSpace(text, value.end);
  if (text.charCodeAt(after) === 0x2c)
    return text.slice(0, keyStart) + text.slice(skipSpace(text, after + 1));
  const before = text.slice(0, keyStart).trimEnd();
  return (before.endsWith(",") ? before.slice(0, -1) : before) + text.slice(after);
}

function insertFirst(text: string, at: number, key: string, json: string): string {
  const isEmpty = text.charCodeAt(skipSpace(text, at)) === 0x7d;
  return `${text.slice(0, at)}${JSON.stringify(key)}:${json}${isEmpty ? "" : ","}${text.slice(at)}`;
}

/** The original text of the value at `path`. */
export function textAt(message: Message, path: readonly string[]): string | undefined {
  const span = locate(message.text, path);
  return span && span !== "ambiguous" ? message.text.slice(span.start, span.end) : undefined;
}

/** The original texts of the members of the object at `path`. Empty if the path does not lead to an object. */
export function membersAt(message: Message, path: readonly string[]): ReadonlyMap<string, string> {
  const { text } = message;
  const members = new Map<string, string>();
  const span = locate(text, path);
  if (!span || span === "ambiguous" || text.charCodeAt(span.start) !== 0x7b) return members;
  let at = skipSpace(text, span.start + 1);
  while (text.charCodeAt(at) === quote) {
    const keyEnd = endOfValue(text, at);
    const start = skipSpace(text, skipSpace(text, keyEnd) + 1);
    const end = endOfValue(text, start);
    members.set(JSON.parse(text.slice(at, keyEnd)) as string, text.slice(start, end));
    at = skipSpace(text, end);
    if (text.charCodeAt(at) === 0x2c) at = skipSpace(text, at + 1);
  }
  return members;
}

/** The original texts of the elements of the array at `path`; `undefined` if the path does not lead to an array. */
export function elementsAt(message: Message, path: readonly string[]): string[] | undefined {
  const span = locate(message.text, path);
  if (!span || span === "ambiguous" || message.text.charCodeAt(span.start) !== 0x5b) return undefined;
  return elementsOf(message.text, span.start);
}

/** The original texts of the elements of the array that begins at `from`. */
export function elementsOf(text: string, from = skipSpace(text, 0)): string[] {
  const elements: string[] = [];
  let at = skipSpace(text, from + 1);
  while (at < text.length && text.charCodeAt(at) !== 0x5d) {
    const end = endOfValue(text, at);
    elements.push(text.slice(at, end));
    at = skipSpace(text, end);
    if (text.charCodeAt(at) === 0x2c) at = skipSpace(text, at + 1);
  }
  return elements;
}

/** The JSON text on one line, for line-based transports. A JSON string never contains a raw line break. */
export function toSingleLine(text: string): string {
  return text.includes("\n") || text.includes("\r") ? text.replace(/[\r\n]+/g, " ") : text;
}

function rewrite(message: Message, edits: readonly Edit[], add = false): string {
  const copy: unknown = structuredClone(message.json);
  for (const edit of edits) {
    const parent = edit.path.slice(0, -1).reduce<unknown>((value, key) => member(value, key), copy);
    const key = edit.path.at(-1);
    if (key !== undefined && (add ? isObject(parent) : member(parent, key) !== undefined)) {
      (parent as Record<string, unknown>)[key] = JSON.parse(edit.json);
    }
  }
  return JSON.stringify(copy);
}

function rewriteWithout(message: Message, path: readonly string[], key: string): string {
  const copy: unknown = structuredClone(message.json);
  const parent = path.reduce<unknown>((value, one) => member(value, one), copy);
  if (isObject(parent)) delete parent[key];
  return JSON.stringify(copy);
}

/** Own members only. Every object inherits a `toString`, which is not in its text. */
function member(value: unknown, key: string): unknown {
  const isOwn = typeof value === "object" && value !== null && Object.hasOwn(value, key);
  return isOwn ? (value as Record<string, unknown>)[key] : undefined;
}

function locate(text: string, path: readonly string[]): Span | "ambiguous" | undefined {
  let span: Span = { start: skipSpace(text, 0), end: text.length };
  for (const key of path) {
    if (text.charCodeAt(span.start) !== 0x7b) return undefined;
    const found = memberSpan(text, span.start, key);
    if (!found || found === "ambiguous") return found;
    span = found;
  }
  return span;
}

function memberSpan(text: string, objectStart: number, key: string): Span | "ambiguous" | undefined {
  let found: Span | undefined;
  let at = skipSpace(text, objectStart + 1);
  while (text.charCodeAt(at) === quote) {
    const keyEnd = endOfValue(text, at);
    const start = skipSpace(text, skipSpace(text, keyEnd) + 1);
    const end = endOfValue(text, start);
    if (keyEnd - at - 2 === key.length && text.startsWith(key, at + 1)) {
      if (found) return "ambiguous";
      found = { start, end };
    } else if (isEscapedFormOf(text.slice(at, keyEnd), key)) return "ambiguous";
    at = skipSpace(text, end);
    if (text.charCodeAt(at) === 0x2c) at = skipSpace(text, at + 1);
  }
  return found;
}

function isEscapedFormOf(written: string, key: string): boolean {
  return written.includes("\\") && JSON.parse(written) === key;
}
