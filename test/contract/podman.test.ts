/** The runtime contract for containers of Podman. */

import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, test } from "node:test";
import { ContainerRuntime } from "../../src/runtime/container/container-runtime.ts";
import { formatOwner, thisOwner } from "../../src/runtime/local/process-marker.ts";
import type { Launch } from "../../src/runtime/runtime.ts";
import { podman, withoutPodman } from "../support/engines.ts";
import { Probe } from "./probe.ts";
import { runtimeContract } from "./runtime-contract.ts";

const servers = join(import.meta.dirname, "../fixtures/servers");
const runtime = new ContainerRuntime(formatOwner(thisOwner()));

type Config = Extract<Launch["runtime"], { type: "podman" }>;

function launch(args: string[], more: Partial<Config> = {}, env: Record<string, string> = {}): Launch {
  const config: Config = {
    type: "podman",
    image: podman.image,
    host: podman.host,
    args: ["node", ...args],
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

describe("podman keeps the runtime contract", { skip: withoutPodman }, () => {
  runtimeContract({ runtime, launch: (fixture) => launch([`/servers/${fixture}`]) });
});

describe("podman keeps the runtime contract over http", { skip: withoutPodman }, () => {
  const http = { transport: "http", port: 8080 } as const;
  runtimeContract({
    runtime,
    launch: (fixture) => launch(["/servers/over-http.ts", fixture], http, { PORT: "8080" }),
  });
});

describe("podman", { skip: withoutPodman }, () => {
  test("a stubborn server is killed within 2 s", async () => {
    const probe = await Probe.start(runtime, launch(["/servers/ignores-sigterm.ts"]));
    await probe.initialize();
    const begun = performance.now();
    assert.deepEqual(await probe.stop(), { kind: "stopped" });
    assert.ok(performance.now() - begun < 3_000, `${performance.now() - begun} ms`);
  });

  test("a memory limit is enforced, and the reason names it", async () => {
    const probe = await Probe.start(
      runtime,
      launch(["/servers/looks-around.ts"], { resources: { memory: "96m" } }),
    );
    await probe.initialize();
    await assert.rejects(probe.tool("fill", { bytes: 400 * 1024 * 1024 }), /more memory than its limit/);
  });

  test("the stderr output of a server is its log", async () => {
    const probe = await Probe.start(runtime, launch(["/servers/crash-on-start.ts"]));
    assert.deepEqual(await probe.instance.exited, { kind: "crashed", because: "exited with code 3" });
    assert.deepEqual(probe.logs, ["first", "second", "third"]);
  });
});
