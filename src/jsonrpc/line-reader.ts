/**
 * Splits a byte stream into lines, and parses lines as JSON-RPC messages (MCP stdio: one message per line, UTF-8).
 * Memory is bounded by one line of the longest length. Does not own the stream.
 */

import { isObject, parseJson } from "../base/json.ts";
import { isId, type JsonRpcId, type Message, messageKind, parseMessage } from "./message.ts";
import { elementsOf, toSingleLine } from "./text-edit.ts";

/** Longest line accepted as a message (gateway.md, *Runtimes*). */
export const maxLineBytes = 64 * 1024 * 1024;

const newline = 10;
const carriageReturn = 13;
const byteOrderMark = 0xefbbbf;

export interface LineSink {
  /** One complete line without its end. */
  line(text: string): void;
  /** A line over the limit. It is dropped, and reported once with its first and last bytes. */
  oversize(bytes: number, head: string, tail: string): void;
}

export interface LineLimits {
  /** Longest line passed on; default 64 MiB. */
  readonly limitBytes?: number;
  /** Number of bytes reported of the head and of the tail of a dropped line; default 1 KiB each. */
  readonly keepBytes?: number;
  /** For event streams. Empty lines are passed on because they end an event, and a single CR ends a line. Default: false. */
  readonly emptyLines?: boolean;
}

/**
 * Splits chunks into lines. Linear in the bytes for any chunk sizes. Accepts CRLF, and characters split between chunks.
 * Skips a byte order mark before the first line.
 */
export class LineReader {
  readonly #sink: LineSink;
  readonly #limitBytes: number;
  readonly #keepBytes: number;
  readonly #shortest: number;
  readonly #lineEnds: LineEnds | undefined;
  #isFirst = true;
  /** The chunks of the unfinished line. */
  #parts: Buffer[] = [];
  #bytes = 0;
  #dropped: Dropped | undefined;

  constructor(sink: LineSink, limits: LineLimits = {}) {
    this.#sink = sink;
    this.#limitBytes = limits.limitBytes ?? maxLineBytes;
    this.#keepBytes = limits.keepBytes ?? 1024;
    this.#shortest = limits.emptyLines ? 0 : 1;
    this.#lineEnds = limits.emptyLines ? new LineEnds() : undefined;
  }

  push(bytes: Buffer): void {
    const chunk = this.#lineEnds?.unified(bytes) ?? bytes;
    let start = 0;
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, start)) {
      if (this.#bytes === 0 && end - start <= this.#limitBytes) this.#emit(chunk, start, end);
      else this.#finish(chunk.subarray(start, end));
      start = end + 1;
    }
    if (start < chunk.length) this.#keep(start === 0 ? chunk : chunk.subarray(start));
  }

  /** The stream ended. A last line without a newline is a line too. */
  end(): void {
    if (this.#bytes > 0) this.#finish(Buffer.alloc(0));
  }

  #emit(buffer: Buffer, start: number, end: number): void {
    const last = end > start && buffer[end - 1] === carriageReturn ? end - 1 : end;
    const first = this.#isFirst ? afterMark(buffer, start, last) : start;
    this.#isFirst = false;
    if (last - first >= this.#shortest) this.#sink.line(buffer.toString("utf8", first, last));
  }

  #keep(part: Buffer): void {
    this.#bytes += part.length;
    if (this.#dropped) this.#dropped.add(part);
    else this.#parts.push(part);
    if (!this.#dropped && this.#bytes > this.#limitBytes) this.#drop();
  }

  #drop(): void {
    this.#dropped = new Dropped(this.#keepBytes);
    for (const part of this.#parts) this.#dropped.add(part);
    this.#parts = [];
  }

  #finish(rest: Buffer): void {
    this.#keep(rest);
    const parts = this.#parts;
    const bytes = this.#bytes;
    const dropped = this.#dropped;
    this.#parts = [];
    this.#bytes = 0;
    this.#dropped = undefined;
    if (dropped) {
      this.#isFirst = false;
      this.#sink.oversize(bytes, dropped.head(), dropped.tail());
    } else this.#emit(Buffer.concat(parts, bytes), 0, bytes);
  }
}

/** Start of the text after a byte order mark, if there is one. */
function afterMark(buffer: Buffer, start: number, end: number): number {
  const isMarked = end - start >= 3 && buffer.readUIntBE(start, 3) === byteOrderMark;
  return isMarked ? start + 3 : start;
}

/** Converts the line ends of event streams (CR, LF or CRLF; HTML, *Server-sent events*) to LF. */
class LineEnds {
  #endedInReturn = false;

  unified(bytes: Buffer): Buffer {
    if (bytes.length === 0) return bytes;
    const chunk = this.#endedInReturn && bytes[0] === newline ? bytes.subarray(1) : bytes;
    this.#endedInReturn = bytes[bytes.length - 1] === carriageReturn;
    return chunk.includes(carriageReturn)
      ? Buffer.from(chunk.toString("latin1").replace(/\r\n?/g, "\n"), "latin1")
      : chunk;
  }
}

/** Head and tail of a line over the limit. */
class Dropped {
  readonly #keepBytes: number;
  #head = Buffer.alloc(0);
  #tail = Buffer.alloc(0);

  constructor(keepBytes: number) {
    this.#keepBytes = keepBytes;
  }

  add(part: Buffer): void {
    const missing = this.#keepBytes - this.#head.length;
    if (missing > 0) this.#head = Buffer.concat([this.#head, part.subarray(0, missing)]);
    const tail = part.subarray(Math.max(0, part.length - this.#keepBytes));
    this.#tail = Buffer.concat([this.#tail, tail]).subarray(-this.#keepBytes);
  }

  head(): string {
    return this.#head.toString("utf8");
  }

  tail(): string {
    return this.#tail.toString("utf8");
  }
}

/**
 * The messages of one line or body: a single one, or all of a batch (MCP 2025-03-26). `undefined` when the text is not
 * JSON-RPC. Line breaks between tokens become spaces, so the texts have none. A byte order mark is skipped, because some
 * programs write one although JSON does not allow it.
 */
export function parseMessages(written: string): readonly Message[] | undefined {
  const line = stripByteOrderMark(written);
  const message = parseMessage(toSingleLine(line));
  if (message) return messageKind(message.json) === "invalid" ? undefined : [message];
  const messages = line.trimStart().startsWith("[") ? parseBatch(line) : undefined;
  return messages?.every(({ json }) => messageKind(json) !== "invalid") ? messages : undefined;
}

/** The text without a byte order mark. */
export function stripByteOrderMark(text: string): string {
  return text.startsWith("\ufeff") ? text.slice(1) : text;
}

/** The messages of a batch with their original texts. `undefined` if the text is not an array of objects, or empty. */
export function parseBatch(text: string): Message[] | undefined {
  const batch = parseJson(text);
  if (!Array.isArray(batch) || batch.length === 0 || !batch.every(isObject)) return undefined;
  const texts = elementsOf(toSingleLine(text));
  return batch.map((json, index) => ({ text: texts[index] ?? "", json: json as Message["json"] }));
}

/**
 * An error response that replaces a response over the limit, so that the caller does not wait for a timeout.
 * `undefined` when head and tail do not show with certainty which call the line answered.
 */
export function errorForOversizeLine(
  head: string,
  tail: string,
  limitBytes = maxLineBytes,
): Message | undefined {
  const id = idOfAnswer(head, tail);
  if (id === undefined) return undefined;
  const limit = `${Math.round(limitBytes / 1024 / 1024)} MiB`;
  const error = { code: -32603, message: `the server's answer is larger than ${limit}` };
  const json = { jsonrpc: "2.0", id, error };
  return { text: JSON.stringify(json), json };
}

const version = String.raw`"jsonrpc"\s*:\s*"2\.0"`;
const token = String.raw`(-?\d+|"(?:[^"\\]|\\.)*")`;
const idFirst = new RegExp(
  String.raw`^\s*\{\s*(?:${version}\s*,\s*)?"id"\s*:\s*${token}\s*,\s*(?:${version}\s*,\s*)?"(?:result|error)"`,
);
const answerFirst = new RegExp(String.raw`^\s*\{\s*(?:${version}\s*,\s*)?"(?:result|error)"\s*:`);
// One closing brace after the id shows that the id is at the top level, not in the result.
const idLast = new RegExp(String.raw`,\s*"id"\s*:\s*${token}\s*(?:,\s*${version}\s*)?\}\s*$`);

function idOfAnswer(head: string, tail: string): JsonRpcId | undefined {
  const text = idFirst.exec(head)?.[1] ?? (answerFirst.test(head) ? idLast.exec(tail)?.[1] : undefined);
  const id = text === undefined ? undefined : parseJson(text);
  return isId(id) ? id : undefined;
}
