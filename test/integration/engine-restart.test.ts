/** Podman's service stops and starts again during use. The service is the test's own, beside the one of other tests. */

import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { promisify } from "node:util";
import { outlastsItsEngine, type RestartableEngine } from "../support/engine-restart.ts";
import { podman, withoutPodman } from "../support/engines.ts";
import { root, temporaryFolder } from "../support/gateway.ts";
import { until } from "../support/until.ts";

const run = promisify(execFile);
const servers = join(root, "test/fixtures/servers");

async function podmanService(t: TestContext): Promise<RestartableEngine> {
  const socket = join(await temporaryFolder(t), "podman.sock");
  const begin = async () => {
    await rm(socket, { force: true });
    const service = spawn("podman", ["system", "service", "--time=0", `unix://${socket}`], {
      stdio: "ignore",
    });
    await until("the service listens", () =>
      stat(socket).then(
        () => true,
        () => false,
      ),
    );
    return service;
  };
  let service = await begin();
  const end = async () => {
    if (service.exitCode !== null || service.signalCode !== null) return;
    const gone = once(service, "exit");
    service.kill("SIGKILL");
    await gone;
  };
  t.after(end);
  const contained = {
    type: "podman",
    image: podman.image,
    host: `unix://${socket}`,
    args: ["node", "/servers/echo.ts"],
    volumes: [`${servers}:/servers:ro`],
  };
  const overHttp = {
    ...contained,
    args: ["node", "/servers/over-http.ts", "echo.ts"],
    transport: "http",
    port: 8080,
  };
  return {
    entries: [
      { id: "outlasting-stdio", runtime: { ...contained, container_name: "outlasting-stdio" } },
      { id: "outlasting-http", runtime: overHttp, env: { PORT: "8080" } },
    ],
    end,
    begin: async () => {
      service = await begin();
    },
    async containersOf(id) {
      const filter = `label=dev.open-mcp-gateway.entry=${id}`;
      const { stdout } = await run("podman", ["ps", "--all", "--quiet", "--filter", filter]);
      return stdout.split("\n").filter((line) => line !== "");
    },
  };
}

test("a restart of podman during use shows in the state, then everything works, and one container exists", {
  skip: withoutPodman,
}, async (t) => {
  const engine = await podmanService(t);
  assert.equal(engine.entries.length, 2);
  await outlastsItsEngine(t, engine);
});
