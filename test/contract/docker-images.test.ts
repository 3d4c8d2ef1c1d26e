/** How containers get their images: from registries, with and without a password (gateway.md, *docker*). */

import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { ContainerRuntime } from "../../src/runtime/container/container-runtime.ts";
import { formatOwner, thisOwner } from "../../src/runtime/local/process-marker.ts";
import type { Launch } from "../../src/runtime/runtime.ts";
import { docker, push, registries, withoutRegistries } from "../support/engines.ts";
import { Probe } from "./probe.ts";

const servers = join(import.meta.dirname, "../fixtures/servers");
const runtime = new ContainerRuntime(formatOwner(thisOwner()));
const folder = mkdtempSync(join(tmpdir(), "docker-images-"));
const names = {
  open: `${registries.open}/team/mcp-node:pulled`,
  guarded: `${registries.guarded}/team/mcp-node:guarded`,
};

function launch(image: string, pull?: "always"): Launch {
  const runtimeConfig = {
    type: "docker" as const,
    image,
    args: ["node", "/servers/echo.ts"],
    volumes: [`${servers}:/servers:ro`],
    ...(pull && { pull }),
  };
  return {
    id: "pulled",
    runtime: runtimeConfig,
    env: {},
    baseDir: servers,
    redact: (text) => text,
    hide: () => undefined,
  };
}

/** The file that `docker login` would write. */
function loggedIn(username: string, password: string): void {
  const auth = Buffer.from(`${username}:${password}`).toString("base64");
  writeFileSync(join(folder, "config.json"), JSON.stringify({ auths: { [registries.guarded]: { auth } } }));
}

describe("images", { skip: withoutRegistries }, () => {
  const configBefore = process.env["DOCKER_CONFIG"];

  before(async () => {
    process.env["DOCKER_CONFIG"] = folder;
    await push(names.open);
    await push(names.guarded, { username: "u", password: "p" });
  });

  after(async () => {
    if (configBefore === undefined) delete process.env["DOCKER_CONFIG"];
    else process.env["DOCKER_CONFIG"] = configBefore;
    rmSync(folder, { recursive: true });
    const engine = await docker();
    for (const name of Object.values(names))
      await engine
        .getImage(name)
        .remove({ force: true })
        .catch(() => undefined);
  });

  test("a missing image is pulled, and the log reports the pull", async () => {
    const probe = await Probe.start(runtime, launch(names.open));
    assert.equal(probe.logs[0], `[gateway] pulling image ${names.open}`);
    assert.ok(probe.logs.includes(`[gateway] pulled image ${names.open}`));
    await probe.initialize();
    await probe.stop();
    const again = await Probe.start(runtime, launch(names.open));
    assert.deepEqual(again.logs, []);
    await again.stop();
    const always = await Probe.start(runtime, launch(names.open, "always"));
    assert.equal(always.logs[0], `[gateway] pulling image ${names.open}`);
    await always.stop();
  });

  test("a registry with a password refuses a start without it or with a wrong one, and accepts the right one", async () => {
    const start = () => Probe.start(runtime, launch(names.guarded));
    const refused = (error: Error) => {
      assert.match(
        error.message,
        /rejected the credentials \(run 'docker login'\): .*(no basic auth|unauthorized)/,
      );
      return true;
    };
    await assert.rejects(start(), refused);
    loggedIn("u", "wrong");
    await assert.rejects(start(), refused);
    loggedIn("u", "p");
    const probe = await start();
    await probe.initialize();
    await probe.stop();
  });

  test("an image that does not exist and a registry that does not answer are errors", async () => {
    const missing = `${registries.open}/team/no-such-image:1`;
    await assert.rejects(Probe.start(runtime, launch(missing)), {
      message: new RegExp(`^image '${missing}' is not in its registry: `),
    });
    const nowhere = "127.0.0.1:1/team/image:1";
    await assert.rejects(Probe.start(runtime, launch(nowhere)), {
      message: new RegExp(`^the registry of image '${nowhere}' does not answer: .*connection refused`),
    });
  });

  test("a pull is aborted with its start", async () => {
    const abort = new AbortController();
    const starting = Probe.start(runtime, launch(names.open, "always"), abort.signal);
    setImmediate(() => abort.abort());
    await assert.rejects(starting, { code: "start-failed" });
  });
});
