/** Every error is one clear line and an exit code, and nothing is half started (gateway.md, *Config*, *Catalog*). */

import assert from "node:assert/strict";
import { once } from "node:events";
import { chmod, rm, stat, writeFile } from "node:fs/promises";
import { get } from "node:http";
import { createServer } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { fixture, startGateway, temporaryFolder } from "../support/gateway.ts";
import { runToEnd } from "../support/stdio-client.ts";

const address = ["--listen-addr", "127.0.0.1:0"];

test("a catalog that cannot be served is an error with place and reason, and exit code 1", async (t) => {
  const folder = await temporaryFolder(t);
  const cases: [string, string | Uint8Array, RegExp][] = [
    ["empty.yaml", "", /empty\.yaml:1:1: /],
    ["null.yaml", "servers: null\n", /null\.yaml:1:\d+: /],
    ["big.yaml", `servers: []\n${"# padding\n".repeat(1_100_000)}`, /big\.yaml:1:1: Is larger than/],
    ["cycle.yaml", "servers: &a\n  - id: x\n    runtime: *a\n", /cycle\.yaml:3:\d+: /],
    ["latin1.yaml", Uint8Array.from([0x73, 0x3a, 0x20, 0xe9, 0x0a]), /latin1\.yaml:1:1: Is not UTF-8/],
    ["twice.yaml", "servers: []\nservers: []\n", /twice\.yaml:2:1: /],
    [
      "laughs.yaml",
      `a: &a [x,x,x,x,x,x,x,x,x]\n${"bcdefghi"
        .split("")
        .map((name, n) => `${name}: &${name} [${Array(9).fill(`*${"abcdefgh"[n]}`).join(",")}]`)
        .join("\n")}\nservers: []\n`,
      /laughs\.yaml:\d+:\d+: /,
    ],
    ["tabs.yaml", "servers:\n\t- id: x\n", /tabs\.yaml:2:\d+: /],
    [
      "ids.yaml",
      "servers:\n- {id: a, runtime: {type: local-process, command: x}}\n- {id: a, runtime: {type: local-process, command: x}}\n",
      /ids\.yaml:3:\d+: Duplicate server ID: a/,
    ],
    [
      "noid.yaml",
      "servers:\n- runtime: {type: local-process, command: x}\n",
      /noid\.yaml:2:\d+: Server at index 0 missing required field: id/,
    ],
  ];
  for (const [name, content, message] of cases) {
    await writeFile(join(folder, name), content);
    const run = await runToEnd("gateway-http", ["--catalog", join(folder, name), ...address]);
    assert.equal(run.code, 1, name);
    assert.equal(run.stdout, "", name);
    assert.match(run.stderr, message);
    const stdio = await runToEnd("gateway-stdio", ["--server", "a", "--catalog", join(folder, name)]);
    assert.deepEqual([stdio.code, stdio.stdout], [1, ""], name);
  }
});

test("a file that does not exist, is not a file or is not readable is an error", async (t) => {
  const folder = await temporaryFolder(t);
  await writeFile(join(folder, "locked.yaml"), "servers: []\n");
  await chmod(join(folder, "locked.yaml"), 0);
  const run = async (file: string) => {
    const { code, stderr } = await runToEnd("gateway-http", ["--catalog", file, ...address]);
    assert.equal(code, 1);
    assert.equal(stderr.trim().split("\n").length, 1);
    return stderr.trim();
  };
  assert.match(await run(join(folder, "none.yaml")), /none\.yaml:1:1: No such file$/);
  assert.match(await run(folder), /:1:1: Is a directory, not a file$/);
  if (process.getuid?.() === 0) t.diagnostic("root may read every file: permission denied is not tried");
  else assert.match(await run(join(folder, "locked.yaml")), /Cannot be read: permission denied$/);
});

test("a command line that is not valid is an error of one line, and exit code 2", async () => {
  const cases: [string, string[], RegExp][] = [
    ["gateway-http", ["--port", "1"], /^gateway-http: unknown option '--port' \(see gateway-http --help\)/],
    [
      "gateway-http",
      ["--confg", "x"],
      /^gateway-http: unknown option '--confg' \(did you mean --config\?\) \(see/,
    ],
    ["gateway-http", ["--catalog"], /^gateway-http: option '--catalog <file>' argument missing/],
    [
      "gateway-http",
      ["--catalog", "--validate"],
      /^gateway-http: --catalog requires a value, not '--validate'/,
    ],
    ["gateway-http", ["--catalog="], /^gateway-http: --catalog requires a value/],
    ["gateway-http", ["serve"], /^gateway-http: too many arguments.*: serve \(see/],
    ["gateway-stdio", ["--server="], /^gateway-stdio: --server requires a value/],
    [
      "gateway-stdio",
      ["--server", "x", "--catalog", "a", "--gateway", "http://localhost"],
      /option '--catalog <file>' cannot be used with option '--gateway <url>'/,
    ],
    [
      "gateway-stdio",
      ["--server", "x", "--gateway", "ftp://localhost"],
      /--gateway must be an http or https URL/,
    ],
    [
      "gateway-stdio",
      ["--server", "x", "--gateway", "http://localhost:1", "--api-key-file", "/nowhere"],
      /--api-key-file: /,
    ],
  ];
  for (const [program, args, message] of cases) {
    const { code, stdout, stderr } = await runToEnd(program, args);
    assert.deepEqual([code, stdout], [2, ""], args.join(" "));
    assert.match(stderr, message);
    assert.equal(stderr.trim().split("\n").length, 1, stderr);
  }
});

test("each wrong value is an error of one line, and exit code 1", async (t) => {
  const folder = await temporaryFolder(t);
  await writeFile(join(folder, "catalog.yaml"), "servers: []\n");
  await writeFile(join(folder, "config.yaml"), "listen_adr: 127.0.0.1:0\nidle_timeout_seconds: soon\n");
  const config = await runToEnd("gateway-http", ["--config", join(folder, "config.yaml")]);
  assert.equal(config.code, 1);
  assert.match(config.stderr, /config\.yaml:1:1: .*listen_adr.*listen_addr/);
  assert.match(config.stderr, /config\.yaml:2:23: /);
  const catalog = ["--catalog", join(folder, "catalog.yaml")];
  for (const [flags, message] of [
    [["--listen-addr", "4444"], /127\.0\.0\.1:4444/],
    [["--listen-addr", "0.0.0.0:0"], /api_key/],
    [["--log-level", "loud"], /^--log-level: must be one of trace, debug, info, warn, error$/m],
  ] as const) {
    const { code, stderr } = await runToEnd("gateway-http", [...catalog, ...flags]);
    assert.equal(code, 1);
    assert.match(stderr, message);
    assert.equal(stderr.trim().split("\n").length, 1, stderr);
  }
});

test("a port in use is named in the error, and the exit code is 1", async (t) => {
  const taken = createServer();
  await new Promise<void>((listening) => taken.listen(0, "127.0.0.1", listening));
  t.after(() => taken.close());
  const port = (taken.address() as { port: number }).port;
  const catalog = join(await temporaryFolder(t), "catalog.yaml");
  await writeFile(catalog, "servers: []\n");
  const { code, stdout, stderr } = await runToEnd("gateway-http", [
    "--catalog",
    catalog,
    "--listen-addr",
    `127.0.0.1:${port}`,
  ]);
  assert.deepEqual([code, stdout], [1, ""]);
  assert.match(stderr, new RegExp(`^gateway-http: 127\\.0\\.0\\.1:${port} is already in use`));
});

test("--validate prints every problem, and warnings alone have exit code 0", async (t) => {
  const folder = await temporaryFolder(t);
  const catalog = join(folder, "catalog.yaml");
  const validate = () => runToEnd("gateway-http", ["--catalog", catalog, "--validate"]);
  await writeFile(
    catalog,
    "servers:\n  - id: a\n    runtime: {type: local-process, command: no-such-command}\n    env: {TOKEN: ghp_0123456789abcdefghijklmnopqrstuvwxyz}\n",
  );
  const warned = await validate();
  assert.equal(warned.code, 0);
  assert.match(warned.stdout, /catalog\.yaml:3:\d+: warning: .*no-such-command/);
  assert.match(warned.stdout, /catalog\.yaml:4:\d+: warning: /);
  assert.ok(!warned.stdout.includes("ghp_0123456789"));

  await writeFile(
    catalog,
    `servers:\n  - id: UPPER\n    runtime: {type: local-process, command: "\${NO_SUCH_VARIABLE}", arg: []}\n  - id: b\n    runtime: {type: local-process, command: "\${NO_SUCH_VARIABLE}"}\n    env: {PORT: 80}\n`,
  );
  const failed = await validate();
  assert.equal(failed.code, 1);
  for (const message of [/:2:9: .*UPPER/, /:3:\d+: .*'arg'.*'args'/, /:6:17: .*quote/])
    assert.match(failed.stdout, message);
});

test("--validate of a config with errors prints the problems of its catalog, too", async (t) => {
  const folder = await temporaryFolder(t);
  await writeFile(join(folder, "catalog.yaml"), "servers:\n  - id: UPPER\n");
  const config = join(folder, "config.yaml");
  for (const text of [
    "catalog_path: ./catalog.yaml\nfoo: 1\n",
    "listen_addr: 0.0.0.0:1\ncatalog_path: ./catalog.yaml\n",
  ]) {
    await writeFile(config, text);
    const { code, stdout } = await runToEnd("gateway-http", ["--config", config, "--validate"]);
    assert.equal(code, 1);
    assert.match(stdout, /config\.yaml:[12]:\d+: /);
    assert.match(stdout, /catalog\.yaml:2:9: .*UPPER/);
  }
});

test("a unix socket is served with private access, taken over from a dead gateway, and not from a living one", async (t) => {
  const folder = await temporaryFolder(t);
  const path = join(folder, "gateway.sock");
  const config = { listen_addr: `unix:${path}` };
  await writeFile(path, "");
  const catalog = join(folder, "catalog.yaml");
  await writeFile(catalog, JSON.stringify({ servers: [{ id: "echo", runtime: fixture("echo") }] }));
  const refused = await runToEnd("gateway-http", ["--catalog", catalog, "--listen-addr", config.listen_addr]);
  assert.match(refused.stderr, /already exists and is not a socket/);
  await rm(path);

  const first = await startGateway(t, [{ id: "echo", runtime: fixture("echo") }], { config });
  assert.equal(first.url, config.listen_addr);
  assert.equal((await stat(path)).mode & 0o777, 0o600);
  assert.deepEqual(await health(path), { status: "ok" });
  const second = await runToEnd("gateway-http", ["--catalog", catalog, "--listen-addr", config.listen_addr]);
  assert.deepEqual([second.code, /is already in use/.test(second.stderr)], [1, true]);

  first.process.kill("SIGKILL");
  await once(first.process, "exit");
  const third = await startGateway(t, [{ id: "echo", runtime: fixture("echo") }], { config });
  assert.deepEqual(await health(path), { status: "ok" });
  await third.stop();
  await assert.rejects(stat(path), /ENOENT/);
});

function health(socketPath: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    get({ socketPath, path: "/health" }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk) => {
        text += chunk;
      });
      response.on("end", () => resolve(JSON.parse(text)));
    }).on("error", reject);
  });
}

test("--version and --help print to stdout", async () => {
  assert.match((await runToEnd("gateway-http", ["--version"])).stdout, /^\d+\.\d+\.\d+\n$/);
  assert.match((await runToEnd("gateway-stdio", ["--help"])).stdout, /--server <id>/);
});
