/** Compares how the gateway reads and edits JSON text with `JSON.parse`. */

import assert from "node:assert/strict";
import fc from "fast-check";
import { isObject, parseJson, stableStringify } from "../../src/base/json.ts";
import type { Span } from "../../src/jsonrpc/json-scanner.ts";
import { errorForOversizeLine, parseMessages } from "../../src/jsonrpc/line-reader.ts";
import { type Message, parseMessage, scanOrRefuse, withParam } from "../../src/jsonrpc/message.ts";
import { scanMessage } from "../../src/jsonrpc/strict-scan.ts";
import {
  editText,
  elementsOf,
  membersAt,
  textAt,
  toSingleLine,
  withMember,
  withoutMember,
} from "../../src/jsonrpc/text-edit.ts";
import { messageText, objectText, path, plainKey, valueText } from "./json-text.ts";
import { type Property, property } from "./property.ts";

// biome-ignore lint/suspicious/noExplicitAny: the values have any shape
type Json = any;

const odd = messageText({ odd: true });
const plain = messageText({ odd: false });
const either = fc.oneof(odd, plain, objectText({ odd: true }));

function parsed(text: string): Message {
  return parseMessage(text) ?? assert.fail("the generator wrote a text that is not a JSON object");
}

/** Own members only, as in JSON. */
function memberOf(value: Json, key: string): Json {
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

function valueAt(value: Json, keys: readonly string[]): Json {
  return keys.reduce(memberOf, value);
}

function checkSpan(text: string, span: Span | undefined, expected: Json): void {
  if (expected === undefined) return assert.equal(span, undefined);
  assert.ok(span, "a value without a position");
  assert.deepEqual(JSON.parse(text.slice(span.start, span.end)), expected);
}

/** Whether a key occurs twice in the text of one object, or is written with escapes. */
function isWrittenPlainly(text: string): boolean {
  return !text.includes("\\") && keysAreUnique(text);
}

/** `JSON.parse` keeps the last of two equal keys, so fewer keys come back than were written. */
function keysAreUnique(text: string): boolean {
  const count = (value: Json): number => {
    if (Array.isArray(value)) return value.reduce((sum: number, one: Json) => sum + count(one), 0);
    if (!isObject(value)) return 0;
    return Object.values(value).reduce((sum: number, one: Json) => sum + 1 + count(one), 0);
  };
  const withoutStrings = text.replaceAll(/"(?:[^"\\]|\\.)*"/g, "s");
  return count(JSON.parse(text)) === withoutStrings.split(":").length - 1;
}

/** The value with one member replaced. A path that does not exist changes nothing. */
function replaced(value: Json, keys: readonly string[], by: Json, add = false): Json {
  const [key = "", ...rest] = keys;
  if (!isObject(value) || (!Object.hasOwn(value, key) && !(add && rest.length === 0))) return value;
  const inner = rest.length === 0 ? by : replaced(value[key], rest, by, add);
  const copy = Object.entries(value).map(([name, one]) => [name, name === key ? inner : one]);
  return Object.fromEntries(Object.hasOwn(value, key) ? copy : [...copy, [key, by]]);
}

function removed(value: Json, keys: readonly string[], key: string): Json {
  const [first, ...rest] = keys;
  if (!isObject(value)) return value;
  if (first === undefined) return Object.fromEntries(Object.entries(value).filter(([name]) => name !== key));
  if (!Object.hasOwn(value, first)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [name, name === first ? removed(one, rest, key) : one]),
  );
}

/** Whether `after` is `before` with `old` replaced by `by`, character for character. */
function isOneChange(before: string, after: string, old: string, by: string): boolean {
  for (let at = before.indexOf(old); at >= 0; at = before.indexOf(old, at + 1))
    if (before.slice(0, at) + by + before.slice(at + old.length) === after) return true;
  return false;
}

/** Compares without the order of keys. */
function assertSame(actual: Json, expected: Json): void {
  assert.equal(stableStringify(actual), stableStringify(expected));
}

/** The gateway does not edit such a key, and JavaScript treats it in its own way. */
const isOrdinary = (keys: readonly string[]) => !keys.includes("__proto__");

export const jsonProperties: readonly Property[] = [
  property("scanMessage reads what JSON.parse reads, or refuses", 12, either, (text) => {
    const { json } = parsed(text);
    const spans = scanMessage(text, json);
    if (typeof spans === "string") return assert.match(spans, /twice|another key|NUL|nested|has a method/);
    checkSpan(text, spans.id, memberOf(json, "id"));
    const params = memberOf(json, "params");
    checkSpan(text, spans.name, memberOf(params, "name"));
    checkSpan(text, spans.uri, memberOf(params, "uri"));
    checkSpan(text, spans.progressToken, valueAt(params, ["_meta", "progressToken"]));
  }),
  property("scanMessage accepts every message that has one reading", 6, plain, (text) => {
    const { json } = parsed(text);
    // The generated head of the text may have a key that the rest has too.
    if (!keysAreUnique(text)) return;
    const isMixed = typeof json.method === "string" && ("result" in json || "error" in json);
    assert.equal(typeof scanMessage(text, json), isMixed ? "string" : "object");
  }),
  property("scanMessage refuses a known key that is written twice", 4, plain, (text) => {
    const { json } = parsed(text);
    const top = /^\{"jsonrpc":"2\.0"/.exec(text)?.[0] ?? "";
    for (const twice of [`${top},"jsonrpc":"2.0"`, `${top},"\\u006asonrpc":"2.0"`, `${top},"JSONRPC":1`])
      assert.equal(typeof scanMessage(text.replace(top, twice), json), "string");
  }),
  property("editText changes one value and nothing else", 12, fc.tuple(either, path, valueText), (input) => {
    const [text, keys, by] = input;
    if (!isOrdinary(keys)) return;
    const message = parsed(text);
    const after = editText(message, [{ path: keys, json: by }]);
    assertSame(JSON.parse(after), replaced(message.json, keys, JSON.parse(by)));
    const old = textAt(message, keys);
    if (!isWrittenPlainly(text)) return;
    if (old === undefined) assert.equal(after, text);
    else assert.ok(isOneChange(text, after, old, by));
  }),
  property("editText makes several changes at once", 4, fc.tuple(plain, valueText, valueText), (input) => {
    const [text, one, two] = input;
    const message = parsed(text);
    const edits = [
      { path: ["params"], json: one },
      { path: ["id"], json: two },
    ];
    const expected = replaced(replaced(message.json, ["params"], JSON.parse(one)), ["id"], JSON.parse(two));
    assertSame(JSON.parse(editText(message, edits)), expected);
  }),
  property("textAt returns the text of the value", 6, fc.tuple(either, path), ([text, keys]) => {
    const message = parsed(text);
    const found = textAt(message, keys);
    if (found !== undefined) assert.deepEqual(JSON.parse(found), valueAt(message.json, keys));
    else if (isWrittenPlainly(text)) assert.equal(valueAt(message.json, keys), undefined);
  }),
  property("withMember sets one member", 6, fc.tuple(either, path, plainKey, valueText), (input) => {
    const [text, keys, key, by] = input;
    if (!isOrdinary([...keys, key])) return;
    const message = parsed(text);
    const after = withMember(message, keys, key, by);
    const object = valueAt(message.json, keys);
    const expected = isObject(object)
      ? replaced(message.json, [...keys, key], JSON.parse(by), true)
      : message.json;
    assertSame(JSON.parse(after), expected);
  }),
  property("withoutMember removes one member", 6, fc.tuple(either, path, plainKey), ([text, keys, key]) => {
    if (!isOrdinary([...keys, key])) return;
    const message = parsed(text);
    const after = withoutMember(message, keys.slice(1), key);
    assertSame(JSON.parse(after), removed(message.json, keys.slice(1), key));
  }),
  property("withParam moves all positions", 6, fc.tuple(either, fc.string()), ([text, value]) => {
    const message = parsed(text);
    if (scanOrRefuse(message) !== undefined) return;
    for (const key of ["name", "uri"] as const) {
      const changed = withParam(message, key, value);
      if (!changed) continue;
      const json = JSON.parse(changed.text);
      assertSame(json, replaced(message.json, ["params", key], value));
      for (const other of ["name", "uri"] as const)
        checkSpan(changed.text, changed.spans?.[other], memberOf(memberOf(json, "params"), other));
      checkSpan(changed.text, changed.spans?.id, memberOf(json, "id"));
      checkSpan(
        changed.text,
        changed.spans?.progressToken,
        valueAt(json, ["params", "_meta", "progressToken"]),
      );
    }
  }),
  property("membersAt and elementsOf return all texts", 6, fc.array(either, { maxLength: 4 }), (texts) => {
    const array = ` [${texts.join(" , ")}]`;
    assert.deepEqual(
      elementsOf(array).map((one) => JSON.parse(one)),
      JSON.parse(array),
    );
    for (const text of texts) {
      const members = [...membersAt(parsed(text), [])].map(([key, one]) => [key, JSON.parse(one)]);
      assertSame(Object.fromEntries(members), JSON.parse(text));
    }
  }),
  property("toSingleLine keeps the value", 3, either, (text) => {
    const line = toSingleLine(text);
    assert.doesNotMatch(line, /[\r\n]/);
    assert.deepEqual(JSON.parse(line), JSON.parse(text));
  }),
  property("parseMessages returns the parsed texts, for batches too", 5, fc.array(either), (texts) => {
    const batch = `[${texts.join(",")}]`;
    for (const { text, json } of parseMessages(batch) ?? []) assert.deepEqual(JSON.parse(text), json);
  }),
  property(
    "parseMessages and the error of an oversize line never throw",
    5,
    fc.tuple(either, fc.nat(), fc.string()),
    (input) => {
      const [text, at, by] = input;
      const cut = text.slice(0, at % (text.length + 1));
      for (const broken of [cut, cut + by + text.slice(cut.length), `${by}${text}`]) {
        const messages = parseMessages(broken);
        if (messages) assert.ok(parseJson(toSingleLine(broken.replace(/^\ufeff/, ""))) !== undefined);
        errorForOversizeLine(broken.slice(0, 20), broken.slice(-20));
      }
    },
  ),
];
