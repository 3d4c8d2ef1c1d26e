/** The lines that `gateway-http` prints when it has started. */

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { fixture, root, temporaryFolder } from "../support/gateway.ts";
import { until } from "../support/until.ts";

async function banner(t: TestContext, listenAddress: string): Promise<string[]> {
  const folder = await temporaryFolder(t);
  const config = join(folder, "config.yaml");
  await writeFile(config, JSON.stringify({ listen_addr: listenAddress, api_key: "k" }));
  const catalog = JSON.stringify({ servers: [{ id: "echo", runtime: fixture("echo") }] });
  await writeFile(join(folder, "catalog.yaml"), catalog);
  const args = [join(root, "dist/gateway-http.js"), "--config", config];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  t.after(() => child.kill("SIGKILL"));
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    text += chunk;
  });
  await until("the banner is complete", () => /For MCP clients: .*\n/.test(text));
  return text.split("\n");
}

test("a gateway at one address prints URLs with this address", async (t) => {
  const [first = "", ...more] = await banner(t, "127.0.0.1:0");
  const [, url = ""] = /^Open MCP Gateway \S+ listening on (http:\/\/127\.0\.0\.1:\d+)$/.exec(first) ?? [];
  assert.notEqual(url, "", first);
  assert.ok(more.includes(`For MCP clients: ${url}/echo/mcp`), more.join("\n"));
});

test("a gateway at all interfaces prints URLs that can be opened, and says where it listens", async (t) => {
  const [first = "", ...more] = await banner(t, "0.0.0.0:0");
  const [, url = ""] =
    /^Open MCP Gateway \S+ listening on (http:\/\/127\.0\.0\.1:\d+) and on all other network interfaces$/.exec(
      first,
    ) ?? [];
  assert.equal((await fetch(`${url}/health`)).status, 200, first);
  assert.ok(more.includes(`For MCP clients: ${url}/echo/mcp`), more.join("\n"));
  assert.ok(more.some((line) => line.startsWith(`  curl -s ${url}/mcp `)));
});
