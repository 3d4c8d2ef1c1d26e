/**
 * The runtime contract for containers, and features that only containers have: isolation, limits, images, the engine.
 */

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { labels } from "../../src/runtime/container/container-options.ts";
import { ContainerRuntime } from "../../src/runtime/container/container-runtime.ts";
import { formatOwner, thisOwner } from "../../src/runtime/local/process-marker.ts";
import type { Launch } from "../../src/runtime/runtime.ts";
import { docker, nodeImage, withoutDocker } from "../support/engines.ts";
import { Probe } from "./probe.ts";
import { runtimeContract } from "./runtime-contract.ts";

const servers = join(import.meta.dirname, "../fixtures/servers");
const owner = formatOwner(thisOwner());
const runtime = new ContainerRuntime(owner);

/** Leftovers of failed tests must not keep the run from ending. */
after(async () => {
  if (withoutDocker) return;
  const engine = await docker();
  for (const id of await leftBehind()) await engine.getContainer(id.slice(0, 12)).remove({ force: true });
});

type Config = Extract<Launch["runtime"], { type: "docker" }>;

function launch(fixture: string, more: Partial<Config> = {}, env: Record<string, string> = {}): Launch {
  const config: Config = {
    type: "docker",
    image: nodeImage,
    args: ["node", `/servers/${fixture}`],
    volumes: [`${servers}:/servers:ro`],
    ...more,
  };
  return {
    id: "contained",
    runtime: config,
    env,
    baseDir: servers,
    redact: (text) => text,
    hide: () => undefined,
  };
}

async function started(...args: Parameters<typeof launch>): Promise<Probe> {
  const probe = await Probe.start(runtime, launch(...args));
  await probe.initialize();
  return probe;
}

/** Version 1 of control groups has the limit in another file than version 2. */
async function memoryLimit(probe: Probe): Promise<string> {
  const paths = ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"];
  const read = await Promise.all(paths.map((path) => probe.tool("read", { path })));
  return read.find((text) => /^\d+\s*$/.test(text))?.trim() ?? String(read);
}

/** The mark of a process that has ended. */
async function ownerThatEnded(): Promise<string> {
  const child = spawn(process.execPath, ["-e", ""]);
  await once(child, "exit");
  return formatOwner({ ...thisOwner(), pid: child.pid ?? 0 });
}

async function leftBehind(): Promise<string[]> {
  const engine = await docker();
  const filters = { label: [`dev.open-mcp-gateway.owner=${owner}`] };
  return (await engine.listContainers({ all: true, filters })).map(({ Id, State }) => `${Id} ${State}`);
}

describe("docker keeps the runtime contract", { skip: withoutDocker }, () => {
  runtimeContract({ runtime, launch: (fixture) => launch(fixture) });

  test("the tests above leave no container", async () => {
    assert.deepEqual(await leftBehind(), []);
  });
});

describe("docker keeps the runtime contract over http", { skip: withoutDocker }, () => {
  runtimeContract({
    runtime,
    launch: (fixture) =>
      launch(
        `over-http.ts`,
        {
          args: ["node", "/servers/over-http.ts", fixture],
          transport: "http",
          port: 8080,
        },
        { PORT: "8080" },
      ),
  });

  test("the tests above leave no container", async () => {
    assert.deepEqual(await leftBehind(), []);
  });
});

describe("docker", { skip: withoutDocker }, () => {
  test("a stubborn server is killed within 2 s, and its container is removed", async () => {
    const probe = await started("ignores-sigterm.ts");
    const begun = performance.now();
    assert.deepEqual(await probe.stop(), { kind: "stopped" });
    assert.ok(performance.now() - begun < 2_000, `${performance.now() - begun} ms`);
    assert.deepEqual(await leftBehind(), []);
  });

  test("a server is isolated and limited as its entry requires", async () => {
    const folder = mkdtempSync(join(tmpdir(), "docker-"));
    writeFileSync(join(folder, "file.env"), "# comment\nFROM_FILE=one=1 \nBOTH=file\nMCP_TEST_OWN\n");
    writeFileSync(join(folder, "note"), "noted");
    chmodSync(folder, 0o755);
    process.env["MCP_TEST_OWN"] = "own";
    const more: Partial<Config> = {
      volumes: [`${servers}:/servers:ro`, `${folder}:/data:ro`],
      env_file: join(folder, "file.env"),
      network: "none",
      read_only: true,
      user: "1234:5678",
      resources: { memory: "96m", cpu: "0.5" },
    };
    const probe = await started("looks-around.ts", more, { BOTH: "entry" });
    const env = async (name: string) => probe.tool("env", { name });
    assert.deepEqual(
      [await env("FROM_FILE"), await env("BOTH"), await env("MCP_TEST_OWN"), await env("HOME")],
      ["one=1 ", "entry", "own", "/"],
    );
    assert.equal(await probe.tool("read", { path: "/data/note" }), "noted");
    assert.match(await probe.tool("write", { path: "/data/note", text: "x" }), /EROFS|EACCES/);
    assert.match(await probe.tool("write", { path: "/home.txt", text: "x" }), /EROFS|EACCES/);
    assert.equal(await probe.tool("write", { path: "/tmp/x", text: "x" }), "written");
    assert.equal(await probe.tool("id"), "1234:5678");
    assert.deepEqual(JSON.parse(await probe.tool("interfaces")), ["lo"]);
    const limits = await memoryLimit(probe);
    assert.equal(limits, String(96 * 1024 * 1024));
    const status = await probe.tool("read", { path: "/proc/self/status" });
    assert.match(status, /^CapEff:\t0+$/m);
    assert.match(status, /^NoNewPrivs:\t1$/m);
    await assert.rejects(probe.tool("fill", { bytes: 400 * 1024 * 1024 }), /more memory than its limit/);
    rmSync(folder, { recursive: true });
    assert.deepEqual(await leftBehind(), []);
  });

  test("an engine that does not answer is an error with its address", async () => {
    const host = "unix:///no/such/engine.sock";
    await assert.rejects(Probe.start(runtime, launch("echo.ts", { host })), {
      code: "start-failed",
      message: "Docker does not answer at /no/such/engine.sock: is it running?",
    });
  });

  test("an image that does not exist locally and may not be pulled is an error", async () => {
    await assert.rejects(Probe.start(runtime, launch("echo.ts", { image: "no-such:image", pull: "never" })), {
      message: "image 'no-such:image' is not on this machine, and pull is 'never'",
    });
  });

  test("a refusal of the engine is reported with the engine's message", async () => {
    await assert.rejects(
      Probe.start(runtime, launch("echo.ts", { network: "no-such-network" })),
      /no-such-network/,
    );
    assert.deepEqual(await leftBehind(), []);
  });

  test("containers of a dead gateway are removed, and those of a living one are not", async () => {
    const living = await started("echo.ts");
    const dead = await (await docker()).createContainer({
      Image: nodeImage,
      Labels: {
        [labels.owner]: await ownerThatEnded(),
        [labels.machine]: hostname(),
        [labels.entry]: "contained",
      },
    });
    const ended = await new ContainerRuntime(owner).endOrphans([launch("echo.ts"), launch("echo.ts")]);
    assert.deepEqual(ended, [`container ${dead.id.slice(0, 12)} of 'contained'`]);
    assert.equal(await living.tool("echo"), "{}");
    await living.stop();
  });

  test("a container that is removed from outside counts as crashed, with the reason", async () => {
    const probe = await started("echo.ts");
    const [id = ""] = await leftBehind();
    await (await docker()).getContainer(id.slice(0, 12)).remove({ force: true });
    const exit = await probe.instance.exited;
    assert.match(exit.kind === "crashed" ? exit.because : "stopped", /its container was removed|SIGKILL/);
  });

  test("a server that ends reports its exit code", async () => {
    const probe = await Probe.start(runtime, launch("crash-on-start.ts"));
    assert.deepEqual(await probe.instance.exited, { kind: "crashed", because: "exited with code 3" });
    assert.deepEqual(probe.logs, ["first", "second", "third"]);
  });
});
