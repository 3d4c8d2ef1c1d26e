/** A short run of the load with faults (`npm run test:faults` is the long one), and the errors that its oracle finds. */

import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "../support/gateway.ts";
import type { RpcMessage } from "../support/mcp-client.ts";
import { GatewayProcess } from "./gateway-process.ts";
import { Ledger } from "./ledger.ts";
import { runFaults } from "./run-faults.ts";
import { World } from "./world.ts";

const skip = process.platform === "linux" ? false : "looks into /proc and stops processes with signals";
const seed = 20_261_201;

test("every request gets one answer of its own while servers, files, clients and the gateway fail", {
  skip,
}, async (t) => {
  const print = (line: string) => t.diagnostic(line);
  const { ledger, executions, kills } = await runFaults({ calls: 5_000, faults: 20, kills: 3, seed, print });
  const { answered, error, excused } = ledger.counts;
  const errors = [...ledger.errors].map(([text, count]) => `${count} ${text}`).join("; ");
  t.diagnostic(`seed ${seed}: ${answered} answered, ${error} errors, ${excused} excused; ${errors}`);
  assert.deepEqual(ledger.violations, []);
  assert.equal(kills, 3);
  assert.ok(answered >= 4_000 && executions >= answered, `${answered} answered, ${executions} executed`);
});

function judging() {
  const gateway = new GatewayProcess("", "");
  gateway.isUp = true;
  const ledger = new Ledger();
  const world = new World(ledger, gateway, () => 0);
  world.phase = 2;
  return { gateway, ledger, world };
}

function answerOf(token: number, id = 7): RpcMessage {
  return { jsonrpc: "2.0", id, result: { content: [{ type: "text", text: JSON.stringify({ token }) }] } };
}

const failure: RpcMessage = { jsonrpc: "2.0", id: 7, error: { code: -32000, message: "gone" } };
const progress = (message: string): RpcMessage => ({ method: "notifications/progress", params: { message } });

for (const [what, messages, expected] of [
  ["its own answer", [progress("1"), answerOf(1)], []],
  ["the answer of another call", [answerOf(2)], [/got the answer/]],
  ["the id of another call", [answerOf(1, 8)], [/got the id 8/]],
  ["two answers", [answerOf(1), answerOf(1)], [/got 2 answers/]],
  ["the progress of another call", [progress("2"), answerOf(1)], [/the progress of call 2/]],
  ["an end without an answer", [], [/was lost/]],
  ["an error without a fault", [failure], [/failed without a fault/]],
] as const)
  test(`the oracle judges ${what}`, () => {
    const { world, ledger } = judging();
    const call = world.call(7, "client");
    world.judge(call, world.moment(), messages, "client");
    ledger.checkAllEnded();
    assert.equal(ledger.violations.length, expected.length, ledger.violations.join());
    for (const [index, pattern] of expected.entries()) assert.match(ledger.violations[index] ?? "", pattern);
  });

test("the oracle excuses errors during a fault, and lost calls of a gateway that ended", () => {
  const { world, gateway, ledger } = judging();
  const began = world.moment();
  world.phase++;
  world.judge(world.call(7, "client"), began, [failure], "client");
  gateway.epoch++;
  world.judge(world.call(7, "client"), began, [], "client");
  ledger.checkAllEnded();
  assert.deepEqual(ledger.violations, []);
  assert.deepEqual(ledger.counts, { answered: 0, error: 1, excused: 1 });
});

test("the oracle finds calls that never ended, were executed twice, or were answered without execution", async (t) => {
  const ledger = new Ledger();
  for (let token = 1; token <= 100_000; token++) ledger.open("client");
  for (let token = 1; token < 100_000; token++) ledger.close(token, "answered");
  const tokens = Uint32Array.from({ length: 99_999 }, (_, index) => (index === 4 ? 4 : index + 1));
  const file = join(await temporaryFolder(t), "executions");
  await writeFile(file, Buffer.from(tokens.buffer));
  ledger.checkAllEnded();
  await ledger.checkExecutions(file);
  assert.deepEqual(ledger.violations, [
    "request 100000 of client never ended",
    "call 4 of client was executed twice",
    "call 5 of client was answered but not executed",
  ]);
});
