/* biome-ignore-all lint/suspicious/noTemplateCurlyInString: the syntax under test */
/**
 * Runs on Windows: where config, cache and the files of other tools are, for a user whose folder has blanks and umlauts.
 * See ../windows.test.ts.
 */

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { dirname, join, parse, relative } from "node:path";
import { test } from "node:test";
import type { UserFolders } from "../../../src/vscode/agents/agent-config-paths.ts";
import { launcherIn, writeLauncher } from "../../../src/vscode/agents/launcher.ts";
import { importSources } from "../../../src/vscode/import/import-sources.ts";
import { runToEnd } from "../../support/stdio-client.ts";

const echo = join(import.meta.dirname, "../../fixtures/servers/echo.ts");
const home = join(process.env["TEST_FOLDER"] ?? "", "Jürgen Groß");
const own = {
  USERPROFILE: home,
  APPDATA: join(home, "AppData", "Roaming"),
  LOCALAPPDATA: join(home, "AppData", "Local"),
};
Object.assign(process.env, own);

function write(file: string, text: string): string {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

test("the config is that of the user's folder, the cache is that of the machine's application data", async () => {
  const config = join(home, ".config", "mcp-gateway");
  const entry = {
    id: "echo",
    runtime: { type: "local-process", command: process.execPath, args: [echo], working_dir: "~" },
    env: { HOME_IS: "${userHome}" },
  };
  write(join(config, "config.yaml"), 'listen_addr: "127.0.0.1:1"\ncatalog_path: ~\\my servers.yaml\n');
  write(join(home, "my servers.yaml"), JSON.stringify({ servers: [entry] }));
  const call = { name: "env", arguments: { name: "HOME_IS" } };
  const requests = [
    { id: 1, method: "tools/list" },
    { id: 2, method: "tools/call", params: call },
  ].map((request) => `${JSON.stringify({ jsonrpc: "2.0", ...request })}\n`);
  const { code, stdout, stderr } = await runToEnd("gateway-stdio", ["--server", "echo"], {
    input: requests.join(""),
    env: { ...own, MCP_GATEWAY_CACHE_DIR: "" },
  });
  assert.equal(code, 0, stderr);
  const answers = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  assert.equal(answers.find(({ id }) => id === 2)?.result.content[0].text, home);
  const kept = readdirSync(join(own.LOCALAPPDATA, "open-mcp-gateway", "Cache"), { recursive: true });
  assert.ok(kept.length > 0);
});

test("what any user may put into \\etc of the drive is no config", async (t) => {
  const cwd = tmpdir();
  // Drive Z is this machine's own root.
  assert.doesNotMatch(cwd, /^z:/i);
  const folder = join(parse(cwd).root, "etc", "mcp-gateway");
  const made = mkdirSync(folder, { recursive: true }) ?? folder;
  t.after(() => rmSync(made, { recursive: true, maxRetries: 5 }));
  write(join(folder, "config.yaml"), "log_level: planted\n");
  const options = { env: { USERPROFILE: join(home, "nobody") }, cwd };
  const { stdout, stderr } = await runToEnd("gateway-stdio", ["--server", "x"], options);
  assert.doesNotMatch(stdout + stderr, /planted|etc/);
});

test("the files of other tools are found where they lie on Windows", () => {
  const storage = join(own.APPDATA, "Code", "User", "globalStorage");
  const workspace = join(home, "my project");
  const files = [
    [".vscode/mcp.json", join(workspace, ".vscode", "mcp.json")],
    ["Claude Desktop", join(own.APPDATA, "Claude", "claude_desktop_config.json")],
    ["Cursor", join(home, ".cursor", "mcp.json")],
    ["Cursor", join(workspace, ".cursor", "mcp.json")],
    ["Cline", join(home, ".cline", "data", "settings", "cline_mcp_settings.json")],
    ["Cline", join(storage, "saoudrizwan.claude-dev", "settings", "cline_mcp_settings.json")],
    ["Windsurf", join(home, ".codeium", "windsurf", "mcp_config.json")],
  ] as const;
  for (const [, file] of files) write(file, "{}");
  const found = (around: Partial<UserFolders>) =>
    importSources.flatMap(({ label, files: filesOf }) =>
      filesOf({
        platform: process.platform,
        home: homedir(),
        env: process.env,
        extensionsStorage: storage,
        workspace,
        ...around,
      })
        .filter((file) => existsSync(file))
        .map((file) => [label, relative(home, file)]),
    );
  const expected = files.map(([label, file]) => [label, relative(home, file)]);
  assert.deepEqual(found({}), expected);
  assert.deepEqual(found({ env: {} }), expected, "without APPDATA");
});

test("the launcher that agents are given runs a program of the user's folder", async () => {
  const program = write(
    join(home, ".vscode", "extensions", "gateway", "program.cjs"),
    "console.log(JSON.stringify([process.argv.slice(2), process.env.ELECTRON_RUN_AS_NODE]))",
  );
  const launcher = launcherIn(join(own.APPDATA, "Code", "User", "globalStorage", "gateway"));
  await writeLauncher(launcher, { platform: process.platform, node: process.execPath, program }, "key");
  // By its name, because Wine does not start a .cmd by a path with blanks.
  const cwd = dirname(launcher.command);
  const { stdout, stderr } = spawnSync("cmd.exe", ["/d", "/c", "gateway-stdio.cmd", "a b", "ü"], {
    cwd,
    encoding: "utf8",
  });
  assert.equal(stderr, "");
  assert.deepEqual(JSON.parse(stdout), [["a b", "ü"], "1"]);
});
