/** The runtime contract for plugins, with the two examples of examples/plugins, and mistakes that a plugin may make. */

import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import type { PluginInstance, RuntimePlugin } from "../../src/runtime/plugin/plugin.ts";
import { PluginRegistry } from "../../src/runtime/plugin/plugin-registry.ts";
import { PluginRuntime } from "../../src/runtime/plugin/plugin-runtime.ts";
import type { Launch, Runtime } from "../../src/runtime/runtime.ts";
import { PluginHosts } from "./plugin-hosts.ts";
import { Probe } from "./probe.ts";
import { runtimeContract } from "./runtime-contract.ts";

const [tcpPlugin, functionPlugin] = await Promise.all(["tcp", "function"].map(example));
const hosts = new PluginHosts();
after(() => hosts.close());

/** Typed like a user's module, of which no export is known. */
async function example(name: string): Promise<unknown> {
  const file = new URL(`../../examples/plugins/${name}-runtime.mjs`, import.meta.url);
  return ((await import(file.href)) as { default: unknown }).default;
}

async function runtimeOf(plugin: unknown): Promise<Runtime> {
  const plugins = new PluginRegistry();
  await plugins.add(plugin);
  const [runtime] = plugins.runtimes.values();
  assert.ok(runtime);
  return runtime;
}

function launch(runtime: Record<string, unknown>): Launch {
  return {
    id: "own",
    runtime: runtime as unknown as Launch["runtime"],
    env: {},
    baseDir: import.meta.dirname,
    redact: (text) => text.replaceAll("the-token", "***"),
    hide: () => undefined,
  };
}

/** One address for each fixture. */
function addresses(open: (fixture: string) => Promise<string>): (fixture: string) => Promise<string> {
  const known = new Map<string, Promise<string>>();
  return (fixture) => {
    const address = known.get(fixture) ?? open(fixture);
    known.set(fixture, address);
    return address;
  };
}

describe("a TCP server", async () => {
  const runtime = await runtimeOf(tcpPlugin);
  const addressOf = addresses((fixture) => hosts.tcp(fixture, "the-token"));
  const fields = { type: "tcp", auth_token: "the-token" };
  runtimeContract({
    runtime,
    launch: async (fixture) => launch({ ...fields, endpoint: await addressOf(fixture) }),
  });

  test("no token is sent where none is set", async () => {
    const probe = await Probe.start(runtime, launch({ type: "tcp", endpoint: await hosts.tcp("echo.ts") }));
    await probe.initialize();
    assert.equal(await probe.tool("echo", {}), "{}");
    await probe.stop();
  });

  test("a wrong token, a missing listener and a silent server are errors with their reasons", async () => {
    const endpoint = await addressOf("echo.ts");
    const silent = await hosts.tcp("never-answers.ts");
    const cases: [Record<string, unknown>, RegExp][] = [
      [{ endpoint, auth_token: "another" }, /^the server refused the token: check auth_token$/],
      [{ endpoint: "127.0.0.1:1" }, /127\.0\.0\.1:1: .*ECONNREFUSED/],
      [{ endpoint: silent, timeout_seconds: 0.2 }, /did not take us in within 0\.2 s/],
    ];
    for (const [own, message] of cases)
      await assert.rejects(Probe.start(runtime, launch({ ...fields, ...own })), {
        code: "start-failed",
        message,
      });
  });
});

describe("a function", async () => {
  const runtime = await runtimeOf(functionPlugin);
  const addressOf = addresses((fixture) => hosts.functions(fixture, "the-token"));
  const fields = { type: "function", function_name: "tools", auth_token: "the-token" };
  runtimeContract({
    runtime,
    launch: async (fixture) => launch({ ...fields, endpoint: await addressOf(fixture) }),
    answersOnly: "a function says nothing but the answer to each request",
    oneForAll: "all instances of an entry invoke the same function",
  });

  test("an error of an invocation is reported to its caller, without the token", async () => {
    const endpoint = await addressOf("echo.ts");
    const cases: [Record<string, unknown>, RegExp][] = [
      [{ endpoint, auth_token: "another" }, /^HTTP 403 from 127\.0\.0\.1:\d+$/],
      [{ endpoint, function_name: "none" }, /^HTTP 404 from/],
      [{ endpoint: "http://127.0.0.1:1" }, /127\.0\.0\.1:1/],
    ];
    for (const [own, message] of cases) {
      const probe = await Probe.start(runtime, launch({ ...fields, ...own }));
      await assert.rejects(probe.call("ping"), { message });
      await probe.stop();
    }
  });
});

describe("a plugin that breaks the rules of the interface", () => {
  const fine = { type: "own", schema: {} };
  const idle = { send: () => undefined, exited: new Promise<never>(() => {}), stop: async () => undefined };
  const own = launch({ type: "own" });

  test("events before the start has resolved keep their order, and events after the end are dropped", async () => {
    const answer = JSON.stringify({ jsonrpc: "2.0", method: "early" });
    const told: { late?: () => void } = {};
    const runtime = await runtimeOf({
      ...fine,
      start: async (_: unknown, events: { message(text: string): void; log(line: string): void }) => {
        events.message(answer);
        events.log("knows the-token");
        events.message("no JSON, and the-token");
        told.late = () => events.log("late");
        return idle;
      },
    });
    const probe = await Probe.start(runtime, own);
    assert.equal(probe.messages.length, 0);
    await probe.until(() => probe.logs.length === 2);
    assert.equal(probe.messages[0]?.text, answer);
    assert.deepEqual(probe.logs, ["knows ***", "not a JSON-RPC message: no JSON, and ***"]);
    assert.deepEqual(await probe.stop(), { kind: "stopped" });
    told.late?.();
    assert.equal(probe.logs.length, 2);
  });

  test("an exception becomes a reason without secrets", async () => {
    const failing = await runtimeOf({
      ...fine,
      start: async () => Promise.reject(new Error("no the-token")),
    });
    await assert.rejects(Probe.start(failing, own), { code: "start-failed", message: "no ***" });
    const throwing = await runtimeOf({
      ...fine,
      start: () => {
        throw new Error("at once");
      },
    });
    await assert.rejects(Probe.start(throwing, own), { code: "start-failed", message: "at once" });
    const empty = await runtimeOf({ ...fine, start: async () => ({}) });
    await assert.rejects(Probe.start(empty, own), {
      code: "start-failed",
      message: /must have send\(text\)/,
    });
    const unsent = await runtimeOf({
      ...fine,
      start: async () => ({
        ...idle,
        send: () => {
          throw new Error("line is down");
        },
      }),
    });
    const probe = await Probe.start(unsent, own);
    await assert.rejects(probe.call("ping"), /line is down/);
    await probe.stop();
  });

  test("a rejected end is a crash, and so is an end with a reason", async () => {
    for (const exited of [Promise.reject(new Error("gone, the-token")), Promise.resolve("gone, the-token")]) {
      const probe = await Probe.start(
        await runtimeOf({ ...fine, start: async () => ({ ...idle, exited }) }),
        own,
      );
      await assert.rejects(probe.call("ping"), /^Error: gone, \*\*\*$/);
      assert.deepEqual(await probe.stop(), { kind: "crashed", because: "gone, ***" });
    }
  });

  test("a stop that never ends, or fails, counts as an end", async () => {
    for (const stop of [() => new Promise<void>(() => {}), () => Promise.reject(new Error("no"))]) {
      const plugin: RuntimePlugin = { ...fine, start: async () => ({ ...idle, stop }) };
      const plugins = new PluginRegistry();
      await plugins.add(plugin);
      const type = plugins.types.get("own");
      assert.ok(type);
      const probe = await Probe.start(new PluginRuntime(plugin, type, { stopLimitMs: 50 }), own);
      assert.deepEqual(await probe.stop(), { kind: "stopped" });
      await probe.until(() => probe.logs.some((line) => /did not stop the server|failed to stop/.test(line)));
    }
  });

  test("a start that ignores its abort is not awaited, and the instance that it returns later is stopped", async () => {
    const abort = new AbortController();
    const brought = Promise.withResolvers<PluginInstance>();
    const stopped = Promise.withResolvers<void>();
    const runtime = await runtimeOf({ ...fine, start: () => brought.promise });
    const starting = Probe.start(runtime, own, abort.signal);
    abort.abort();
    await assert.rejects(starting, { code: "start-failed", message: "the start was aborted" });
    brought.resolve({ ...idle, stop: async () => stopped.resolve() });
    await stopped.promise;
  });

  test("fields are checked once their variables have values, and no value appears in the error", async () => {
    const runtime = await runtimeOf(tcpPlugin);
    await assert.rejects(Probe.start(runtime, launch({ type: "tcp", endpoint: "the-token" })), {
      code: "start-failed",
      message: "The entry: runtime.endpoint must be host:port",
    });
  });
});
