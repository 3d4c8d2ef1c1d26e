/** The contract of every runtime (src/runtime/runtime.ts), as tests. The test file of a runtime calls it. */

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Launch, Runtime } from "../../src/runtime/runtime.ts";
import { oddAnswer, oddNotification } from "../fixtures/servers/odd-fields.ts";
import { Probe } from "./probe.ts";

export interface Subject {
  readonly runtime: Runtime;
  /** Launch of a server that behaves like the fixture, by the runtime under test. */
  launch(fixture: string): Launch | Promise<Launch>;
  /** Reason why this server sends nothing but answers, if that is so. */
  readonly answersOnly?: string;
  /** Reason why all instances of an entry are one server, if that is so. */
  readonly oneForAll?: string;
}

export function runtimeContract(subject: Subject): void {
  const skip = subject.answersOnly ?? false;
  const start = async (fixture: string) => Probe.start(subject.runtime, await subject.launch(fixture));

  const started = async (fixture: string) => {
    const probe = await start(fixture);
    await probe.initialize();
    return probe;
  };

  test("a call is answered", async () => {
    const probe = await started("echo.ts");
    assert.equal(await probe.tool("echo", { a: [1, "ü\n"] }), '{"a":[1,"ü\\n"]}');
    await probe.stop();
  });

  test("calls run side by side and are answered by id", async () => {
    const probe = await started("echo.ts");
    const slow = probe.tool("sleep", { ms: 300 });
    const fast = await Promise.all(Array.from({ length: 50 }, (_, n) => probe.tool("echo", { n })));
    assert.deepEqual(
      fast,
      Array.from({ length: 50 }, (_, n) => JSON.stringify({ n })),
    );
    assert.equal(probe.messages.at(-1)?.text.includes("slept"), false, "the slow call held up the others");
    assert.equal(await slow, "slept");
    await probe.stop();
  });

  test("progress comes before its answer, in order", { skip }, async () => {
    const probe = await started("echo.ts");
    assert.equal(await probe.tool("progress", { steps: 5, everyMs: 1 }, { progressToken: "t" }), "done");
    const progress = probe.messages.filter(({ json }) => json.method === "notifications/progress");
    assert.deepEqual(
      progress.map(({ json }) => json.params?.["progress"]),
      [1, 2, 3, 4, 5],
    );
    assert.equal(probe.messages.at(-1)?.json.method, undefined);
    await probe.stop();
  });

  test("a result of 12 MB and an argument of 5 MB pass", async () => {
    const probe = await started("echo.ts");
    assert.equal((await probe.tool("big", { bytes: 12_000_000 })).length, 12_000_000);
    const argument = "ü".repeat(2_500_000);
    assert.equal(await probe.tool("echo", { argument }), JSON.stringify({ argument }));
    assert.equal(probe.instance.congested, undefined, "congestion ends");
    await probe.stop();
  });

  test("unknown fields, content and big numbers pass unchanged", async () => {
    const probe = await started("odd-fields.ts");
    const answer = await probe.call("tools/call", { name: "odd" });
    assert.equal(answer.text, oddAnswer(JSON.stringify(answer.json.id)));
    const echoed = await probe.call("odd/method", { "x-odd": { deep: [null] } });
    assert.deepEqual(echoed.json.result, { "x-odd": { deep: [null] } });
    await probe.stop();
  });

  test("an unknown notification passes unchanged", { skip }, async () => {
    const probe = await started("odd-fields.ts");
    await probe.tool("odd");
    await probe.until(() => probe.messages.some(({ text }) => text === oddNotification));
    await probe.stop();
  });

  test("the server's own requests arrive and their answers go back", { skip }, async () => {
    const probe = await started("asks-client.ts");
    const asked = probe.tool("sample", { text: "hello" });
    const request = await probe.until(() =>
      probe.messages.find(({ json }) => json.method === "sampling/createMessage"),
    );
    probe.instance.send(JSON.stringify({ jsonrpc: "2.0", id: request.json.id, result: { "x-model": 1 } }));
    assert.equal(await asked, '{"result":{"x-model":1}}');
    await probe.stop();
  });

  test("notifications outside a call arrive", { skip }, async () => {
    const probe = await started("logs-and-changes.ts");
    assert.equal(await probe.tool("change", { afterMs: 1 }), "ok");
    await probe.until(() =>
      probe.messages.some(({ json }) => json.method === "notifications/tools/list_changed"),
    );
    await probe.stop();
  });

  test("stop ends the instance, may be called twice, and no event follows", async () => {
    const probe = await started("never-answers.ts");
    const call = assert.rejects(probe.tool("wait"), /stopped/);
    const [first, second] = await Promise.all([probe.stop(), probe.stop()]);
    assert.deepEqual([first, second, await probe.instance.exited], [{ kind: "stopped" }, first, first]);
    await call;
    probe.notify("notifications/cancelled");
    assert.deepEqual(await probe.stop(), { kind: "stopped" });
    assert.deepEqual(probe.late, []);
  });

  test("a crash during a call ends the call at once", async () => {
    const probe = await started("crash-on-call.ts");
    await assert.rejects(probe.tool("crash", { code: 7 }), /exited with code 7|closed the|ended the session/);
    await probe.stop();
    assert.deepEqual(probe.late, []);
  });

  test("a start that was aborted before it began rejects", async () => {
    const launch = await subject.launch("echo.ts");
    await assert.rejects(Probe.start(subject.runtime, launch, AbortSignal.abort()), { code: "start-failed" });
  });

  test("a start that is aborted while it runs rejects", async () => {
    const abort = new AbortController();
    const starting = Probe.start(subject.runtime, await subject.launch("slow-start.ts"), abort.signal);
    abort.abort();
    await assert.rejects(starting, { code: "start-failed" });
  });

  test("two instances of one entry are separate", {
    skip: subject.oneForAll ?? false,
  }, async () => {
    const [one, two] = await Promise.all([started("echo.ts"), started("echo.ts")]);
    // Every container counts its processes from 1.
    const self = async (probe: Probe) => [
      await probe.tool("who"),
      await probe.tool("env", { name: "HOSTNAME" }),
    ];
    assert.notDeepEqual(await self(one), await self(two));
    await one.stop();
    assert.equal(await two.tool("echo", {}), "{}");
    await two.stop();
  });
}
