/** Tests the rules for requests without a session: header and body must agree, or the request is not forwarded. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { isStateless, refusal } from "../../../../src/frontend/http/stateless-rules.ts";
import { message } from "../../fakes.ts";

const version = "2026-07-28";
const versionKey = "io.modelcontextprotocol/protocolVersion";
const capabilitiesKey = "io.modelcontextprotocol/clientCapabilities";
const _meta = { [versionKey]: version, [capabilitiesKey]: {} };

const request = (method: unknown, params: object = {}, id: unknown = 1) =>
  message({ id, method, params: { _meta, ...params } }).json;
const headers = (method: string, more: Record<string, string> = {}) => ({
  "mcp-protocol-version": version,
  "mcp-method": method,
  ...more,
});

test("each broken rule refuses a request", () => {
  const call = (name: unknown) => request("tools/call", { name });
  const named = (name: string) => headers("tools/call", { "mcp-name": name });
  const encoded = (name: string) => `=?base64?${Buffer.from(name).toString("base64")}?=`;
  const list = headers("tools/list");
  const table: [string, Parameters<typeof refusal>[0], Parameters<typeof refusal>[1], string | undefined][] =
    [
      ["all in order", list, request("tools/list"), undefined],
      ["no params", list, message({ id: 1, method: "tools/list" }).json, "invalid-params"],
      [
        "params that are no object",
        list,
        message({ id: 1, method: "tools/list", params: [] }).json,
        "invalid-params",
      ],
      ["_meta that is no object", list, request("tools/list", { _meta: [] }), "invalid-params"],
      ["no version", list, request("tools/list", { _meta: { [capabilitiesKey]: {} } }), "invalid-params"],
      [
        "no capabilities",
        list,
        request("tools/list", { _meta: { [versionKey]: version } }),
        "invalid-params",
      ],
      [
        "capabilities that are no object",
        list,
        request("tools/list", { _meta: { ..._meta, [capabilitiesKey]: [] } }),
        "invalid-params",
      ],
      [
        "a version that is no text",
        list,
        request("tools/list", { _meta: { ..._meta, [versionKey]: 5 } }),
        "invalid-params",
      ],
      ["no version header", { "mcp-method": "tools/list" }, request("tools/list"), "header-mismatch"],
      [
        "another version header",
        { ...list, "mcp-protocol-version": "2025-11-25" },
        request("tools/list"),
        "header-mismatch",
      ],
      [
        "an unknown version",
        { ...list, "mcp-protocol-version": "2027-01-01" },
        request("tools/list", { _meta: { ..._meta, [versionKey]: "2027-01-01" } }),
        "version-unsupported",
      ],
      ["no method header", { "mcp-protocol-version": version }, request("tools/list"), "header-mismatch"],
      ["another method header", headers("tools/call"), request("tools/list"), "header-mismatch"],
      ["the method in other letters", headers("Tools/List"), request("tools/list"), "header-mismatch"],
      ["a name", named("x"), call("x"), undefined],
      ["a name with spaces around", named(" x "), call("x"), undefined],
      ["a name in Base64", named(encoded("ä \n")), call("ä \n"), undefined],
      ["another name in Base64", named(encoded("y")), call("x"), "header-mismatch"],
      ["no name header", headers("tools/call"), call("x"), "header-mismatch"],
      ["another name", named("y"), call("x"), "header-mismatch"],
      ["a name that is no text is the server's to refuse", headers("tools/call"), call(5), undefined],
      [
        "a URI",
        headers("resources/read", { "mcp-name": "u" }),
        request("resources/read", { uri: "u" }),
        undefined,
      ],
      [
        "no URI header",
        headers("resources/read"),
        request("resources/read", { uri: "u" }),
        "header-mismatch",
      ],
      ["a prompt", headers("prompts/get"), request("prompts/get", { name: "p" }), "header-mismatch"],
      ["a task", headers("tasks/get"), request("tasks/get", { taskId: "t" }), "header-mismatch"],
      [
        "a name where none is called for",
        headers("odd/method"),
        request("odd/method", { name: "x" }),
        undefined,
      ],
      ["no method", headers("x"), message({ id: 1, params: { _meta } }).json, "invalid-request"],
      ["a method that is no text", headers("x"), request(5), "invalid-request"],
      ["id null", list, request("tools/list", {}, null), "invalid-request"],
      ["id that is an object", list, request("tools/list", {}, {}), "invalid-request"],
      ["a response", headers("x"), message({ id: 1, result: {} }).json, "invalid-request"],
      [
        "a notification has no envelope",
        headers("notifications/cancelled"),
        message({ method: "notifications/cancelled" }).json,
        undefined,
      ],
      [
        "a notification has a method header",
        {},
        message({ method: "notifications/cancelled" }).json,
        "header-mismatch",
      ],
    ];
  for (const [name, given, json, expected] of table)
    assert.equal(refusal(given, json, true)?.code, expected, name);
});

test("a client that does not accept a stream cannot listen, and can do everything else", () => {
  const listen = request("subscriptions/listen");
  assert.equal(refusal(headers("subscriptions/listen"), listen, false)?.code, "not-acceptable");
  assert.equal(refusal(headers("subscriptions/listen"), listen, true), undefined);
  assert.equal(refusal(headers("tools/list"), request("tools/list"), false), undefined);
});

test("a refusal reports the missing fields and the valid values in a machine-readable form", () => {
  const list = headers("tools/list");
  assert.deepEqual(refusal(list, request("tools/list", { _meta: {} }), true)?.data, {
    envelope: { missing: [versionKey, capabilitiesKey] },
  });
  const newer = { ..._meta, [versionKey]: "2027-01-01" };
  const given = { ...list, "mcp-protocol-version": "2027-01-01" };
  assert.deepEqual(refusal(given, request("tools/list", { _meta: newer }), true)?.data, {
    supported: [version],
    requested: "2027-01-01",
  });
});

test("a body belongs to the stateless era by its envelope or its header", () => {
  const plain = message({ id: 1, method: "tools/list" }).json;
  assert.equal(isStateless({}, plain), false);
  assert.equal(isStateless({ "mcp-protocol-version": "2025-11-25" }, plain), false);
  assert.equal(isStateless({ "mcp-protocol-version": version }, plain), true);
  assert.equal(isStateless({}, request("tools/list")), true);
  assert.equal(isStateless({}, request("tools/list", { _meta: { [versionKey]: null } })), true);
});
