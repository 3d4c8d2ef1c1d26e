/* biome-ignore-all lint/suspicious/noTemplateCurlyInString: the syntax under test */
/**
 * Containers through the gateway: beside other runtimes, asleep, and after the death of a gateway (gateway.md,
 * *Runtimes*).
 */

import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { imageNames } from "../../src/vscode/language/engine-names.ts";
import { docker, nodeImage, withoutDocker } from "../support/engines.ts";
import { fixture, type RunningGateway, root, startGateway, temporaryFolder } from "../support/gateway.ts";
import { loadsChunk } from "../support/loaded-chunks.ts";
import { McpClient } from "../support/mcp-client.ts";
import { until } from "../support/until.ts";

const servers = join(root, "test/fixtures/servers");
const volumes = [`${servers}:/servers:ro`];
const contained = { type: "docker", image: nodeImage, args: ["node", "/servers/echo.ts"], volumes };
const overHttp = {
  ...contained,
  args: ["node", "/servers/over-http.ts", "echo.ts"],
  transport: "http",
  port: 8080,
};

/** Ids of the containers of an entry. */
async function containersOf(id: string): Promise<string[]> {
  const engine = await docker();
  const filters = { label: [`dev.open-mcp-gateway.entry=${id}`] };
  return (await engine.listContainers({ all: true, filters })).map(({ Id }) => Id);
}

async function statusOf({ url }: RunningGateway, id: string): Promise<string> {
  return ((await (await fetch(`${url}/servers/${id}`)).json()) as { status: string }).status;
}

test("containers serve a client beside processes, and are removed when idle", {
  skip: withoutDocker,
}, async (t) => {
  const gateway = await startGateway(t, [
    { id: "process", runtime: fixture("echo") },
    { id: "stdio-in-docker", runtime: contained, idle_timeout_seconds: 2 },
    { id: "http-in-docker", runtime: overHttp, env: { PORT: "8080" }, idle_timeout_seconds: 2 },
  ]);
  const client = new McpClient(gateway.url, "");
  await client.initialize();
  const ids = ["process", "stdio-in-docker", "http-in-docker"];
  const answers = await Promise.all(ids.map((id) => client.callTool(`${id}__echo`, { id })));
  assert.deepEqual(
    answers.map((text) => JSON.parse(text).id),
    ids,
  );
  for (const id of ids.slice(1)) {
    assert.equal((await containersOf(id)).length, 1);
    await until(`${id} sleeps`, async () => (await statusOf(gateway, id)) === "stopped");
    assert.deepEqual(await containersOf(id), []);
  }
});

test("the containers of a killed gateway are removed when the next gateway starts", {
  skip: withoutDocker,
}, async (t) => {
  const catalog = [{ id: "left-in-docker", runtime: overHttp, env: { PORT: "8080" } }];
  const first = await startGateway(t, catalog);
  await (await McpClient.open(first.url, "left-in-docker")).callTool("echo");
  const [left] = await containersOf("left-in-docker");
  assert.ok(left);
  first.process.kill("SIGKILL");
  const second = await startGateway(t, catalog);
  await second.logged(/removed orphan container [0-9a-f]{12} of 'left-in-docker'/);
  assert.deepEqual(await containersOf("left-in-docker"), []);
});

test("values of an env_file are hidden like the values of variables", { skip: withoutDocker }, async (t) => {
  const file = join(await temporaryFolder(t), "server.env");
  await writeFile(file, "API_TOKEN=in-the-file-only\nLEVEL=info\nIN_BOTH_TOKEN\n");
  const runtime = { ...contained, env_file: file };
  const env = { OTHER: "${IN_BOTH_TOKEN}" };
  const options = { env: { IN_BOTH_TOKEN: "of-the-gateway" } };
  const gateway = await startGateway(t, [{ id: "told-by-file", runtime, env }], options);
  const client = await McpClient.open(gateway.url, "told-by-file");
  await client.callTool("log", { line: "in-the-file-only of-the-gateway info" });
  const log = async () => (await fetch(`${gateway.url}/servers/told-by-file/logs`)).text();
  assert.match(await until("the line", async () => /.*info.*/.exec(await log())?.[0]), /\*\*\* \*\*\* info/);
});

test("the library of containers is loaded by the first entry that needs it", {
  skip: withoutDocker,
}, async (t) => {
  assert.equal(await loadsChunk(t, "docker", { id: "process", runtime: fixture("echo") }), false);
  assert.equal(await loadsChunk(t, "docker", { id: "contained", runtime: contained }), true);
});

test("completion receives the images that the engine has", { skip: withoutDocker }, async () => {
  assert.ok((await imageNames({ engine: "docker" })).includes(nodeImage));
  assert.deepEqual(await imageNames({ engine: "docker", host: "unix:///nowhere.sock" }), []);
});
