/** Engines that are slow, refuse, hang or crash at the wrong moment. Every start and every stop must end all the same. */

import assert from "node:assert/strict";
import dns from "node:dns";
import { once } from "node:events";
import { type TestContext, test } from "node:test";
import { ContainerRuntime } from "../../../../src/runtime/container/container-runtime.ts";
import { thisOwner } from "../../../../src/runtime/local/process-marker.ts";
import { FakeEngine } from "./fake-engine.ts";

const ended = {
  State: { Running: false, ExitCode: 3, OOMKilled: false, Error: "" },
  NetworkSettings: { Ports: {} },
};

test("a URL contains no value of env and no argument, because engines log URLs", async (t) => {
  const engine = await FakeEngine.open(t);
  const created = engine.asked("create");
  const probe = await engine.start(
    { args: ["--token", "secret-argument"], container_name: "tools" },
    { launch: { env: { API_KEY: "secret-value" } } },
  );
  const { url, body } = await created;
  assert.equal(url, "/containers/create?name=tools");
  const { Cmd, Env, Image, HostConfig } = JSON.parse(body);
  assert.deepEqual(
    { Cmd, Env, Image },
    { Cmd: ["--token", "secret-argument"], Env: ["API_KEY=secret-value"], Image: "i" },
  );
  assert.deepEqual(HostConfig.CapDrop, ["ALL"]);
  await probe.stop();
});

for (const output of ["", "bye\n"])
  test(`a container that ends before its start is answered is recognised as ended (output '${output.trim()}')`, async (t) => {
    const engine = await FakeEngine.open(t);
    engine.answers("wait", () => [200, { StatusCode: 3 }]);
    engine.answers("inspect", () => [200, ended]);
    engine.answers("start", async () => {
      if (output !== "") engine.stream.write(frame(output));
      engine.stream.end();
      // The other side closes its end when it has seen this end, and at once if there is nothing to read.
      await once(engine.stream, output === "" ? "end" : "finish");
      return [204];
    });
    const probe = await engine.start();
    assert.deepEqual(await probe.instance.exited, { kind: "crashed", because: "exited with code 3" });
    assert.deepEqual(probe.logs, output === "" ? [] : [output.trim()]);
    assert.equal(engine.count("remove"), 1);
  });

test("a container that its engine refuses to stop is removed by force", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const engine = await FakeEngine.open(t);
  engine.answers("stop", () => [
    500,
    { message: "tried to kill container, but did not receive an exit event" },
  ]);
  const probe = await engine.start();
  const [stopping, stopped] = [engine.asked("stop"), probe.stop()];
  await stopping;
  const removed = engine.asked("remove");
  await passing(t, removed);
  assert.deepEqual(await stopped, { kind: "stopped" });
});

test("a stop ends although its engine does not answer any more", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  t.mock.method(AbortSignal, "timeout", (ms: number) => {
    const abort = new AbortController();
    setTimeout(() => abort.abort(), ms);
    return abort.signal;
  });
  const engine = await FakeEngine.open(t);
  const probe = await engine.start();
  for (const task of ["stop", "remove", "inspect"] as const) engine.hangs(task);
  const stopped = probe.stop();
  await passing(t, stopped);
  assert.deepEqual(await stopped, { kind: "stopped" });
});

for (const task of ["image", "create", "attach", "start", "inspect"] as const)
  test(`a start is cancelled although its engine hangs (${task}), and a container that appears later is removed`, async (t) => {
    const engine = await FakeEngine.open(t);
    const late = Promise.withResolvers<readonly [number, unknown]>();
    if (task === "create") engine.answers("create", () => late.promise);
    else engine.hangs(task);
    const abort = new AbortController();
    const hung = engine.asked(task);
    const removed = engine.asked("remove");
    const starting = engine.start(task === "inspect" ? { transport: "http", port: 1 } : {}, {
      signal: abort.signal,
    });
    await hung;
    abort.abort();
    await assert.rejects(starting, { code: "start-failed", message: "the start was aborted" });
    late.resolve([201, { Id: "late" }]);
    if (task !== "image") assert.match((await removed).url, task === "create" ? /late/ : /made/);
  });

test("an engine that resets the stream while it starts a container ends only that container", async (t) => {
  const engine = await FakeEngine.open(t);
  engine.answers("wait", () => [200, { StatusCode: 3 }]);
  engine.answers("inspect", () => [200, ended]);
  engine.answers("start", async () => {
    const { stream } = engine;
    (stream as unknown as { resetAndDestroy(): void }).resetAndDestroy();
    await once(stream, "close");
    await new Promise((resolve) => setImmediate(resolve));
    return [204];
  });
  const probe = await engine.start();
  assert.deepEqual(await probe.instance.exited, { kind: "crashed", because: "exited with code 3" });
});

test("a start that fails closes its stream", async (t) => {
  const engine = await FakeEngine.open(t);
  engine.answers("start", () => [500, { message: "no such program" }]);
  const attached = engine.asked("attach").then(() => once(engine.stream, "end"));
  await assert.rejects(engine.start(), { message: "no such program" });
  await attached;
});

test("a container with a name is created after the container of a dead gateway with that name is removed", async (t) => {
  const engine = await FakeEngine.open(t);
  const owner = `999999999:1:${thisOwner().namespace}`;
  const labels = { "dev.open-mcp-gateway.owner": owner, "dev.open-mcp-gateway.entry": "x" };
  engine.answers("list", () => [200, [{ Id: "old", Labels: labels }]]);
  const removal = Promise.withResolvers<readonly [number]>();
  engine.answers("remove", () => removal.promise);
  const removing = engine.asked("remove");
  const starting = engine.start({ container_name: "tools" }, { runtime: new ContainerRuntime("1:2:3") });
  await removing;
  assert.equal(engine.count("create"), 0);
  removal.resolve([204]);
  await (await starting).stop();
  assert.equal(engine.count("create"), 1);
});

test("a container over HTTP that ends at once reports its exit, not that its port cannot be reached", async (t) => {
  const engine = await FakeEngine.open(t);
  engine.answers("wait", () => [200, { StatusCode: 3 }]);
  engine.answers("inspect", () => [200, ended]);
  const starting = engine.start({ transport: "http", port: 8080 });
  await assert.rejects(starting, { code: "start-failed", message: "exited with code 3" });
});

test("an engine on another machine runs no server over HTTP, because the gateway could not reach it", async (t) => {
  const engine = await FakeEngine.open(t);
  const found = [{ address: "127.0.0.1", family: 4 }];
  t.mock.method(dns, "lookup", (...[, , callback]: [string, object, (error: null, found: object) => void]) =>
    callback(null, found),
  );
  const host = `tcp://engine.example:${engine.port}`;
  await assert.rejects(engine.start({ transport: "http", port: 8080, host }), {
    code: "start-failed",
    message:
      "transport 'http' needs an engine on this machine: only 'engine.example' itself reaches its containers",
  });
  assert.equal(engine.count("create"), 0);
  await (await engine.start({ host })).stop();
});

/** Output of a container on stderr, as engines send it. */
function frame(text: string): Buffer {
  const head = Buffer.alloc(8);
  head[0] = 2;
  head.writeUInt32BE(text.length, 4);
  return Buffer.concat([head, Buffer.from(text)]);
}

/** Lets up to a minute pass until something has happened. */
async function passing(t: TestContext, happens: Promise<unknown>): Promise<void> {
  let happened = false;
  void happens.then(() => {
    happened = true;
  });
  for (let n = 0; n < 600 && !happened; n++) {
    // Answers of the engine are still on their way.
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    t.mock.timers.tick(100);
  }
  await happens;
}
