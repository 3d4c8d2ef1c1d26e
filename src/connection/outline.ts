/**
 * Where the values stand that a gateway reads and changes in a message, found in one pass, and whether two parsers could
 * see two messages in it (protocol.md, *One reading*): a key that is written twice, or another that parsers without
 * regard to case take for it. Such a message is refused, because a rule that was checked on one reading would be walked
 * around by the other. Pure; linear in the text.
 */

import { endOfValue, quote, type Span, skipSpace } from "./json-text.ts";

/** Where a message's own values stand in its text; absent where it has none. */
export interface Outline {
  readonly id: Span | undefined;
  readonly params: Span | undefined;
  /** `params._meta.progressToken` */
  readonly progressToken: Span | undefined;
}

/** Nothing a client or a server says is nested deeper; what is could not be written out again. */
export const deepestNesting = 1_000;

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
/** What only an answer has. */
const answerKeys: ReadonlySet<string> = new Set(["result", "error"]);

/** The outline of a message, or why it is refused. `text` is JSON that `JSON.parse` takes for an object. */
export function outlineOf(text: string, method: unknown): Outline | string {
  if (typeof method !== "string") return outlined(() => scanMessage(text, false, false));
  // For a parser written in C it is the part before.
  if (method.includes("\0")) return "The method has a NUL in it: the message could be read in two ways";
  return outlined(() =>
    scanMessage(text, true, knownMethods.test(method) || knownNotifications.test(method)),
  );
}

function outlined(scan: () => Outline): Outline | string {
  try {
    return scan();
  } catch (error) {
    if (error instanceof Ambiguous) return error.message;
    throw error;
  }
}

class Ambiguous extends Error {}

function scanMessage(text: string, hasMethod: boolean, isKnown: boolean): Outline {
  const found: { id?: Span; params?: Span; progressToken?: Span } = {};
  scanObject(text, skipSpace(text, 0), topKeys, true, (key, value) => {
    // Some look for an answer first: it would be taken for one to whatever has its id.
    if (hasMethod && answerKeys.has(key))
      throw new Ambiguous(`The message has a method and the key "${key}"`);
    if (key === "id") found.id = value;
    if (key === "params") found.params = value;
  });
  if (found.params && isObjectAt(text, found.params)) {
    scanObject(text, found.params.start, paramKeys, isKnown, (key, value) => {
      if (key !== "_meta" || !isObjectAt(text, value)) return;
      scanObject(text, value.start, metaKeys, true, (inner, token) => {
        if (inner === "progressToken") found.progressToken = token;
      });
    });
  }
  return { id: found.id, params: found.params, progressToken: found.progressToken };
}

interface KeySet {
  readonly exact: ReadonlySet<string>;
  readonly folded: ReadonlySet<string>;
}

function keySet(...keys: string[]): KeySet {
  return { exact: new Set(keys), folded: new Set(keys.map(joined)) };
}

function isObjectAt(text: string, { start }: Span): boolean {
  return text.charCodeAt(start) === 0x7b;
}

/** Visits the members of the object at `start`. `strict`: a key that only looks like a known one is refused as well. */
function scanObject(
  text: string,
  start: number,
  known: KeySet,
  strict: boolean,
  visit: (key: string, value: Span) => void,
): void {
  const seen: string[] = [];
  let others: Set<string> | undefined;
  let at = skipSpace(text, start + 1);
  while (text.charCodeAt(at) === quote) {
    const keyEnd = endOfValue(text, at);
    const key = keyAt(text, at, keyEnd);
    const valueStart = skipSpace(text, skipSpace(text, keyEnd) + 1);
    const end = endOfValue(text, valueStart, deepestNesting);
    if (end < 0) throw new Ambiguous(`The message is nested deeper than ${deepestNesting} levels`);
    if (known.exact.has(key)) {
      if (seen.includes(key)) throw doubled(key);
      seen.push(key);
    } else {
      others ??= new Set();
      noteOther(key, known, strict, seen, others);
    }
    visit(key, { start: valueStart, end });
    at = skipSpace(text, end);
    if (text.charCodeAt(at) === 0x2c) at = skipSpace(text, at + 1);
  }
  if (others) for (const key of seen) if (others.has(folded(key))) throw doubled(key);
}

/** A key that is none of the protocol's. */
function noteOther(
  key: string,
  known: KeySet,
  strict: boolean,
  seen: readonly string[],
  others: Set<string>,
): void {
  const fold = folded(key);
  if (others.has(fold)) throw doubled(key);
  others.add(fold);
  if (!known.folded.has(joined(key))) return;
  if (strict || seen.some((one) => folded(one) === fold)) throw lookAlike(key);
}

function keyAt(text: string, at: number, end: number): string {
  const raw = text.slice(at + 1, end - 1);
  return raw.includes("\\") ? (JSON.parse(text.slice(at, end)) as string) : raw;
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
