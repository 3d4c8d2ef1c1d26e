/* biome-ignore-all lint/suspicious/noTemplateCurlyInString: the syntax under test */
/** The built programs with runtimes of plugins. The two examples serve clients, and an error is one line. */

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, test } from "node:test";
import { promisify } from "node:util";
import { PluginHosts } from "../contract/plugin-hosts.ts";
import { root, startGateway, temporaryFolder } from "../support/gateway.ts";
import { runToEnd } from "../support/stdio-client.ts";

const run = promisify(execFile);
const hosts = new PluginHosts();
after(() => hosts.close());

const plugins = ["tcp", "function"].map((name) => join(root, `examples/plugins/${name}-runtime.mjs`));
const token = "a-token-nobody-may-see";

interface Json {
  readonly [key: string]: unknown;
}

async function call(url: string, id: string, text: string): Promise<Json> {
  const params = { name: "echo", arguments: { text } };
  const response = await fetch(`${url}/mcp`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ server_id: id, method: "tools/call", params }),
  });
  return (await response.json()) as Json;
}

test("servers of both examples answer, their secrets show nowhere, and stop and start work", async (t) => {
  const catalog = [
    {
      id: "over-tcp",
      runtime: { type: "tcp", endpoint: await hosts.tcp("echo.ts", token), auth_token: "${PLUGIN_TOKEN}" },
    },
    {
      id: "as-function",
      runtime: {
        type: "function",
        endpoint: await hosts.functions("echo.ts", token),
        function_name: "tools",
        auth_token: token,
      },
    },
    { id: "refused", runtime: { type: "tcp", endpoint: await hosts.tcp("echo.ts", "x"), auth_token: token } },
  ];
  const options = { config: { runtime_plugins: plugins }, env: { PLUGIN_TOKEN: token } };
  const gateway = await startGateway(t, catalog, options);
  const seen: unknown[] = [];
  for (const id of ["over-tcp", "as-function"]) {
    const content = [{ type: "text", text: '{"text":"hi"}' }];
    assert.deepEqual((await call(gateway.url, id, "hi"))["result"], { content });
    const server = (await (await fetch(`${gateway.url}/servers/${id}`)).json()) as Json;
    assert.equal(server["status"], "running");
    seen.push(server);
    const stopped = await fetch(`${gateway.url}/servers/${id}/stop`, { method: "POST" });
    assert.equal(((await stopped.json()) as Json)["message"], "Server stopped successfully");
    assert.deepEqual((await call(gateway.url, id, "hi"))["result"], { content });
  }
  const refused = await call(gateway.url, "refused", "hi");
  assert.match(JSON.stringify(refused), /the server refused the token: check auth_token/);
  assert.doesNotMatch(JSON.stringify([seen, refused, gateway.log()]), new RegExp(token));
  assert.match(JSON.stringify(seen), /"auth_token":"\$\{PLUGIN_TOKEN\}".*"auth_token":"\*\*\*"/);
});

test("an edit that uses a field unknown to the plugin is refused with its place", async (t) => {
  const endpoint = await hosts.tcp("echo.ts");
  const gateway = await startGateway(t, [{ id: "own", runtime: { type: "tcp", endpoint } }], {
    config: { runtime_plugins: plugins },
  });
  await gateway.writeCatalog("servers:\n  - id: own\n    runtime:\n      type: tcp\n      endpont: x:1\n");
  const line = await gateway.logged(/endpont/);
  assert.match(line, /catalog\.yaml:5:7: .*unknown key 'endpont' in runtime: did you mean 'endpoint'\?/);
  assert.match(JSON.stringify(await call(gateway.url, "own", "still")), /still/);
});

test("gateway-stdio knows the plugins of the config that it is given", async (t) => {
  const folder = await temporaryFolder(t);
  const runtime = { type: "tcp", endpoint: await hosts.tcp("echo.ts", token), auth_token: token };
  const catalog = join(folder, "servers.yaml");
  const config = join(folder, "settings.yaml");
  await writeFile(catalog, JSON.stringify({ servers: [{ id: "own", runtime }] }));
  await writeFile(config, JSON.stringify({ runtime_plugins: plugins }));
  const params = { name: "echo", arguments: { text: "hi" } };
  const input = `${JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params })}\n`;
  const args = ["--server", "own", "--catalog", catalog];
  const { code, stdout } = await runToEnd("gateway-stdio", [...args, "--config", config], { input });
  const content = [{ type: "text", text: '{"text":"hi"}' }];
  assert.deepEqual([code, JSON.parse(stdout).result], [0, { content }]);
  const without = await runToEnd("gateway-stdio", args, { input });
  assert.equal(without.code, 1);
  assert.match(without.stderr, /servers\.yaml:1:\d+: Server 'own' has unknown runtime type: tcp/);
});

/** The output of `--validate`, without the folder. */
async function validated(
  t: Parameters<typeof temporaryFolder>[0],
  files: Readonly<Record<string, string>>,
): Promise<{ code: number; lines: string[] }> {
  const folder = await temporaryFolder(t);
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  const args = [join(root, "dist/gateway-http.js"), "--config", join(folder, "config.yaml"), "--validate"];
  const done = await run(process.execPath, args).then(
    ({ stdout }) => ({ code: 0, stdout }),
    ({ code, stdout }: { code: number; stdout: string }) => ({ code, stdout }),
  );
  const lines = done.stdout.trim().replaceAll(folder, "").replaceAll("\\", "/").split("\n");
  return { code: done.code, lines };
}

test("--validate knows the types of plugins, and reports a broken plugin with its place", async (t) => {
  const catalog = "servers:\n  - { id: own, runtime: { type: tcp, endpoint: nowhere } }\n";
  const config = `runtime_plugins:\n  - ${plugins[0]}\n`;
  assert.deepEqual(await validated(t, { "catalog.yaml": catalog, "config.yaml": config }), {
    code: 1,
    lines: ["/catalog.yaml:2:48: Server 'own': runtime.endpoint must be host:port"],
  });
  const broken = {
    "catalog.yaml": catalog,
    "config.yaml": `${config}  - ./throws.mjs\n  - ${plugins[0]}\n`,
    "throws.mjs": "throw new Error('not today');",
  };
  const { code, lines } = await validated(t, broken);
  assert.equal(code, 1);
  assert.equal(lines[0], "/config.yaml:3:5: The config: plugin './throws.mjs' failed to load: not today");
  assert.match(lines[1] ?? "", /^\/config\.yaml:4:5: .*its type 'tcp' is already taken by another plugin$/);
  const without = await validated(t, { "catalog.yaml": catalog, "config.yaml": "{}\n" });
  assert.deepEqual(without.lines, ["/catalog.yaml:2:33: Server 'own' has unknown runtime type: tcp"]);
});
