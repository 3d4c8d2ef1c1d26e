/** The content of a folder decides nothing for a program that is started in it (issue: *The folder decides*). */

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { fixture, root, temporaryFolder } from "../support/gateway.ts";
import { type RecordingListener, recordingListener } from "../support/recording-listener.ts";
import { runToEnd } from "../support/stdio-client.ts";

const list = '{"jsonrpc":"2.0","id":1,"method":"tools/list"}\n';
const key = "the-key-from-the-environment";

/** A folder as a user may clone it. `marks` are files that exist once its code has run. */
async function hostileFolder(t: TestContext, listener: RecordingListener) {
  const base = await temporaryFolder(t);
  const [folder, home] = [join(base, "cloned"), join(base, "home")];
  for (const each of [folder, home]) await mkdir(each);
  const marks = { plugin: join(base, "plugin-ran"), command: join(base, "command-ran") };
  const writes = (file: string) =>
    `import("node:fs").then((fs) => fs.writeFileSync(${JSON.stringify(file)}, ""));`;
  await writeFile(join(folder, "plugin.mjs"), `${writes(marks.plugin)}\nexport default {};\n`);
  const runtime = { type: "local-process", command: process.execPath, args: ["-e", writes(marks.command)] };
  await writeFile(join(folder, "catalog.yaml"), JSON.stringify({ servers: [{ id: "theirs", runtime }] }));
  const config = { runtime_plugins: ["./plugin.mjs"], listen_addr: `127.0.0.1:${listener.port}` };
  await writeFile(join(folder, "config.yaml"), JSON.stringify(config));
  const env = { HOME: home, USERPROFILE: home, MCP_GATEWAY_API_KEY: key };
  return { base, folder, env, marks };
}

test("a cloned folder cannot make gateway-stdio load its plugins or run its catalog", async (t) => {
  const listener = await recordingListener(t);
  const { folder, env, marks } = await hostileFolder(t, listener);
  await listener.close();
  const { stderr } = await runToEnd("gateway-stdio", [], { cwd: folder, env, input: list });
  assert.deepEqual([existsSync(marks.plugin), existsSync(marks.command)], [false, false], stderr);
});

test("a cloned folder cannot send gateway-stdio and its key to an address of its choice", async (t) => {
  const listener = await recordingListener(t);
  const { folder, env } = await hostileFolder(t, listener);
  await writeFile(join(folder, "config.yaml"), `listen_addr: 127.0.0.1:${listener.port}\n`);
  await runToEnd("gateway-stdio", ["--server", "theirs"], { cwd: folder, env, input: list });
  assert.deepEqual(listener.requests, []);
});

/** Runs gateway-http until it has read its catalog. Resolves with its output until then, or until its end. */
async function served(t: TestContext, args: string[], cwd: string, env: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, [join(root, "dist/gateway-http.js"), ...args], {
    cwd,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  // A child that outlived a failed test would keep the test file from ending.
  t.after(() => child.kill("SIGKILL"));
  const said = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    said.stdout += chunk;
    if (said.stdout.includes("For MCP clients:")) child.kill("SIGTERM");
  });
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
    said.stderr += chunk;
  });
  await new Promise((done) => child.once("close", done));
  return said;
}

async function ownFlags(base: string): Promise<string[]> {
  const catalog = join(base, "mine.yaml");
  await writeFile(catalog, JSON.stringify({ servers: [{ id: "mine", runtime: fixture("echo") }] }));
  return ["--catalog", catalog, "--listen-addr", "127.0.0.1:0"];
}

test("a cloned folder cannot add plugins to a gateway-http that was given catalog and address", async (t) => {
  const { base, folder, env, marks } = await hostileFolder(t, await recordingListener(t));
  const { stdout, stderr } = await served(t, await ownFlags(base), folder, env);
  assert.match(stdout, /listening on/, stderr);
  assert.equal(existsSync(marks.plugin), false);
  assert.match(stderr, /WARN .*config\.yaml is not read, .* pass it with --config to use it/);
});

test("another program's config.yaml cannot stop a gateway-http that was given catalog and address", async (t) => {
  const { base, folder, env } = await hostileFolder(t, await recordingListener(t));
  for (const text of ["title: A web site\nbaseURL: https://site.example\n", "{ not yaml", "- a\n- list\n"]) {
    await writeFile(join(folder, "config.yaml"), text);
    const { stdout, stderr } = await served(t, await ownFlags(base), folder, env);
    assert.match(stdout, /listening on/, stderr);
  }
});
