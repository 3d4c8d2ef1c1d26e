/** Tests that bytes are split into lines however they are cut, and what replaces an answer that is too large. */

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  errorForOversizeLine,
  type LineLimits,
  LineReader,
  parseMessages,
} from "../../../src/jsonrpc/line-reader.ts";
import { cpuMsOf } from "../../support/cpu-time.ts";

function reader(limits?: LineLimits) {
  const lines: string[] = [];
  const oversize: [number, string, string][] = [];
  const sink = {
    line: (line: string) => lines.push(line),
    oversize: (bytes: number, head: string, tail: string) => oversize.push([bytes, head, tail]),
  };
  return { reader: new LineReader(sink, limits), lines, oversize };
}

const text = '{"a":"ü€😀"}\r\n\n{"b":2}\nlast';

test("lines are the same however the bytes are cut", () => {
  const bytes = Buffer.from(text);
  for (let size = 1; size <= bytes.length; size++) {
    const { reader: codec, lines } = reader();
    for (let at = 0; at < bytes.length; at += size) codec.push(bytes.subarray(at, at + size));
    assert.deepEqual(lines, ['{"a":"ü€😀"}', '{"b":2}'], `cut every ${size} bytes`);
    codec.end();
    assert.equal(lines.at(-1), "last");
  }
});

test("empty lines are reported on request", () => {
  const { reader: codec, lines } = reader({ emptyLines: true });
  codec.push(Buffer.from("a\n\r"));
  codec.push(Buffer.from("\n\nb\n"));
  assert.deepEqual(lines, ["a", "", "", "b"]);
});

test("a byte order mark before the first line is left out, however the bytes are cut", () => {
  const bytes = Buffer.from('\ufeff{"a":1}\n\ufeffb\n');
  for (let size = 1; size <= bytes.length; size++) {
    const { reader: codec, lines } = reader();
    for (let at = 0; at < bytes.length; at += size) codec.push(bytes.subarray(at, at + size));
    assert.deepEqual(lines, ['{"a":1}', "\ufeffb"], `cut every ${size} bytes`);
  }
});

test("a CR alone ends a line of an event stream, at once and however the bytes are cut", () => {
  const bytes = Buffer.from("\ufeffa\rb\r\rc\r\n\r\nd\ne\n\rü\r");
  for (let size = 1; size <= bytes.length; size++) {
    const { reader: codec, lines } = reader({ emptyLines: true });
    for (let at = 0; at < bytes.length; at += size) codec.push(bytes.subarray(at, at + size));
    assert.deepEqual(lines, ["a", "b", "", "c", "", "d", "e", "", "ü"], `cut every ${size} bytes`);
  }
  const { reader: codec, lines } = reader();
  codec.push(Buffer.from("a\rb\n"));
  assert.deepEqual(lines, ["a\rb"], "elsewhere it is part of the line");
});

test("a message may follow a byte order mark", () => {
  const [message] = parseMessages('\ufeff{"jsonrpc":"2.0","id":1,"result":{}}') ?? [];
  assert.equal(message?.text, '{"jsonrpc":"2.0","id":1,"result":{}}');
  assert.equal(parseMessages('\ufeff[{"jsonrpc":"2.0","id":1,"result":{}}]')?.length, 1);
});

test("a line at the limit passes, a longer line is dropped as a whole, and reading continues", () => {
  for (const size of [1, 3, 7, 1000]) {
    const { reader: codec, lines, oversize } = reader({ limitBytes: 10, keepBytes: 4 });
    const bytes = Buffer.from("0123456789\nabcdefghijkl\nnext\n0123456789abcdef\nend\n");
    for (let at = 0; at < bytes.length; at += size) codec.push(bytes.subarray(at, at + size));
    assert.deepEqual(lines, ["0123456789", "next", "end"], `cut every ${size} bytes`);
    assert.deepEqual(oversize, [
      [12, "abcd", "ijkl"],
      [16, "0123", "cdef"],
    ]);
  }
});

test("only the ends of a dropped line are kept", () => {
  const { reader: codec, lines, oversize } = reader({ limitBytes: 1024 * 1024 });
  const chunk = Buffer.alloc(64 * 1024, "x");
  const before = process.memoryUsage().arrayBuffers;
  for (let n = 0; n < 4096; n++) codec.push(Buffer.from(chunk));
  globalThis.gc?.();
  assert.ok(process.memoryUsage().arrayBuffers - before < 200 * 1024 * 1024);
  codec.push(Buffer.from("\nok\n"));
  assert.deepEqual(lines, ["ok"]);
  assert.equal(oversize[0]?.[0], 4096 * chunk.length);
  assert.equal(oversize[0]?.[1].length, 1024);
});

test("a long line in many chunks costs time in proportion to its length", () => {
  const chunk = Buffer.alloc(1024, "x");
  const { reader: codec, lines } = reader();
  const cpuMs = cpuMsOf(() => {
    for (let n = 0; n < 32 * 1024; n++) codec.push(chunk);
    codec.push(Buffer.from("\n"));
  });
  assert.equal(lines[0]?.length, 32 * 1024 * 1024);
  assert.ok(cpuMs < 5_000, "32 MiB in 1 KiB chunks");
});

test("a line is a message, a batch of messages, or noise", () => {
  assert.deepEqual(
    parseMessages('{"jsonrpc":"2.0","id":1,"result":{}, "x":1}')?.[0]?.text,
    '{"jsonrpc":"2.0","id":1,"result":{}, "x":1}',
  );
  assert.equal(parseMessages('[{"method":"a"},{"id":1,"result":{}}]')?.length, 2);
  for (const noise of [
    "starting…",
    '{"level":"info"}',
    "[1,2]",
    "[]",
    "42",
    '"x"',
    "{",
    '{"method":1}',
    '[{"method":"a"},{}]',
  ]) {
    assert.equal(parseMessages(noise), undefined, noise);
  }
});

const put = (head: string, tail: string) => errorForOversizeLine(head, tail)?.json.id;

test("an answer that is too large is replaced by an error if its id is visible", () => {
  assert.equal(put('{"jsonrpc":"2.0","id":5,"result":{"content":[', "…]}}"), 5);
  assert.equal(put('{ "id" : "a\\"b", "jsonrpc":"2.0", "result":', ""), 'a"b');
  assert.equal(put('{"result":{"x":"', '"},"id":7,"jsonrpc":"2.0"}'), 7);
  assert.equal(put('{"jsonrpc":"2.0","result":{"x":"', '"}, "id":"z"}\r'), "z");
  const answer = errorForOversizeLine('{"id":1,"result":', "");
  assert.equal(
    answer?.text,
    '{"jsonrpc":"2.0","id":1,"error":{"code":-32603,"message":"the server\'s answer is larger than 64 MiB"}}',
  );
});

test("no error is made up for a line that may not be an answer", () => {
  assert.equal(put('{"jsonrpc":"2.0","id":5,"method":"sampling/createMessage","params":{', "}}"), undefined);
  assert.equal(put('{"jsonrpc":"2.0","method":"x","params":{"id":5,', '"id":5}'), undefined);
  assert.equal(put('{"result":{"x":"', '","id":7}}'), undefined, "the id is the result's");
  assert.equal(put("garbage", "garbage"), undefined);
  assert.equal(put('{"x-first":1,"id":5,"result":{', "}}"), undefined);
});
