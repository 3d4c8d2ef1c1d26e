/** Tests that answers of one era are translated to the other completely, and that nothing is lost. */

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  completedResult,
  discovery,
  initializeResult,
  needsInput,
  provisionalDiscovery,
  statelessError,
} from "../../../../src/router/bridge/era-translation.ts";
import { message } from "../../fakes.ts";

const serverInfo = { name: "backend", version: "1" };
const infoKey = "io.modelcontextprotocol/serverInfo";

test("a result is complete, and the backend's own fields stay as they were", () => {
  const table: [string, string, string][] = [
    ["tools/call", '{"n":1.0}', '{"resultType":"complete","n":1.0}'],
    ["tools/list", '{"tools":[]}', '{"resultType":"complete","ttlMs":0,"cacheScope":"private","tools":[]}'],
    [
      "tools/list",
      '{"ttlMs":5,"tools":[]}',
      '{"resultType":"complete","cacheScope":"private","ttlMs":5,"tools":[]}',
    ],
    ["tools/call", '{"resultType":"other"}', '{"resultType":"other"}'],
    ["tools/call", '{"resultTyp\\u0065":"other"}', '{"resultTyp\\u0065":"other"}'],
    ["tools/call", "{}", '{"resultType":"complete"}'],
    ["tools/call", "[]", "[]"],
    ["tools/call", "null", "null"],
  ];
  for (const [method, text, expected] of table)
    assert.equal(completedResult(method, text, JSON.parse(text)), expected);
});

test("a result that requests input is recognised", () => {
  assert.equal(needsInput(message({ id: 1, result: { resultType: "input_required" } })), true);
  for (const json of [
    { result: { resultType: "complete" } },
    { result: "input_required" },
    { error: {} },
    {},
  ])
    assert.equal(needsInput(message({ id: 1, ...json })), false);
});

test("a missing resource is an invalid parameter, and every other error stays as it is", () => {
  const error = { code: -32002, message: "not found" };
  const read = message({ id: 1, method: "resources/read", params: { uri: "u" } });
  assert.deepEqual(JSON.parse(statelessError(read, message({ id: 1, error }))), {
    code: -32602,
    message: "not found",
    data: { uri: "u" },
  });
  const call = message({ id: 1, method: "tools/call" });
  assert.deepEqual(JSON.parse(statelessError(call, message({ id: 1, error }))), error);
});

test("the discovery of a backend of the initialize era lacks the features that the other era does not have", () => {
  const capabilities = { tools: { listChanged: true }, tasks: {}, odd: { x: 1 } };
  const answer = message({ id: 1, result: { capabilities, serverInfo, instructions: "do", more: 1 } });
  assert.deepEqual(JSON.parse(discovery({ era: "initialize", response: answer })), {
    resultType: "complete",
    ttlMs: 0,
    cacheScope: "private",
    supportedVersions: ["2026-07-28"],
    capabilities: { tools: { listChanged: true }, odd: { x: 1 } },
    instructions: "do",
    _meta: { [infoKey]: serverInfo },
  });
});

test("the discovery of a stateless backend stays as it was, except versions that the gateway does not support", () => {
  const answer = message({
    id: 1,
    result: { supportedVersions: ["2026-07-28", "2027-01-01"], capabilities: {}, odd: 1 },
  });
  assert.deepEqual(JSON.parse(discovery({ era: "stateless", response: answer })), {
    supportedVersions: ["2026-07-28"],
    capabilities: {},
    odd: 1,
  });
});

test("a client with a session gets an initialize result from the discovery of a stateless backend", () => {
  const result = { supportedVersions: ["2026-07-28"], capabilities: { tools: {} }, instructions: "do" };
  const named = message({ id: 1, result: { ...result, _meta: { [infoKey]: serverInfo } } });
  assert.deepEqual(
    JSON.parse(initializeResult({ era: "stateless", response: named }, "fake", "2025-06-18")),
    {
      protocolVersion: "2025-06-18",
      capabilities: { tools: {} },
      serverInfo,
      instructions: "do",
    },
  );
  const nameless = message({ id: 1, result });
  const introduced = JSON.parse(
    initializeResult({ era: "stateless", response: nameless }, "fake", "2025-06-18"),
  );
  assert.deepEqual(introduced.serverInfo, { name: "fake", version: "unknown" });
});

test("a client that cannot wait is offered every capability", () => {
  const promised = JSON.parse(provisionalDiscovery({ name: "fake", title: "Fake" }, "1.0.0"));
  assert.deepEqual(Object.keys(promised.capabilities), [
    "tools",
    "resources",
    "prompts",
    "logging",
    "completions",
  ]);
  assert.deepEqual(promised._meta, { [infoKey]: { name: "fake", title: "Fake", version: "1.0.0" } });
});
