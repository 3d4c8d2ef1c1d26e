/** Tests that repeated headers to a remote server follow the server's latest list, also among calls at the same time. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { envelopeMeta } from "../../../../src/backend/era.ts";
import type { JsonRpc, Message } from "../../../../src/jsonrpc/message.ts";
import { ParamHeaderCache } from "../../../../src/runtime/remote/param-header-cache.ts";
import { message } from "../../fakes.ts";

const _meta = envelopeMeta({ capabilities: {}, clientInfo: undefined });
const call = message({
  id: 7,
  method: "tools/call",
  params: { name: "t", arguments: { region: "eu" }, _meta },
}).json;
const refused = message({ id: 7, error: { code: -32020, message: "no header" } });
const noRequest = () => assert.fail("the list must not be requested");

const tool = (name: string, header?: string) => ({
  name,
  inputSchema: { properties: { region: { type: "string", ...(header && { "x-mcp-header": header }) } } },
});
const page = (tools: object[], nextCursor?: string) => (id: unknown) =>
  message({ id, result: { tools, ...(nextCursor && { nextCursor }) } });

/** Answers with one page after the other, and records its requests. */
function asking(...pages: ((id: unknown) => Message)[]) {
  const asked: JsonRpc[] = [];
  const ask = async (id: string, request: JsonRpc) => {
    asked.push(request);
    return pages[asked.length - 1]?.(id);
  };
  return { asked, ask };
}

test("a refused call is sent again with the headers of the list, page by page", async () => {
  const params = new ParamHeaderCache();
  assert.deepEqual(params.headersOf(call), {});
  const { asked, ask } = asking(page([tool("other", "Other")], "2"), page([tool("t", "Region")]));
  assert.equal(await params.shouldRetry(call, {}, refused, ask), true);
  assert.deepEqual(
    asked.map(({ method, params }) => [method, params?.["cursor"]]),
    [
      ["tools/list", undefined],
      ["tools/list", "2"],
    ],
  );
  assert.deepEqual(params.headersOf(call), { "Mcp-Param-Region": "eu" });
});

test("a call that was sent before another call learned the headers is sent again without a new request for the list", async () => {
  const params = new ParamHeaderCache();
  const { ask } = asking(page([tool("t", "Region")]));
  assert.equal(await params.shouldRetry(call, {}, refused, ask), true);
  assert.equal(await params.shouldRetry(call, {}, refused, noRequest), true);
});

test("a call is not repeated if the headers match the list, or if the error has another cause", async () => {
  const params = new ParamHeaderCache();
  const { ask } = asking(page([tool("t")]));
  assert.equal(await params.shouldRetry(call, {}, refused, ask), false);
  const other = message({ id: 7, error: { code: -32602, message: "no" } });
  assert.equal(await params.shouldRetry(call, {}, other, noRequest), false);
  assert.equal(await params.shouldRetry(call, {}, undefined, noRequest), false);
  const legacy = message({ id: 7, method: "tools/call", params: { name: "t", arguments: {} } }).json;
  assert.equal(await params.shouldRetry(legacy, {}, refused, noRequest), false);
});

test("a complete list replaces the cache, and a page adds to it", () => {
  const params = new ParamHeaderCache();
  const list = (cursor?: string) =>
    message({ id: 1, method: "tools/list", params: { _meta, ...(cursor && { cursor }) } }).json;
  params.store(list(), page([tool("t", "Region")])(1));
  params.store(list(), page([tool("other", "Other")], "2")(1));
  assert.deepEqual(params.headersOf(call), { "Mcp-Param-Region": "eu" });
  params.store(list("2"), page([tool("t", "Zone")])(1));
  assert.deepEqual(params.headersOf(call), { "Mcp-Param-Zone": "eu" });
  params.store(list(), page([tool("other", "Other")])(1));
  assert.deepEqual(params.headersOf(call), {});
});
