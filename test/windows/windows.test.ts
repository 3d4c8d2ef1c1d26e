/** The gateway on Windows: its own tests and programs, run by Windows' Node.js (see ../support/windows.ts). */

import assert from "node:assert/strict";
import { copyFile, mkdir, readdir, readFile, realpath, rename, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { root, temporaryFolder } from "../support/gateway.ts";
import { McpClient } from "../support/mcp-client.ts";
import { until } from "../support/until.ts";
import {
  noWindows,
  startWindows,
  type WindowsProgram,
  windowsNode,
  windowsPath,
} from "../support/windows.ts";

const skip = noWindows;
const timeout = 170_000;

/** Runs a file of tests there. Fails with the names of those that failed. */
async function passes(t: TestContext, file: string, atLeast: number, ...options: string[]): Promise<void> {
  const folder = join(await temporaryFolder(t), "mein Ordner größer");
  await mkdir(folder);
  const args = [...options, "--test-reporter=tap", windowsPath(join(root, file))];
  const program = await startWindows(t, args, { TEST_FOLDER: windowsPath(folder) });
  await program.exited;
  const lines = program.output().split(/\r?\n/);
  const failed = lines.filter((line) => /^\s*not ok /.test(line));
  assert.deepEqual(failed, [], program.output().slice(-4_000));
  const passed = lines.filter((line) => /^\s*ok (?!.*# SKIP)/.test(line)).length;
  assert.ok(passed >= atLeast, `${passed} passed:\n${program.output().slice(-4_000)}`);
}

test(
  "local-process keeps the runtime contract, runs .cmd files and ends what it started",
  { skip, timeout },
  (t) => passes(t, "test/windows/programs/local-process.ts", 25),
);

test("gateway-stdio serves between Windows programs", { skip, timeout }, (t) =>
  passes(
    t,
    "test/integration/gateway-stdio.test.ts",
    3,
    "--test-name-pattern=from a pipe|protocol only|errors agents",
  ),
);

// Wine does not report that a watched folder was renamed, and cannot rename a link over another one.
test("the watcher sees files written, replaced, deleted and made again", { skip, timeout }, (t) =>
  passes(
    t,
    "test/unit/catalog/watch-file.test.ts",
    8,
    "--test-name-pattern=writing, repl|quick succ|same cont|other files|comes later|without events|after close|listener",
  ),
);

test("the language server serves editors there, over each of its channels", { skip, timeout }, (t) =>
  passes(t, "test/integration/language-server.test.ts", 5),
);

test("the language server knows the files of drives, however editors write them", { skip, timeout }, (t) =>
  passes(t, "test/windows/programs/language-server.ts", 3),
);

test(
  "windows of VS Code take the lock one at a time, and over from one that crashed",
  { skip, timeout },
  (t) => passes(t, "test/unit/vscode/gateway/window-lock.test.ts", 8),
);

test(
  "a stubborn server is ended, and why that is not sure is reported, whatever taskkill does",
  {
    skip,
    timeout,
  },
  (t) => passes(t, "test/windows/programs/taskkill.ts", 14),
);

test(
  "config, cache and the files of other tools are found in a user's folder with blanks and umlauts",
  {
    skip,
    timeout,
  },
  (t) => passes(t, "test/windows/programs/user-folders.ts", 4),
);

const fixture = (name: string, ...args: string[]) => ({
  type: "local-process",
  command: windowsNode,
  args: [windowsPath(join(root, "test/fixtures/servers", `${name}.ts`)), ...args],
});

/** Processes of this machine whose command line contains the text, including those of Wine. */
async function running(text: string): Promise<string[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(
    pids.map((pid) => readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")),
  );
  return lines.filter((line) => line.includes(text));
}

/** A gateway whose files are in a folder with blanks and umlauts. */
async function gateway(t: TestContext, servers: object[]) {
  const folder = join(await temporaryFolder(t), "my Ordner größe");
  await mkdir(folder);
  const catalogPath = join(folder, "catalog.yaml");
  const write = (entries: object[]) => writeFile(catalogPath, JSON.stringify({ servers: entries }));
  await write(servers);
  const config = join(folder, "config.yaml");
  await writeFile(config, JSON.stringify({ listen_addr: "127.0.0.1:0", health_check_interval_seconds: 1 }));
  const program = await startWindows(t, [
    windowsPath(join(root, "dist/gateway-http.js")),
    "--config",
    windowsPath(config),
  ]);
  const url = await until("it listens", async () => /listening on (\S+)/.exec(program.output())?.[1]);
  return { url, program, write, folder };
}

/** Wine's `cmd.exe` and that of Windows have different exit codes for a missing command. */
const notFound = /'no-such-command-here' not found on PATH|cmd\.exe did not find a command/;

interface Row {
  readonly id: string;
  readonly status: string;
  readonly reason?: string;
  readonly restart_required?: boolean;
}

async function rowOf(url: string, id: string): Promise<Row | undefined> {
  const body = (await (await fetch(`${url}/servers`)).json()) as Row[] | { readonly servers: Row[] };
  return (Array.isArray(body) ? body : body.servers).find((row) => row.id === id);
}

/** Ends it as Windows' task manager does. */
async function kill(program: WindowsProgram): Promise<void> {
  program.process.kill("SIGKILL");
  await program.exited;
}

test("gateway-http serves, sees its catalog change, and ends a stubborn server", {
  skip,
  timeout,
}, async (t) => {
  const { url, program, write } = await gateway(t, [{ id: "echo", runtime: fixture("echo") }]);
  const client = await McpClient.open(url, "echo");
  assert.equal(await client.callTool("echo", { a: "ü" }), '{"a":"ü"}');

  const missing = { type: "local-process", command: "no-such-command-here" };
  await write([
    { id: "echo", runtime: fixture("echo") },
    { id: "stubborn", runtime: fixture("ignores-sigterm") },
    { id: "missing", runtime: missing },
  ]);
  await until("the watcher sees it", async () => rowOf(url, "stubborn"));

  const start = async (id: string) => (await fetch(`${url}/servers/${id}/start`, { method: "POST" })).status;
  assert.equal(await start("missing"), 502);
  assert.match((await rowOf(url, "missing"))?.reason ?? "", notFound);

  assert.equal(await start("stubborn"), 200);
  await fetch(`${url}/servers/stubborn/stop`, { method: "POST" });
  const row = await until("it is not stopping for ever", async () => {
    const now = await rowOf(url, "stubborn");
    return now !== undefined && now.status !== "stopping" && now.status !== "running" && now;
  });
  // If taskkill cannot end a tree, the reason mentions taskkill.
  assert.ok(row.status === "stopped" || /taskkill/.test(row.reason ?? ""), JSON.stringify(row));

  await kill(program);
});

test("kill -9 of the gateway leaves neither a server nor a stubborn one", { skip, timeout }, async (t) => {
  const mark = `left-by-${process.pid}`;
  const { url, program } = await gateway(t, [
    { id: "echo", runtime: fixture("echo", mark) },
    { id: "stubborn", runtime: fixture("ignores-sigterm", mark) },
  ]);
  for (const id of ["echo", "stubborn"]) await fetch(`${url}/servers/${id}/start`, { method: "POST" });
  assert.equal((await running(mark)).length, 2);
  await kill(program);
  await until("nothing is left", async () => (await running(mark)).length === 0);
});

test("--validate finds a command by PATHEXT, and names one that is not there", {
  skip,
  timeout,
}, async (t) => {
  const folder = await temporaryFolder(t);
  await writeFile(join(folder, "my-tool.cmd"), "@echo off\r\n");
  const catalog = join(folder, "catalog.yaml");
  await writeFile(join(folder, "batch-tool.bat"), "@echo off\r\n");
  const entry = (id: string, command: string, env: object = {}) => ({
    id,
    runtime: { type: "local-process", command },
    env,
  });
  await writeFile(
    catalog,
    JSON.stringify({
      servers: [
        entry("found", "my-tool"),
        entry("batch", "batch-tool"),
        entry("narrow", "batch-tool", { PathExt: ".EXE;.CMD" }),
        entry("gone", "no-such-tool"),
      ],
    }),
  );
  const program = await startWindows(
    t,
    [windowsPath(join(root, "dist/gateway-http.js")), "--catalog", windowsPath(catalog), "--validate"],
    { WINEPATH: windowsPath(folder) },
  );
  await program.exited;
  const reported = program.output().match(/(?<=Server ')\w+(?=': command .* is not on PATH)/g);
  assert.deepEqual(reported, ["narrow", "gone"], program.output());
});

test("a server in a folder with blanks and umlauts, in a catalog that editors replace by rename", {
  skip,
  timeout,
}, async (t) => {
  const reader = (working_dir: string, env: object = {}) => ({
    id: "reader",
    env,
    runtime: { ...fixture("looks-around"), working_dir },
  });
  const { url, program, folder } = await gateway(t, [reader("mein Server ä")]);
  await mkdir(join(folder, "mein Server ä"));
  await writeFile(join(folder, "mein Server ä", "where.txt"), "here");
  await writeFile(join(folder, ".env"), "GREETING=grüß dich\r\n");
  const first = await McpClient.open(url, "reader");
  assert.equal(await first.callTool("read", { path: "where.txt" }), "here");
  assert.equal(await first.callTool("read", { path: ".\\WHERE.TXT" }), "here");

  // biome-ignore lint/suspicious/noTemplateCurlyInString: the catalog's syntax
  const entry = reader("${workspaceFolder}\\mein Server ä", { SAID: "${GREETING}" });
  const catalog = join(folder, "catalog.yaml");
  await writeFile(`${catalog}.tmp`, JSON.stringify({ servers: [entry] }));
  await rename(`${catalog}.tmp`, catalog);
  await until("the watcher sees it", async () => (await rowOf(url, "reader"))?.restart_required);
  await fetch(`${url}/servers/reader/restart`, { method: "POST" });
  const second = await McpClient.open(url, "reader");
  assert.equal(await second.callTool("env", { name: "said" }), "grüß dich");
  assert.equal(await second.callTool("read", { path: "where.txt" }), "here");
  await kill(program);
});

/** The folder of the npm that is on PATH here. Windows' Node.js runs the same one. */
async function npmFolder(): Promise<string> {
  for (const folder of (process.env["PATH"] ?? "").split(":")) {
    const cli = await realpath(join(folder, "npx")).catch(() => "");
    if (cli.endsWith("/npm/bin/npx-cli.js")) return dirname(dirname(cli));
  }
  throw new Error("no npm on PATH");
}

test("npx.cmd runs the program of a package, which is another .cmd", { skip, timeout }, async (t) => {
  const folder = await temporaryFolder(t);
  const [nodejs, project] = [join(folder, "nödejs"), join(folder, "my project")];
  const [modules, bin] = [join(nodejs, "node_modules"), join(project, "node_modules/.bin")];
  for (const each of [modules, bin]) await mkdir(each, { recursive: true });
  const npm = await npmFolder();
  await copyFile(join(npm, "bin/npx.cmd"), join(nodejs, "npx.cmd"));
  await symlink(npm, join(modules, "npm"));
  await symlink(windowsNode.replace(/^Z:/, "").replaceAll("\\", "/"), join(nodejs, "node.exe"));
  await writeFile(join(project, "package.json"), "{}");
  const { command, args } = fixture("echo");
  const run = `@echo off\r\n"${command}" "${args[0]}" %*\r\n`;
  // npm creates both files: a shell script, and the .cmd that Windows runs.
  for (const name of ["my-server", "my-server.cmd"]) await writeFile(join(bin, name), run);
  const runtime = {
    type: "local-process",
    command: "npx",
    args: ["--offline", "my-server"],
    working_dir: windowsPath(project),
  };
  const Path = `${windowsPath(nodejs)};\${PATH}`;
  const { url, program } = await gateway(t, [
    { id: "npx", runtime, env: { Path, npm_config_logs_max: "0" } },
  ]);
  const client = await McpClient.open(url, "npx");
  assert.equal(await client.callTool("echo", { a: "ü" }), '{"a":"ü"}');
  await kill(program);
});
