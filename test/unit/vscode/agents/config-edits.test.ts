import assert from "node:assert/strict";
import { test } from "node:test";
import type { UserFolders } from "../../../../src/vscode/agents/agent-config-paths.ts";
import { agents } from "../../../../src/vscode/agents/agents.ts";
import type { EditPlan } from "../../../../src/vscode/agents/config-edits.ts";
import { editJson } from "../../../../src/vscode/agents/json-edits.ts";
import { editToml } from "../../../../src/vscode/agents/toml-edits.ts";

const isOurs = (entry: unknown) => (entry as { command?: string }).command === "/ours";
const plan = (...names: string[]): EditPlan => ({
  wanted: Object.fromEntries(names.map((name) => [name, { command: "/ours", args: ["--server", name] }])),
  isOurs,
});

const commented = `{
    // my servers
    "mcpServers": {
        /* the old one */
        "theirs": { "command": "x", "args": ["a"] }, // keep
    },
    "other": [1, 2] // last
}
`;

test("entries are added beside existing ones, with comments, order and indentation kept", () => {
  const edited = editJson(commented, ["mcpServers"], plan("files"));
  for (const kept of ["// my servers", "/* the old one */", "// keep", '"other": [1, 2] // last'])
    assert.ok(edited.includes(kept), kept);
  assert.match(edited, /\n {8}"files": \{\n {12}"command": "\/ours"/);
});

test("the same edit twice has the effect of one, and removing the gateway's entries restores the file", () => {
  const once = editJson(commented, ["mcpServers"], plan("files", "memory"));
  assert.equal(editJson(once, ["mcpServers"], plan("files", "memory")), once);
  assert.equal(editJson(once, ["mcpServers"], plan()), commented);
  const plain = `{\n  "mcpServers": {\n    "theirs": { "command": "x" }\n  }\n}\n`;
  const added = editJson(plain, ["mcpServers"], plan("files", "memory"));
  assert.deepEqual(Object.keys(JSON.parse(added).mcpServers), ["theirs", "files", "memory"]);
  assert.equal(editJson(added, ["mcpServers"], plan()), plain);
});

test("an entry that the gateway did not write keeps its name, and the gateway's entry always gets the same other name", () => {
  const once = editJson(commented, ["mcpServers"], plan("theirs"));
  assert.match(once, /"theirs-gateway"/);
  assert.ok(once.includes('"theirs": { "command": "x"'));
  assert.equal(editJson(once, ["mcpServers"], plan("theirs")), once);
});

test("an entry that the catalog no longer has is removed from the file", () => {
  const before = editJson("", ["mcpServers"], plan("a", "b"));
  const after = JSON.parse(editJson(before, ["mcpServers"], plan("b")));
  assert.deepEqual(Object.keys(after.mcpServers), ["b"]);
});

test("files that are not a JSON object are refused", () => {
  assert.throws(() => editJson("{ nope", ["mcpServers"], plan("a")), /not valid JSON.*line 1/);
  assert.throws(() => editJson("[]", ["mcpServers"], plan("a")), /not a JSON object/);
  assert.throws(() => editJson('{"mcpServers": 1}', ["mcpServers"], plan("a")), /not an object/);
});

test("Windows line ends and tabs are kept", () => {
  const edited = editJson('{\r\n\t"mcpServers": {}\r\n}\r\n', ["mcpServers"], plan("a"));
  assert.doesNotMatch(edited, /[^\r]\n/);
  assert.match(edited, /\r\n\t\t"a"/);
});

const toml = `model = "x" # mine

[mcp_servers.theirs] # keep
command = "y"

[mcp_servers.theirs.env]
A = "1"

[profiles.fast]
model = "z"
`;

test("TOML tables are added at the end, and removed without touching others", () => {
  const once = editToml(toml, ["mcp_servers"], plan("files", "theirs"));
  assert.ok(once.startsWith(toml));
  assert.match(once, /\[mcp_servers\.files\]\ncommand = "\/ours"/);
  assert.match(once, /\[mcp_servers\.theirs-gateway\]/);
  assert.equal(editToml(once, ["mcp_servers"], plan("files", "theirs")), once);
  assert.equal(editToml(once, ["mcp_servers"], plan()).trimEnd(), toml.trimEnd());
});

test("a TOML file that cannot be read, or could not be preserved, is refused", () => {
  assert.throws(() => editToml("a = ", ["mcp_servers"], plan("a")), /not valid TOML/);
  assert.throws(() => editToml('mcp_servers = "x"', ["mcp_servers"], plan("a")), /not a table/);
  // A table of the gateway that contains another program's table inline cannot be cut out by lines.
  const inline = 'mcp_servers = { theirs = { command = "y" } }\n';
  assert.throws(() => editToml(inline, ["mcp_servers"], plan("a")));
});

const on = (platform: NodeJS.Platform, env: Record<string, string> = {}): UserFolders => ({
  platform,
  home: platform === "win32" ? "C:\\Users\\me" : "/home/me",
  env,
  extensionsStorage: "/storage",
  workspace: undefined,
});

function fileOn(id: string, around: UserFolders): string | undefined {
  return agents.find((agent) => agent.id === id)?.files(around)[0];
}

test("configuration files are where each system has them", () => {
  const appData = on("win32", { APPDATA: "C:\\Users\\me\\AppData\\Roaming" });
  assert.equal(
    fileOn("claude-desktop", appData),
    "C:\\Users\\me\\AppData\\Roaming\\Claude\\claude_desktop_config.json",
  );
  assert.equal(
    fileOn("claude-desktop", on("darwin")),
    "/home/me/Library/Application Support/Claude/claude_desktop_config.json",
  );
  assert.equal(fileOn("claude-desktop", on("linux")), "/home/me/.config/Claude/claude_desktop_config.json");
  assert.equal(fileOn("cline", on("linux")), "/home/me/.cline/data/settings/cline_mcp_settings.json");
  assert.equal(fileOn("codex", on("linux", { CODEX_HOME: "/codex" })), "/codex/config.toml");
  assert.equal(fileOn("mcp-json", on("linux")), undefined);
});

test("Cline gets the type of a URL", () => {
  const entry = agents[0]?.entry({ kind: "http", url: "http://127.0.0.1:1/x/mcp", key: "k" });
  assert.equal(entry?.["type"], "streamableHttp");
});
