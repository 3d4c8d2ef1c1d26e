/* biome-ignore-all lint/suspicious/noTemplateCurlyInString: the syntax under test */
import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import type { Config } from "../../../src/config/config-values.ts";
import type { ConfigOptions } from "../../../src/config/load-config.ts";
import { loadConfig } from "../../../src/config/load-config.ts";

const folder = await mkdtemp(join(tmpdir(), "config-"));
test.after(() => rm(folder, { recursive: true }));
const [cwd, userHome, systemDir] = [join(folder, "cwd"), join(folder, "home"), join(folder, "etc")];
const homeDir = join(userHome, ".config", "mcp-gateway");
for (const each of [cwd, homeDir, systemDir]) await mkdir(each, { recursive: true });
const around = { cwd, userHome, systemDir, env: {} };
const path = join(folder, "given.yaml");

async function loaded(text: string, more: ConfigOptions = {}): Promise<Config> {
  await writeFile(path, text);
  const result = await loadConfig({ ...around, ...more, flags: { config: path, ...more.flags } });
  assert.ok(result.kind === "loaded", JSON.stringify(result));
  return result.config;
}

/** The lines of an invalid config, without the name of the file. */
async function linesOf(text: string, more: ConfigOptions = {}): Promise<string[]> {
  await writeFile(path, text);
  const result = await loadConfig({ ...around, ...more, flags: { config: path, ...more.flags } });
  assert.ok(result.kind === "invalid", JSON.stringify(result));
  return result.lines.map((line) => line.replace(`${path}:`, ""));
}

const defaults: Config = {
  listen: { kind: "tcp", host: "127.0.0.1", port: 4444 },
  catalogPath: join(cwd, "catalog.yaml"),
  catalogSources: [],
  logLevel: "info",
  apiKeys: [],
  idleTimeoutSeconds: 300,
  healthCheckIntervalSeconds: 30,
  requestTimeoutSeconds: 30,
  maxConnectionsPerServer: 10,
  maxBodyBytes: 64 * 1024 * 1024,
  toolsMode: "list",
  maxNameLength: 46,
  toolsWarningTokens: 25_000,
  corsEnabled: false,
  corsOrigins: [],
  hotReload: true,
  runtimePlugins: [],
  secretsDir: "/run/secrets",
};

test("without a file there are defaults, with the catalog in the working folder", async () => {
  const loaded = await loadConfig(around);
  assert.deepEqual(loaded.kind === "loaded" && loaded.config, defaults);
});

test("the first file of the search order is taken", async () => {
  const places = [join(cwd, "config.yaml"), join(homeDir, "config.yaml"), join(systemDir, "config.yaml")];
  for (const place of places.toReversed()) {
    await writeFile(place, "# all defaults\n");
    const result = await loadConfig(around);
    assert.ok(result.kind === "loaded");
    assert.equal(result.config.file, place);
    assert.equal(result.config.catalogPath, join(place, "..", "catalog.yaml"));
  }
  await Promise.all(places.map((place) => rm(place)));
});

test("a program that is started in any folder searches only the folders of the user and the system", async () => {
  const places = [join(cwd, "config.yaml"), join(homeDir, "config.yaml"), join(systemDir, "config.yaml")];
  for (const place of places) await writeFile(place, "# all defaults\n");
  const file = async (options: ConfigOptions) => {
    const result = await loadConfig({ ...around, ...options });
    return result.kind === "loaded" && result.config.file;
  };
  assert.equal(await file({ search: "user" }), places[1]);
  assert.equal(await file({ search: "nowhere" }), undefined);
  await rm(join(homeDir, "config.yaml"));
  assert.equal(await file({ search: "user" }), places[2]);
  await rm(join(systemDir, "config.yaml"));
  const without = await loadConfig({ ...around, search: "user" });
  assert.equal(without.kind === "loaded" && without.config.catalogPath, join(homeDir, "catalog.yaml"));
  await rm(join(cwd, "config.yaml"));
});

test("with catalog and address given, the file of the working folder is ignored with a warning", async () => {
  await writeFile(join(cwd, "config.yaml"), "{ not yaml");
  const flags = { catalog: "c.yaml", listenAddr: "127.0.0.1:1" };
  const warningsOf = async (options: ConfigOptions) => {
    const result = await loadConfig({ ...around, ...options });
    return result.kind === "loaded" && result.warnings;
  };
  assert.deepEqual(await warningsOf({ flags }), [
    `${join(cwd, "config.yaml")} is not read, because --catalog and --listen-addr are given: pass it with --config to use it`,
  ]);
  assert.equal(await warningsOf({ flags: { catalog: "c.yaml" } }), false);
  assert.equal(await warningsOf({ flags: { ...flags, config: "config.yaml" } }), false);
  await rm(join(cwd, "config.yaml"));
  assert.deepEqual(await warningsOf({ flags }), []);
  await writeFile(join(homeDir, "config.yaml"), "log_level: debug\n");
  const inHome = await loadConfig({ ...around, cwd: homeDir, flags });
  assert.deepEqual(inHome.kind === "loaded" && [inHome.config.logLevel, inHome.warnings], ["debug", []]);
  await rm(join(homeDir, "config.yaml"));
});

test("an unreadable file in the search order does not make the next one count", async () => {
  await mkdir(join(cwd, "config.yaml"));
  const result = await loadConfig(around);
  assert.ok(result.kind === "invalid");
  assert.deepEqual(result.lines, [`${join(cwd, "config.yaml")}:1:1: Is a directory, not a file`]);
  await rm(join(cwd, "config.yaml"), { recursive: true });
});

test("a missing --config file is an error", async () => {
  const result = await loadConfig({ ...around, flags: { config: "none.yaml" } });
  assert.ok(result.kind === "invalid");
  assert.deepEqual(result.lines, [`${join(cwd, "none.yaml")}:1:1: No such file`]);
});

test("every key of the file is used", async () => {
  const config = await loaded(
    [
      "listen_addr: '[::1]:1'",
      "catalog_path: ~/c.yaml",
      "catalog_sources: [{ type: kubernetes, namespace: team }]",
      "log_level: debug",
      "api_key: [a, '${KEY}']",
      "idle_timeout_seconds: 0",
      "health_check_interval_seconds: 1",
      "request_timeout_seconds: 0",
      "max_connections_per_server: 2",
      "max_body_bytes: 2048",
      "tools_mode: search",
      "max_name_length: 60",
      "tools_warning_tokens: 0",
      "cors_enabled: true",
      "cors_origins: ['https://x.example']",
      "hot_reload: false",
      "runtime_plugins: [./own.mjs, '${KEY}']",
      "secrets_dir: s",
    ].join("\n"),
    { env: { KEY: "b" } },
  );
  assert.deepEqual(config, {
    file: path,
    listen: { kind: "tcp", host: "::1", port: 1 },
    catalogPath: join(userHome, "c.yaml"),
    catalogSources: [{ type: "kubernetes", namespace: "team" }],
    logLevel: "debug",
    apiKeys: ["a", "b"],
    idleTimeoutSeconds: 0,
    healthCheckIntervalSeconds: 1,
    requestTimeoutSeconds: 0,
    maxConnectionsPerServer: 2,
    maxBodyBytes: 2048,
    toolsMode: "search",
    maxNameLength: 60,
    toolsWarningTokens: 0,
    corsEnabled: true,
    corsOrigins: ["https://x.example"],
    hotReload: false,
    runtimePlugins: ["./own.mjs", "b"],
    secretsDir: join(folder, "s"),
  });
});

test("flags override the environment, and the environment overrides the file", async () => {
  const text = "log_level: error\nlisten_addr: 127.0.0.1:1\ncatalog_path: a.yaml\nsecrets_dir: s\n";
  const env = { MCP_GATEWAY_LOG: "WARN", MCP_GATEWAY_SECRETS_DIR: "/other" };
  const ofEnv = await loaded(text, { env });
  assert.equal(ofEnv.logLevel, "warn");
  assert.equal(ofEnv.secretsDir, "/other");
  assert.equal(ofEnv.catalogPath, join(folder, "a.yaml"));
  const flags = { logLevel: "trace", listenAddr: "unix:/x.sock", catalog: "b.yaml" };
  const ofFlags = await loaded(text, { env, flags });
  assert.equal(ofFlags.logLevel, "trace");
  assert.deepEqual(ofFlags.listen, { kind: "unix", path: "/x.sock" });
  assert.equal(ofFlags.catalogPath, join(cwd, "b.yaml"));
});

test("a key may come from .env beside the config or from the secrets folder", async () => {
  await writeFile(join(folder, ".env"), "KEY=from-env-file\n");
  await writeFile(join(folder, "SECRET_KEY"), "from-secret\n");
  const config = await loaded("api_key: ['${KEY}', '${secret:SECRET_KEY}']\nsecrets_dir: .\n");
  assert.deepEqual(config.apiKeys, ["from-env-file", "from-secret"]);
  await rm(join(folder, ".env"));
});

const refused = "without api_key: set one in the config, or listen on 127.0.0.1";
const wrong: [text: string, lines: string[]][] = [
  ["lisen_addr: x\n", ["1:1: The config has an unknown key 'lisen_addr': did you mean 'listen_addr'?"]],
  [
    "listen_addr: nonsense\n",
    ["1:14: The config: listen_addr must be 'host:port', '[ipv6]:port' or 'unix:/path.sock'"],
  ],
  [
    "idle_timeout_seconds: -1\nlog_level: loud\n",
    [
      "1:23: The config: idle_timeout_seconds must be at least 0",
      "2:12: The config: log_level must be one of trace, debug, info, warn, error",
    ],
  ],
  ["listen_addr: 0.0.0.0:4444\n", [`1:14: refusing to listen on 0.0.0.0:4444 ${refused}`]],
  [
    "listen_addr: 0.0.0.0:4444\napi_key: ''\n",
    ["2:10: The config: api_key is empty: give it a value or remove it"],
  ],
  ["api_key: []\n", ["1:10: The config: api_key is an empty list: add a key or remove it"]],
  ["api_key: 12345\n", ["1:10: The config: api_key must be a string or a list of strings"]],
  ["api_key: ['${NOT_SET}', a]\n", ["1:14: The config: variable 'NOT_SET' of api_key[0] is not set"]],
  [
    "listen_addr: 0.0.0.0:1\napi_key: '${NOT_SET:-}'\n",
    ["2:10: The config: api_key is empty: give it a value or remove it"],
  ],
  [
    "api_key: 'hunter2 hunter2'\n",
    [
      "1:10: The config: api_key must be printable ASCII characters without spaces, because it is sent in a header",
    ],
  ],
  [
    "api_key: '${hunter2'\n",
    ["1:11: The config: api_key has a malformed variable: write '${NAME}', or '$${' for a literal '${'"],
  ],
  [
    "cors_origins: ['https://x/path']\n",
    ["1:16: The config: cors_origins[0] must be an origin such as https://app.example.com, without a path"],
  ],
  ["- a\n", ["1:1: The config must be a mapping of keys to values"]],
  ["a: 1\n---\nb: 2\n", ["2:1: The file must be one YAML document: remove this '---' and what follows it"]],
];
for (const [text, expected] of wrong) {
  test(`the config is invalid: ${text.split("\n")[0]}`, async () => {
    const lines = await linesOf(text);
    assert.deepEqual(lines, expected);
    assert.equal(lines.join().includes("hunter2"), false);
  });
}

test("errors in flags and environment name the flag or variable", async () => {
  assert.deepEqual(await linesOf("", { flags: { listenAddr: "x", logLevel: "y" } }), [
    "--listen-addr: must be 'host:port', '[ipv6]:port' or 'unix:/path.sock'",
    "--log-level: must be one of trace, debug, info, warn, error",
  ]);
  assert.deepEqual(await linesOf("", { env: { MCP_GATEWAY_LOG: "z" } }), [
    "MCP_GATEWAY_LOG: must be one of trace, debug, info, warn, error",
  ]);
  assert.deepEqual(await linesOf("", { flags: { listenAddr: "[::]:1" } }), [
    `--listen-addr: refusing to listen on [::]:1 ${refused}`,
  ]);
  assert.deepEqual((await loaded("api_key: k\n", { flags: { listenAddr: "[::]:1" } })).apiKeys, ["k"]);
});

test("certificate files of remote servers are full paths, and may be variables", async () => {
  const text = "remote_ca: ./ca.pem\nremote_cert: ~/c.pem\nremote_key: ${KEY_FILE}\n";
  const { remoteTls } = await loaded(text, { env: { KEY_FILE: "/k/c.key" } });
  assert.deepEqual(remoteTls, { ca: join(folder, "ca.pem"), cert: join(userHome, "c.pem"), key: "/k/c.key" });
  assert.match((await linesOf("remote_ca: ${NOT_SET}\n")).join(), /NOT_SET.*remote_ca/);
});
