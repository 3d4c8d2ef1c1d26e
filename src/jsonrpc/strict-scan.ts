/**
 * Finds the positions of the values that the gateway reads and changes in a message, in one pass. Also detects messages
 * that two parsers could read in two ways (protocol.md, *One reading*): a key occurs twice, or another key is the same to
 * parsers that ignore case. Such a message is refused, because a rule that was checked on one reading could be bypassed
 * with the other. Pure; linear in the text.
 */

import { isObject } from "../base/json.ts";
import { endOfValue, quote, type Span, skipSpace } from "./json-scanner.ts";

/** Positions of the values in the text of a message. A value that the message does not have is absent. */
export interface MessageSpans {
  readonly id?: Span | undefined;
  /** `params._meta.progressToken` */
  readonly progressToken?: Span | undefined;
  /** `params.name` */
  readonly name?: Span | undefined;
  /** `params.uri` */
  readonly uri?: Span | undefined;
}

/** No real message is nested deeper, and a deeper one could not be serialized again. */
export const maxNesting = 1_000;

const topKeys = keySet(["jsonrpc", "id", "method", "params", "result", "error"]);
const metaKeys = keySet(["progressToken"]);
/** Parameters that decide where a request goes, and which request a response or a cancellation belongs to. */
const paramNames = [
  ..."_meta name arguments uri cursor level ref argument requestId progressToken taskId task".split(" "),
  ..."requestState inputResponses notifications protocolVersion capabilities clientInfo elicitationId".split(
    " ",
  ),
];
const paramKeys = keySet(paramNames);
/** The parameters of a method that the gateway does not know, where a key such as `Name` may be legitimate. */
const paramKeysOfUnknownMethod = keySet(paramNames, { isStrict: false });
/** Methods with known parameters. */
const knownMethods =
  /^(?:initialize|ping|(?:tools|resources|prompts|tasks|completion|logging|server|subscriptions|sampling|elicitation|roots)\/.*)$/;
const knownNotifications =
  /^notifications\/(?:initialized|cancelled|progress|message|(?:tools|resources|prompts|tasks|subscriptions|elicitation|roots)\/.*)$/;

/** The outline of a message, or the reason why it is refused. `json` is the object that `JSON.parse` read from `text`. */
export function scanMessage(text: string, json: object): MessageSpans | string {
  const method = "method" in json ? json.method : undefined;
  // A parser written in C may read only the part before the NUL.
  if (typeof method === "string" && method.includes("\0"))
    return "The method contains a NUL, so the message could be read in two ways";
  try {
    return new Scan(text, json, method).outline;
  } catch (error) {
    if (error instanceof Ambiguous) return error.message;
    throw error;
  }
}

class Ambiguous extends Error {}

/** A key that the gateway reads. `bit` is its position in the set. */
interface KnownKey {
  readonly key: string;
  readonly bit: number;
}

interface KeySet {
  /** Whether a key that only looks like a known one is refused, even if that known key is absent. */
  readonly isStrict: boolean;
  /** By the length of the key. */
  readonly byLength: readonly (readonly KnownKey[] | undefined)[];
  readonly all: readonly KnownKey[];
  readonly folded: ReadonlySet<string>;
}

function keySet(keys: readonly string[], { isStrict } = { isStrict: true }): KeySet {
  const all = keys.map((key, index) => ({ key, bit: 1 << index }));
  const longest = Math.max(...keys.map(({ length }) => length));
  const byLength = Array.from({ length: longest + 1 }, (_, length) => {
    const known = all.filter(({ key }) => key.length === length);
    return known.length > 0 ? known : undefined;
  });
  return { isStrict, byLength, all, folded: new Set(keys.map(joined)) };
}

/** The known key that is written at `start`, without escapes. */
function knownKeyAt({ byLength }: KeySet, text: string, start: number, end: number): KnownKey | undefined {
  const candidates = byLength[end - start];
  if (!candidates) return undefined;
  for (const candidate of candidates) if (text.startsWith(candidate.key, start)) return candidate;
  return undefined;
}

/** One pass over a message. It runs for each message, so it allocates as little as possible. */
class Scan {
  readonly outline: { id?: Span; progressToken?: Span; name?: Span; uri?: Span } = {};
  readonly #text: string;
  /** Whether the message has a method. Otherwise it is a response. */
  readonly #hasMethod: boolean;
  readonly #isKnown: boolean;
  #at = 0;

  constructor(text: string, json: object, method: unknown) {
    this.#text = text;
    this.#hasMethod = typeof method === "string";
    this.#isKnown = typeof method === "string" && hasKnownParams(method);
    this.#at = skipSpace(text, 0);
    this.#object(topKeys, json, maxNesting);
  }

  /** Scans the object that begins here. `json` is its value by `JSON.parse`. */
  #object(keys: KeySet, json: unknown, deepest: number): void {
    const text = this.#text;
    let seen = 0;
    let others: Set<string> | undefined;
    let at = skipSpace(text, this.#at + 1);
    while (text.charCodeAt(at) === quote) {
      const keyEnd = endOfValue(text, at);
      const known = knownKeyAt(keys, text, at + 1, keyEnd - 1) ?? this.#escapedKey(keys, json, at, keyEnd);
      this.#at = skipSpace(text, skipSpace(text, keyEnd) + 1);
      if (typeof known === "object") {
        if ((seen & known.bit) !== 0) throw doubled(known.key);
        seen |= known.bit;
        this.#member(keys, json, known.key, deepest);
      } else {
        others ??= new Set();
        noteOther(known, keys, seen, others);
        this.#value(deepest);
      }
      at = skipSpace(text, this.#at);
      if (text.charCodeAt(at) === 0x2c) at = skipSpace(text, at + 1);
    }
    this.#at = at + 1;
    if (!others) return;
    for (const { key, bit } of keys.all)
      if ((seen & bit) !== 0 && others.has(folded(key))) throw doubled(key);
  }

  /**
   * The known key that is written with escapes here, or else the text of the key. The `JSON.parse` of V8 13.6 reads such
   * a key as the key of an earlier message where that one has the same characters as the beginning of the written form:
   * `"n\u0061me"` becomes `n\u0`. So the message is refused if the key is not in `json`.
   */
  #escapedKey({ all }: KeySet, json: unknown, at: number, end: number): KnownKey | string {
    const raw = this.#text.slice(at + 1, end - 1);
    if (!raw.includes("\\")) return raw;
    const key = JSON.parse(this.#text.slice(at, end)) as string;
    const known = all.find((one) => one.key === key);
    if (known && memberOf(json, key) === undefined) throw lookAlike(raw);
    return known ?? key;
  }

  /** Scans the value of a known key. */
  #member(keys: KeySet, json: unknown, key: string, deepest: number): void {
    const start = this.#at;
    const isObject = this.#text.charCodeAt(start) === 0x7b;
    if (keys === topKeys) {
      // A parser that checks for responses first would take the message for the response to a request with the same id.
      if (this.#hasMethod && (key === "result" || key === "error"))
        throw new Ambiguous(`The message has a method and the key "${key}"`);
      if (key === "params" && isObject)
        return this.#object(
          this.#isKnown ? paramKeys : paramKeysOfUnknownMethod,
          memberOf(json, key),
          deepest - 1,
        );
      this.#value(deepest);
      if (key === "id") this.outline.id = { start, end: this.#at };
    } else if (keys === metaKeys) {
      this.#value(deepest);
      this.outline.progressToken = { start, end: this.#at };
    } else {
      if (key === "_meta" && isObject) return this.#object(metaKeys, memberOf(json, key), deepest - 1);
      this.#value(deepest);
      if (key === "name" || key === "uri") this.outline[key] = { start, end: this.#at };
    }
  }

  #value(deepest: number): void {
    const end = endOfValue(this.#text, this.#at, deepest);
    if (end < 0) throw new Ambiguous(`The message is nested deeper than ${maxNesting} levels`);
    this.#at = end;
  }
}

let lastMethod: { readonly method: string; readonly isKnown: boolean } | undefined;

/** Caches one result, because most messages have the same method as the one before. */
function hasKnownParams(method: string): boolean {
  if (lastMethod?.method !== method)
    lastMethod = { method, isKnown: knownMethods.test(method) || knownNotifications.test(method) };
  return lastMethod.isKnown;
}

function memberOf(value: unknown, key: string): unknown {
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

/** Checks a key that the gateway does not read. `seen` has the bits of the known keys before it. */
function noteOther(key: string, keys: KeySet, seen: number, others: Set<string>): void {
  const fold = folded(key);
  if (others.has(fold)) throw doubled(key);
  others.add(fold);
  if (!keys.folded.has(joined(key))) return;
  const isTaken = keys.all.some((one) => (seen & one.bit) !== 0 && folded(one.key) === fold);
  if (keys.isStrict || isTaken) throw lookAlike(key);
}

/**
 * One form for all keys that some parser takes for the same key. It ignores case (`ſ` is an s, the Kelvin sign a k, `ı`
 * and `İ` an i) and cuts the key at a NUL, as parsers written in C do.
 */
function folded(key: string): string {
  return key
    .replace(/\0.*$/s, "")
    .toUpperCase()
    .toLowerCase()
    .replace(/\u0307/g, "");
}

/** One form also for `taskId` and `task_id`, because some parsers accept both. */
function joined(key: string): string {
  return folded(key).replace(/(?<=.)_/g, "");
}

function doubled(key: string): Ambiguous {
  return new Ambiguous(`The key ${shown(key)} is written twice, so the message could be read in two ways`);
}

function lookAlike(key: string): Ambiguous {
  return new Ambiguous(`The key ${shown(key)} could be taken for another key: write it as the protocol does`);
}

/** A foreign key for messages: shortened, and with control characters escaped. */
function shown(key: string): string {
  return JSON.stringify(key.slice(0, 50)).replace(/[^\x20-\x7e]/g, (found) => {
    return `\\u${found.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}
