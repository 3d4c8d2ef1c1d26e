/**
 * Docker's engine stops and starts again during use. This is not a test of `npm test`, because those share the engine.
 * Run `npm run test:engine-restart` while nothing else uses the engine.
 */

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { outlastsItsEngine } from "../support/engine-restart.ts";
import { docker, nodeImage, withoutDocker } from "../support/engines.ts";
import { root } from "../support/gateway.ts";
import { isAlive, until } from "../support/until.ts";

const run = promisify(execFile);

/** File with the engine's process id, and the program that starts it again. The environment names both. */
const pidFile = process.env["TEST_DOCKER_PID_FILE"] ?? "";
const starter = process.env["TEST_DOCKER_STARTER"] ?? "";
const untouchable =
  pidFile === "" || starter === ""
    ? "no engine that may be ended: TEST_DOCKER_PID_FILE and TEST_DOCKER_STARTER are not set"
    : false;

const contained = {
  type: "docker",
  image: nodeImage,
  args: ["node", "/servers/echo.ts"],
  volumes: [`${join(root, "test/fixtures/servers")}:/servers:ro`],
};

async function containersOf(id: string): Promise<string[]> {
  const filters = { label: [`dev.open-mcp-gateway.entry=${id}`] };
  return (await (await docker()).listContainers({ all: true, filters })).map(({ Id }) => Id);
}

async function end(signal: NodeJS.Signals): Promise<void> {
  const pid = Number(await readFile(pidFile, "utf8"));
  process.kill(pid, signal);
  await until("the engine has ended", async () => !(await isAlive(pid)), 60_000);
}

for (const signal of ["SIGTERM", "SIGKILL"] as const) {
  test(`a restart of docker after ${signal} during use shows in the state, then everything works, and one container exists`, {
    skip: withoutDocker || untouchable,
    timeout: 170_000,
  }, async (t) => {
    assert.deepEqual(await (await docker()).listContainers(), [], "somebody else uses this engine");
    const begin = () => run(starter, []).then(() => undefined);
    t.after(begin);
    await outlastsItsEngine(t, {
      entries: [
        { id: "outlasting-stdio", runtime: { ...contained, container_name: "outlasting-stdio" } },
        {
          id: "outlasting-http",
          runtime: {
            ...contained,
            args: ["node", "/servers/over-http.ts", "echo.ts"],
            transport: "http",
            port: 8080,
          },
          env: { PORT: "8080" },
        },
      ],
      end: () => end(signal),
      begin,
      containersOf,
    });
  });
}
