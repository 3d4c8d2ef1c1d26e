/** Responses of remote servers besides MCP: compressed bodies, foreign pages, cookies, pauses, ids as text. */

import assert from "node:assert/strict";
import { test } from "node:test";
import zlib from "node:zlib";
import { codingsIn, decodedBody } from "../../../../src/runtime/remote/content-encoding.ts";
import { CookieJar } from "../../../../src/runtime/remote/cookie-jar.ts";
import { describeBody } from "../../../../src/runtime/remote/describe-body.ts";
import { ReconnectBackoff } from "../../../../src/runtime/remote/reconnect-backoff.ts";
import { withSentId } from "../../../../src/runtime/remote/response-ids.ts";
import { isIdempotent, retryAfterMs, waitsForPause } from "../../../../src/runtime/remote/retry-after.ts";
import { cpuMsOf } from "../../../support/cpu-time.ts";
import { message } from "../../fakes.ts";

async function* cut(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function read(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

const text = '{"jsonrpc":"2.0","id":1,"result":{"ü":"é"}}';

test("each coding is decoded however it is cut, several in their order, and deflate in both its forms", async () => {
  const packed: readonly [string, Buffer][] = [
    ["gzip", zlib.gzipSync(text)],
    ["x-gzip", zlib.gzipSync(text)],
    ["br", zlib.brotliCompressSync(text)],
    ["deflate", zlib.deflateSync(text)],
    ["deflate", zlib.deflateRawSync(text)],
    ["zstd", zlib.zstdCompressSync(text)],
    ["br, GZIP", zlib.gzipSync(zlib.brotliCompressSync(text))],
    ["identity", Buffer.from(text)],
  ];
  for (const [header, bytes] of packed)
    for (const size of [1, 7, 1000])
      assert.equal(await read(decodedBody(cut(bytes, size), header)), text, header);
  assert.deepEqual(codingsIn(" br , identity,"), ["br"]);
  assert.equal(await read(decodedBody(cut(Buffer.alloc(0), 1), "gzip")), "");
});

test("a compressed stream is read while it continues", async () => {
  const gzip = zlib.createGzip();
  const events = decodedBody(gzip, "gzip")[Symbol.asyncIterator]();
  gzip.write("data: 1\n\n");
  gzip.flush();
  assert.equal(String((await events.next()).value), "data: 1\n\n");
  await events.return?.();
  assert.ok(gzip.destroyed);
});

test("a body that cannot be decoded is reported", async () => {
  await assert.rejects(
    read(decodedBody(cut(Buffer.from(text), 9), "gzip")),
    /is not valid gzip: incorrect header/,
  );
  await assert.rejects(read(decodedBody(cut(Buffer.from(text), 9), "pack200")), /compressed as 'pack200'/);
  await assert.rejects(read(decodedBody(cut(Buffer.from(text), 9), "gzip,gzip,gzip,gzip")), /too many times/);
});

test("an endless stream from a few bytes is ended", async () => {
  const bomb = zlib.gzipSync(Buffer.alloc(70_000_000));
  await assert.rejects(read(decodedBody(cut(bomb, 65536), "gzip")), /more than 100 times its size/);
});

test("a foreign body is described as a page, a login, JSON text or plain text, escaped and bounded", () => {
  const cases: readonly [string, string, string | undefined][] = [
    ["text/html", "<html><head><title>\n Sign in &amp; go </title>", 'a login page: "Sign in & go"'],
    ["", "<!DOCTYPE html><title>502 Bad Gateway</title>", 'a web page: "502 Bad Gateway"'],
    ["text/html", "<style>x{}</style><h1>Not</h1> here", 'a web page: "Not here"'],
    ["text/html", "<br>", "a web page"],
    ["application/json", '{"error":{"code":1,"message":"no such key"}}', '"no such key"'],
    ["application/json", '{"error":"invalid_token","error_description":"expired"}', '"expired"'],
    ["text/plain", "forbidden\u001b[2J", '"forbidden\\x1b[2J"'],
    ["text/plain", " \n", undefined],
  ];
  for (const [type, body, expected] of cases) assert.equal(describeBody(type, body), expected, body);
  assert.ok((describeBody("text/plain", "x".repeat(100_000)) ?? "").length < 130);
});

test("a hostile page costs no time", () => {
  const cpuMs = cpuMsOf(() => {
    for (const part of ["<title", "<script ", "<", "&amp"]) describeBody("text/html", part.repeat(20_000));
  });
  assert.ok(cpuMs < 2_000);
});

test("cookies return to the origin, path and time they are for, and never replace those of the catalog", () => {
  let now = 0;
  const jar = new CookieJar("https://a.example", () => now);
  const url = new URL("https://a.example/v1/mcp");
  jar.keep(url, [
    "AWSALB=1; Path=/; HttpOnly",
    "own=x; Max-Age=10",
    "deep=y; Path=/v2",
    "bad name=z",
    "d=1; Domain=b.example",
  ]);
  assert.equal(jar.header(url), "AWSALB=1; own=x");
  assert.equal(jar.header(url, "own=mine; b=2"), "own=mine; b=2; AWSALB=1");
  assert.equal(jar.header(new URL("https://a.example/other")), "AWSALB=1");
  assert.equal(jar.header(new URL("https://b.example/v1/mcp")), undefined);
  now = 11_000;
  assert.equal(jar.header(url), "AWSALB=1");
  jar.keep(url, ["AWSALB=2; Path=/"]);
  assert.equal(jar.header(url), "AWSALB=2");
  jar.keep(url, ["AWSALB=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT"]);
  assert.equal(jar.header(url), undefined);
  jar.keep(new URL("https://b.example/"), ["c=1"]);
  assert.equal(jar.header(new URL("https://b.example/")), undefined);
  jar.keep(
    url,
    Array.from({ length: 60 }, (_, n) => `c${n}=1`),
  );
  assert.equal(jar.header(url)?.split("; ").length, 50);
});

test("a cookie for TLS is not sent in clear text", () => {
  const jar = new CookieJar("http://a.example");
  jar.keep(new URL("http://a.example/"), ["s=1; Secure", "t=1"]);
  assert.equal(jar.header(new URL("http://a.example/")), "t=1");
});

test("Retry-After is a number or a date, and counts for 429 and 503 only", () => {
  const now = Date.parse("2026-01-01T00:00:00Z");
  assert.equal(retryAfterMs(429, "5", now), 5000);
  assert.equal(retryAfterMs(503, "Thu, 01 Jan 2026 00:00:07 GMT", now), 7000);
  assert.equal(retryAfterMs(503, "Wed, 31 Dec 2025 00:00:00 GMT", now), 0);
  assert.equal(retryAfterMs(500, "5", now), undefined);
  assert.equal(retryAfterMs(429, "soon", now), undefined);
  assert.equal(retryAfterMs(429, undefined, now), undefined);
  assert.equal(retryAfterMs(429, "999999999", now), 24 * 60 * 60 * 1000);
});

test("lists and pings wait and may be repeated, and calls do neither", () => {
  const both = ({ method }: { method: string }) => [waitsForPause({ method }), isIdempotent({ method })];
  assert.deepEqual(both({ method: "tools/list" }), [true, true]);
  assert.deepEqual(both({ method: "ping" }), [true, true]);
  assert.deepEqual(both({ method: "resources/read" }), [false, true]);
  assert.deepEqual(both({ method: "tools/call" }), [false, false]);
  assert.deepEqual(both({ method: "notifications/x" }), [false, false]);
});

test("streams that end at once are requested again with growing pauses, until a stream delivers something", () => {
  const streams = new ReconnectBackoff();
  const pauseAfterEmpty = (delayMs: number) => {
    streams.opened(0);
    return streams.pauseAfter(10, delayMs);
  };
  assert.deepEqual([pauseAfterEmpty(1000), pauseAfterEmpty(1000), pauseAfterEmpty(1000)], [1000, 1500, 2250]);
  for (let n = 0; n < 20; n++) pauseAfterEmpty(1000);
  assert.equal(pauseAfterEmpty(1000), 30_000);
  assert.equal(pauseAfterEmpty(60_000), 60_000);
  streams.opened(0);
  streams.received();
  assert.equal(streams.pauseAfter(10, 200), 200);
  assert.equal(pauseAfterEmpty(1000), 1000);
  streams.opened(0);
  assert.equal(streams.pauseAfter(60_000, 1000), 1000);
  assert.equal(streams.pauseAfter(60_000, 1e12), 2 ** 31 - 1);
});

test("an id that returns as text gets its type back, and the rest stays as written", () => {
  const isSent = (id: unknown) => id === 7 || id === "8";
  const answer = {
    ...message({ id: "7", result: { n: 1 } }),
    text: '{"id":"7","result":{"n":12345678901234567890}}',
  };
  assert.equal(withSentId(answer, isSent).text, '{"id":7,"result":{"n":12345678901234567890}}');
  assert.equal(withSentId(message({ id: 8, result: {} }), isSent).json.id, "8");
  for (const id of [7, "07", "9", "x"]) {
    const other = message({ id, result: {} });
    assert.equal(withSentId(other, isSent), other);
  }
  const request = message({ id: "7", method: "ping" });
  assert.equal(withSentId(request, isSent), request);
});
