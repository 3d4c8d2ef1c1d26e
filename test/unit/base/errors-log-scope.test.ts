import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { asGatewayError, GatewayError, messageOf } from "../../../src/base/errors.ts";
import { Log, type LogRecord, logLine } from "../../../src/base/log.ts";
import { checkNode } from "../../../src/base/node-version.ts";
import { Scope } from "../../../src/base/scope.ts";
import { closeOnSignal } from "../../../src/cli/program.ts";

test("a scope ends its resources newest first, each once, also when one fails", async () => {
  const ended: string[] = [];
  const scope = new Scope();
  scope.add(() => ended.push("first"));
  scope.add(() => {
    throw new Error("stuck");
  });
  const endEarly = scope.add(() => ended.push("early"));
  scope.add(async () => ended.push("last"));
  await endEarly();
  await assert.rejects(scope.close(), AggregateError);
  await assert.rejects(scope.close(), AggregateError);
  assert.deepEqual(ended, ["early", "last", "first"]);
});

test("a resource that is added to a closed scope is ended at once", async () => {
  const scope = new Scope();
  await scope.close();
  const ended = Promise.withResolvers<void>();
  scope.add(ended.resolve);
  await ended.promise;
});

test("any thrown value becomes one line and counts as a defect if it is not an error of the gateway", () => {
  assert.equal(messageOf(new Error("two\n  lines")), "two lines");
  assert.equal(messageOf("text"), "text");
  assert.deepEqual(
    [asGatewayError(new TypeError("x")).code, asGatewayError(new TypeError("x")).status],
    ["internal", 500],
  );
  const own = new GatewayError("request-timeout", "late");
  assert.equal(asGatewayError(own), own);
});

test("a log passes on messages at its level or above", () => {
  const records: LogRecord[] = [];
  const log = new Log("warn", (record) => records.push(record));
  log.debug("a");
  log.info("b");
  log.warn("c", "files");
  log.error("d");
  assert.deepEqual(
    records.map(({ level, message }) => [level, message]),
    [
      ["warn", "c"],
      ["error", "d"],
    ],
  );
  assert.match(
    logLine(records[0] ?? { time: new Date(), level: "info", message: "" }),
    /^\d{4}-.*Z WARN {2}files: c$/,
  );
});

test("an old Node version is reported in one line", () => {
  for (const version of ["22.15.0", "22.20.1", "24.0.0"]) checkNode(version);
  for (const version of ["20.20.2", "22.14.9", "21.99.0"])
    assert.throws(() => checkNode(version), /needs Node.js 22.15 or newer/);
});

/** A program that has just been sent SIGTERM. Returns how it ended. */
function ending(t: TestContext, close: () => Promise<void>): Promise<number> {
  const { exitCode } = process;
  const exited = Promise.withResolvers<number>();
  t.mock.method(process, "exit", (code: number) => exited.resolve(code));
  t.after(() => {
    process.exitCode = exitCode;
  });
  const registered = t.mock.method(process, "on", () => process);
  closeOnSignal(new Log("error", () => undefined), close);
  const [sigterm] = registered.mock.calls.map(
    ({ arguments: [, listener] }) => listener as unknown as () => void,
  );
  sigterm?.();
  return exited.promise;
}

test("a program that receives a stop signal ends, also when a resource never closes", async (t) => {
  await t.test("all closed", async (t) => assert.equal(await ending(t, async () => undefined), 0));
  await t.test("not all", async (t) => {
    t.mock.timers.enable({ apis: ["setTimeout"] });
    const ended = ending(t, () => new Promise(() => {}));
    t.mock.timers.tick(60_000);
    assert.equal(await ended, 1);
  });
});
