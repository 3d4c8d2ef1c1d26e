import assert from "node:assert/strict";
import { test } from "node:test";
import { Log, type LogLevel } from "../../../src/base/log.ts";
import { introduction, SessionLog } from "../../../src/frontend/session-log.ts";

function recorded(level: LogLevel) {
  const lines: string[] = [];
  return { lines, log: new SessionLog(new Log(level, ({ message }) => lines.push(message))) };
}

const params = {
  protocolVersion: "2025-11-25",
  clientInfo: { name: "agent", version: "1.2" },
  capabilities: { roots: {}, sampling: {} },
};

test("the log describes a client in one line of limited length, whatever the client sends", () => {
  assert.equal(introduction(params), "agent 1.2 (2025-11-25, capabilities: roots, sampling)");
  assert.equal(introduction(undefined), "unnamed client (no version, capabilities: none)");
  const long = "x".repeat(10_000);
  const odd = { clientInfo: { name: long, version: 7 }, capabilities: { [long]: {} }, protocolVersion: [] };
  assert.ok(introduction(odd).length < 400);
});

test("each session is logged when it begins and when it ends, and a client without sessions is logged once", () => {
  const { lines, log } = recorded("debug");
  log.opened("0123456789abcdef", "all", "HTTP", { params });
  log.ended("0123456789abcdef", "all", "the client ended it");
  const _meta = { "io.modelcontextprotocol/protocolVersion": "2026-07-28" };
  for (let n = 0; n < 3; n++) log.spoke("all", "HTTP", { params: { _meta } });
  assert.deepEqual(lines, [
    "session 01234567 of agent 1.2 (2025-11-25, capabilities: roots, sampling), initialize era, over HTTP",
    "session 01234567 ended: the client ended it",
    "client unnamed client (2026-07-28, capabilities: none), stateless era, over HTTP",
  ]);
});

test("sessions are not logged at other levels", () => {
  const { lines, log } = recorded("info");
  log.opened("1", "all", "HTTP", { params });
  log.spoke("all", "HTTP", { params });
  log.refused("GET /x", "404");
  assert.deepEqual(lines, []);
});
