/**
 * Where the values stand that a gateway reads and changes in a message, found in one pass, and whether two parsers could
 * see two messages in it (protocol.md, *One reading*): a key that is written twice, or another that parsers without
 * regard to case take for it. Such a message is refused, because a rule that was checked on one reading would be walked
 * around by the other. Pure; linear in the text.
 */

import { endOfValue, quote, type Span, skipSpace } from "./json-scanner.ts";

/** Where a message's own values stand in its text; absent where it has none. */
export interface MessageOutline {
  readonly id?: Span | undefined;
  /** `params._meta.progressToken` */
  readonly progressToken?: Span | undefined;
  /** `params.name` */
  readonly name?: Span | undefined;
  /** `params.uri` */
  readonly uri?: Span | undefined;
}

/** Nothing a client or a server says is nested deeper; what is could not be written out again. */
export const maxNesting = 1_000;

const topKeys = keySet("jsonrpc", "id", "method", "params", "result", "error");
const metaKeys = keySet("progressToken");
/** What decides where a request goes and whom an answer or a cancellation is for. */
const paramKeys = keySet(
  ..."_meta name arguments uri cursor level ref argument requestId progressToken taskId task".split(" "),
  ..."requestState inputResponses notifications protocolVersion capabilities clientInfo elicitationId".split(
    " ",
  ),
);
/** Methods and notifications whose parameters are known: elsewhere `Name` may be somebody's own. */
const knownMethods =
  /^(?:initialize|ping|(?:tools|resources|prompts|tasks|completion|logging|server|subscriptions|sampling|elicitation|roots)\/.*)$/;
const knownNotifications =
  /^notifications\/(?:initialized|cancelled|progress|message|(?:tools|resources|prompts|tasks|subscriptions|elicitation|roots)\/.*)$/;

/** The outline of a message, or why it is refused. `text` is JSON that `JSON.parse` takes for an object. */
export function outlineMessage(text: string, method: unknown): MessageOutline | string {
  // For a parser written in C it is the part before.
  if (typeof method === "string" && method.includes("\0"))
    return "The method has a NUL in it: the message could be read in two ways";
  try {
    return new Scan(text, method).outline;
  } catch (error) {
    if (error instanceof Ambiguous) return error.message;
    throw error;
  }
}

class Ambiguous extends Error {}

/** A key that means something to the gateway, and its place among those of its object. */
interface KnownKey {
  readonly key: string;
  readonly bit: number;
}

interface KeySet {
  /** By the length of the key. */
  readonly byLength: readonly (readonly KnownKey[] | undefined)[];
  readonly all: readonly KnownKey[];
  readonly folded: ReadonlySet<string>;
}

function keySet(...keys: string[]): KeySet {
  const all = keys.map((key, index) => ({ key, bit: 1 << index }));
  const longest = Math.max(...keys.map(({ length }) => length));
  const byLength = Array.from({ length: longest + 1 }, (_, length) => {
    const known = all.filter(({ key }) => key.length === length);
    return known.length > 0 ? known : undefined;
  });
  return { byLength, all, folded: new Set(keys.map(joined)) };
}

/** The known key that is written at `start`, without escapes. */
function knownKeyAt({ byLength }: KeySet, text: string, start: number, end: number): KnownKey | undefined {
  const candidates = byLength[end - start];
  if (!candidates) return undefined;
  for (const candidate of candidates) if (text.startsWith(candidate.key, start)) return candidate;
  return undefined;
}

/** One pass over a message: once for each call and each answer, so that it makes nothing it does not need. */
class Scan {
  readonly outline: { id?: Span; progressToken?: Span; name?: Span; uri?: Span } = {};
  readonly #text: string;
  /** Whether the message has a method; else it is an answer. */
  readonly #hasMethod: boolean;
  readonly #isKnown: boolean;
  #at = 0;

  constructor(text: string, method: unknown) {
    this.#text = text;
    this.#hasMethod = typeof method === "string";
    this.#isKnown = typeof method === "string" && hasKnownParams(method);
    this.#at = skipSpace(text, 0);
    this.#object(topKeys, true, maxNesting);
  }

  /** Goes past the object that begins here. `strict`: a key that only looks like a known one is refused as well. */
  #object(keys: KeySet, strict: boolean, deepest: number): void {
    const text = this.#text;
    let seen = 0;
    let others: Set<string> | undefined;
    let at = skipSpace(text, this.#at + 1);
    while (text.charCodeAt(at) === quote) {
      const keyEnd = endOfValue(text, at);
      const known = knownKeyAt(keys, text, at + 1, keyEnd - 1) ?? escapedKey(keys, text, at, keyEnd);
      this.#at = skipSpace(text, skipSpace(text, keyEnd) + 1);
      if (typeof known === "object") {
        if ((seen & known.bit) !== 0) throw doubled(known.key);
        seen |= known.bit;
        this.#member(keys, known.key, deepest);
      } else {
        others ??= new Set();
        noteOther(known, keys, strict, seen, others);
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

  /** Goes past the value of a known key. */
  #member(keys: KeySet, key: string, deepest: number): void {
    const start = this.#at;
    const isObject = this.#text.charCodeAt(start) === 0x7b;
    if (keys === topKeys) {
      // Some look for an answer first: it would be taken for one to whatever has its id.
      if (this.#hasMethod && (key === "result" || key === "error"))
        throw new Ambiguous(`The message has a method and the key "${key}"`);
      if (key === "params" && isObject) return this.#object(paramKeys, this.#isKnown, deepest - 1);
      this.#value(deepest);
      if (key === "id") this.outline.id = { start, end: this.#at };
    } else if (keys === paramKeys) {
      if (key === "_meta" && isObject) return this.#object(metaKeys, true, deepest - 1);
      this.#value(deepest);
      if (key === "name" || key === "uri") this.outline[key] = { start, end: this.#at };
    } else {
      this.#value(deepest);
      this.outline.progressToken = { start, end: this.#at };
    }
  }

  #value(deepest: number): void {
    const end = endOfValue(this.#text, this.#at, deepest);
    if (end < 0) throw new Ambiguous(`The message is nested deeper than ${maxNesting} levels`);
    this.#at = end;
  }
}

let lastMethod: { readonly method: string; readonly isKnown: boolean } | undefined;

/** Most messages have the method of the one before. */
function hasKnownParams(method: string): boolean {
  if (lastMethod?.method !== method)
    lastMethod = { method, isKnown: knownMethods.test(method) || knownNotifications.test(method) };
  return lastMethod.isKnown;
}

/** The text of a key that is not plainly a known one; the known key where it is one written with escapes. */
function escapedKey({ all }: KeySet, text: string, at: number, end: number): KnownKey | string {
  const raw = text.slice(at + 1, end - 1);
  if (!raw.includes("\\")) return raw;
  const key = JSON.parse(text.slice(at, end)) as string;
  return all.find((known) => known.key === key) ?? key;
}

/** A key that is none of the protocol's. `seen` are the known ones before it. */
function noteOther(key: string, keys: KeySet, strict: boolean, seen: number, others: Set<string>): void {
  const fold = folded(key);
  if (others.has(fold)) throw doubled(key);
  others.add(fold);
  if (!keys.folded.has(joined(key))) return;
  const isTaken = keys.all.some((one) => (seen & one.bit) !== 0 && folded(one.key) === fold);
  if (strict || isTaken) throw lookAlike(key);
}

/**
 * The same for all keys that some parser takes for one: regardless of case (`ſ` is an s, the Kelvin sign a k, `ı` and `İ`
 * an i), and what follows a NUL is not there for parsers written in C.
 */
function folded(key: string): string {
  return key
    .replace(/\0.*$/s, "")
    .toUpperCase()
    .toLowerCase()
    .replace(/\u0307/g, "");
}

/** The same for `taskId` and `task_id` as well: there are parsers that take either. */
function joined(key: string): string {
  return folded(key).replace(/(?<=.)_/g, "");
}

function doubled(key: string): Ambiguous {
  return new Ambiguous(`The key ${shown(key)} is written twice: the message could be read in two ways`);
}

function lookAlike(key: string): Ambiguous {
  return new Ambiguous(`The key ${shown(key)} could be taken for another: write it as the protocol does`);
}

/** Keys of others, bounded and with nothing in them that a terminal would obey. */
function shown(key: string): string {
  return JSON.stringify(key.slice(0, 50)).replace(/[^\x20-\x7e]/g, (found) => {
    return `\\u${found.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}
