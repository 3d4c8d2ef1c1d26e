/** Bytes that arrive in chunks of any size: lines of stdio, and server-sent events. */

import assert from "node:assert/strict";
import fc from "fast-check";
import { LineReader } from "../../src/jsonrpc/line-reader.ts";
import { tapEvents } from "../../src/runtime/remote/message-interceptor.ts";
import { messageText } from "./json-text.ts";
import { type Property, property } from "./property.ts";

const part = fc.oneof(
  fc.constantFrom("\n", "\r", "\r\n", "\n\n", "\ufeff", "é", "🎉", "", "data: x", "id: 1", ":"),
  fc.string({ maxLength: 12 }),
);
const bytes = fc.oneof(
  fc.array(part, { maxLength: 12 }).map((parts) => Buffer.from(parts.join(""))),
  fc.uint8Array({ maxLength: 60 }).map((array) => Buffer.from(array)),
);
const cuts = fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 20 });

/** The chunks have the given sizes, in turn. Empty chunks occur too. */
function chunksOf(buffer: Buffer, sizes: readonly number[]): Buffer[] {
  const chunks: Buffer[] = [];
  let at = 0;
  for (const size of sizes) {
    chunks.push(buffer.subarray(at, at + size));
    at += size;
  }
  return [...chunks, buffer.subarray(at)];
}

interface ReadLines {
  readonly lines: string[];
  readonly oversize: [bytes: number, head: string, tail: string][];
}

function readLines(chunks: readonly Buffer[], emptyLines: boolean, limitBytes?: number): ReadLines {
  const read: ReadLines = { lines: [], oversize: [] };
  const sink = {
    line: (text: string) => void read.lines.push(text),
    oversize: (size: number, head: string, tail: string) => void read.oversize.push([size, head, tail]),
  };
  const limits = { emptyLines, keepBytes: 4, ...(limitBytes !== undefined && { limitBytes }) };
  const reader = new LineReader(sink, limits);
  for (const chunk of chunks) reader.push(chunk);
  reader.end();
  return read;
}

/** The lines of a whole text, in the plainest way. */
function expectedLines(buffer: Buffer): string[] {
  const marked = buffer.subarray(0, 3).equals(Buffer.from("\ufeff"));
  const lines = (marked ? buffer.subarray(3) : buffer).toString("latin1").split("\n");
  return lines
    .map((line) => Buffer.from(line.replace(/\r$/, ""), "latin1").toString("utf8"))
    .filter((line) => line !== "");
}

/** Whether the bytes have no byte order mark after the first character, and do not begin with an empty line. */
function isSimple(buffer: Buffer): boolean {
  return buffer.indexOf("\ufeff", 1) < 0 && !/^[\r\n]/.test(buffer.toString("latin1"));
}

async function* streamOf(chunks: readonly Buffer[]): AsyncGenerator<Buffer> {
  yield* chunks;
}

async function tapped(chunks: readonly Buffer[]) {
  const read = { messages: [] as string[], noise: [] as string[], primed: 0, out: "" };
  const events = tapEvents(streamOf(chunks), {
    message: ({ text }) => void read.messages.push(text),
    noise: (line) => void read.noise.push(line),
    primed: () => {
      read.primed++;
    },
  });
  for await (const chunk of events) read.out += chunk.toString("utf8");
  return read;
}

const lineEnd = fc.constantFrom("\n", "\r\n", "\r");
const beforeData = fc.constantFrom(
  "",
  ": comment",
  "id: 7",
  "event: message",
  "retry: 10",
  "unknown: x",
  ":",
);
const event = fc.tuple(beforeData, messageText({ odd: false }), fc.constantFrom("data: ", "data:"));

export const streamProperties: readonly Property[] = [
  property("lines are the same for all chunk sizes", 10, fc.tuple(bytes, cuts, fc.boolean()), (input) => {
    const [buffer, sizes, emptyLines] = input;
    const whole = readLines([buffer], emptyLines);
    assert.deepEqual(readLines(chunksOf(buffer, sizes), emptyLines), whole);
    if (!emptyLines && isSimple(buffer)) assert.deepEqual(whole.lines, expectedLines(buffer));
  }),
  property(
    "lines over the limit are dropped, and the others read",
    6,
    fc.tuple(bytes, cuts, fc.nat(20)),
    (input) => {
      const [buffer, sizes, limit] = input;
      const whole = readLines([buffer], false, limit);
      const cut = readLines(chunksOf(buffer, sizes), false, limit);
      assert.deepEqual(cut, whole);
      for (const line of whole.lines) assert.ok(Buffer.byteLength(line) <= Math.max(limit, line.length * 3));
      for (const [size, head, tail] of whole.oversize)
        assert.ok(size > limit && head.length <= 4 && tail.length <= 4);
    },
  ),
  property(
    "messages in events are read for all chunk sizes and line ends",
    6,
    fc.tuple(fc.array(event, { maxLength: 5 }), cuts, lineEnd),
    async (input) => {
      const [events, sizes, end] = input;
      const lines = events.flatMap(([before, text, field]) => {
        // A message over several lines is one field for each line.
        const data = text.split(/\r\n|\r|\n/).map((line) => field + line);
        return [...(before === "" ? [] : [before]), ...data, ""];
      });
      const buffer = Buffer.from(lines.map((line) => line + end).join(""));
      const { messages, noise } = await tapped(chunksOf(buffer, sizes));
      const sent = events.map(([, text]) => JSON.parse(text));
      assert.equal(messages.length + noise.length, sent.length);
      const valid = sent.filter((one) =>
        noise.every((line) => JSON.stringify(JSON.parse(line)) !== JSON.stringify(one)),
      );
      assert.deepEqual(
        messages.map((text) => JSON.parse(text)),
        valid,
      );
    },
  ),
  property(
    "any bytes are read as events without an error",
    6,
    fc.tuple(bytes, cuts),
    async ([buffer, sizes]) => {
      assert.deepEqual(await tapped(chunksOf(buffer, sizes)), await tapped([buffer]));
    },
  ),
];
