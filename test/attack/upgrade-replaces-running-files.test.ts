/**
 * An upgrade in place replaces the files of a running gateway, and the files that it has not loaded yet do not exist
 * any more.
 */

import assert from "node:assert/strict";
import { cp, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { HttpFixtures } from "../contract/http-fixture.ts";
import { fixture, root, startGateway, temporaryFolder } from "../support/gateway.ts";
import { McpClient } from "../support/mcp-client.ts";

/** A copy of the built gateway, and a function that replaces its files with those of another version. */
async function installed(t: TestContext) {
  const folder = await temporaryFolder(t);
  const dist = join(folder, "dist");
  const program = join(dist, "gateway-http.js");
  await mkdir(dist);
  await cp(join(root, "package.json"), join(folder, "package.json"));
  await cp(join(root, "dist/gateway-http.js"), program);
  await cp(join(root, "dist/chunks"), join(dist, "chunks"), { recursive: true });
  const upgrade = async () => {
    await rm(join(dist, "chunks"), { recursive: true });
    await writeFile(program, "throw new Error('another version')");
  };
  return { program, upgrade };
}

async function remoteServers(t: TestContext) {
  const servers = new HttpFixtures();
  t.after(() => servers.close());
  const streamable = { type: "remote-sse", url: `${await servers.serve("echo.ts")}/mcp` };
  const older = { type: "remote-sse", url: `${await servers.serve("echo.ts", "legacy")}/mcp` };
  return { streamable, older };
}

test("local and remote servers start after the upgrade, and every page of the REST surface answers", async (t) => {
  const { streamable, older } = await remoteServers(t);
  const { program, upgrade } = await installed(t);
  const catalog = [
    { id: "local", runtime: fixture("echo") },
    { id: "remote", runtime: streamable },
    { id: "older", runtime: older },
    { id: "cluster", runtime: { type: "k8s-service", namespace: "a", service_name: "b", port: 80 } },
    { id: "container", runtime: { type: "docker", image: "a" } },
  ];
  const config = { log_level: "debug" };
  const { url, logged } = await startGateway(t, catalog, {
    program,
    config,
    env: { DOCKER_HOST: "tcp://127.0.0.1:1" },
  });
  await logged(/loaded the code that servers may need/);
  await upgrade();
  for (const id of ["local", "remote", "older"]) {
    assert.equal(await (await McpClient.open(url, id)).callTool("echo"), "{}");
  }
  for (const path of ["health", "servers", "servers/remote", "stats", "metrics", "servers/local/logs"])
    assert.equal((await fetch(`${url}/${path}`)).status, 200, path);
  assert.equal((await fetch(`${url}/admin/reload`, { method: "POST" })).status, 200);
  // Cluster and engine are not reachable here. The error must report that, not missing code.
  for (const id of ["cluster", "container"])
    assert.doesNotMatch(await startError(url, id), /replaced|Cannot find/);
});

test("a server that a reload brings after the upgrade fails with what to do, and nothing else breaks", async (t) => {
  const { streamable } = await remoteServers(t);
  const { program, upgrade } = await installed(t);
  const local = { id: "local", runtime: fixture("echo") };
  const config = { log_level: "debug", hot_reload: false };
  const gateway = await startGateway(t, [local], { program, config });
  await gateway.logged(/loaded the code that servers may need/);
  await upgrade();
  await gateway.writeCatalog([local, { id: "remote", runtime: streamable }]);
  await fetch(`${gateway.url}/admin/reload`, { method: "POST" });
  const said = "the program's files were replaced while it was running: restart the gateway";
  assert.ok((await startError(gateway.url, "remote")).includes(said));
  assert.equal(await (await McpClient.open(gateway.url, "local")).callTool("echo"), "{}");
});

async function startError(url: string, id: string): Promise<string> {
  const response = await fetch(`${url}/servers/${id}/start`, { method: "POST" });
  assert.notEqual(response.status, 200, id);
  return response.text();
}
