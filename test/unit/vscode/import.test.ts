/* biome-ignore-all lint/suspicious/noTemplateCurlyInString: the syntax under test */
import assert from "node:assert/strict";
import { test } from "node:test";
import { parseCatalog } from "../../../src/catalog/parse.ts";
import { insertEntries } from "../../../src/vscode/catalogs/insert-entries.ts";
import { freeId, importServers } from "../../../src/vscode/import/tool-servers.ts";

const imported = (servers: Record<string, unknown>) => importServers(servers, []);

test("a Claude Desktop server", () => {
  const [one] = imported({
    github: {
      command: "npx",
      args: ["-y", "@modelcontextprotocol/server-github"],
      env: { GITHUB_PERSONAL_ACCESS_TOKEN: "ghp_0123456789abcdefghij", LOG: "debug" },
    },
  });
  assert.deepEqual(one?.entry, {
    id: "github",
    runtime: { type: "local-process", command: "npx", args: ["-y", "@modelcontextprotocol/server-github"] },
    env: { GITHUB_PERSONAL_ACCESS_TOKEN: "${secret:GITHUB_GITHUB_PERSONAL_ACCESS_TOKEN}", LOG: "debug" },
  });
  assert.deepEqual(one?.secrets, { GITHUB_GITHUB_PERSONAL_ACCESS_TOKEN: "ghp_0123456789abcdefghij" });
});

test("a mcp.json with inputs, folders and a remote server", () => {
  const [local, remote] = imported({
    "My Server": {
      type: "stdio",
      command: "${workspaceFolder}/bin/server",
      cwd: "${workspaceFolder}",
      args: ["--key", "${input:api-key}", "${env:HOME}", "${unknown:thing}"],
      envFile: ".env",
    },
    remote: {
      type: "http",
      url: "https://x.example/mcp",
      headers: { Authorization: "Bearer sk-abc123def456" },
    },
  });
  assert.deepEqual(local?.entry, {
    id: "my-server",
    display_name: "My Server",
    runtime: {
      type: "local-process",
      command: "${workspaceFolder}/bin/server",
      args: ["--key", "${secret:API_KEY}", "${env:HOME}", "$${unknown:thing}"],
      working_dir: "${workspaceFolder}",
    },
  });
  assert.deepEqual(local?.notes, ['envFile: ".env"']);
  assert.deepEqual(remote?.entry.runtime, {
    type: "remote-sse",
    url: "https://x.example/mcp",
    headers: { Authorization: "Bearer ${secret:REMOTE_AUTHORIZATION}" },
  });
  assert.deepEqual(remote?.secrets, { REMOTE_AUTHORIZATION: "sk-abc123def456" });
});

test("Cline and Windsurf have words of their own", () => {
  const [cline, windsurf] = imported({
    cline: { command: "x", disabled: true, timeout: 60, autoApprove: ["read"], type: "stdio" },
    windsurf: { serverUrl: "https://w.example/sse" },
  });
  assert.equal(cline?.entry.enabled, false);
  assert.equal(cline?.entry.request_timeout_seconds, 60);
  assert.deepEqual(cline?.notes, ['autoApprove: ["read"]']);
  assert.deepEqual(windsurf?.entry.runtime, { type: "remote-sse", url: "https://w.example/sse" });
});

test("secrets in arguments and URLs are found, and notes hide theirs", () => {
  const [args, url] = imported({
    args: { command: "x", args: ["--token", "abc123secret", "--api-key=zzz999"], password: "hidden1" },
    url: { url: "https://x.example/mcp?access_token=topsecret1" },
  });
  const runtime = args?.entry.runtime;
  assert.ok(runtime?.type === "local-process");
  assert.deepEqual(
    runtime.args,
    ["--token", "${secret:ARGS_TOKEN}", "--api-key=${secret:ARGS_1}"].map((text) =>
      text.replace("ARGS_1", Object.keys(args?.secrets ?? {})[1] ?? ""),
    ),
  );
  assert.deepEqual(Object.values(args?.secrets ?? {}), ["abc123secret", "zzz999"]);
  assert.doesNotMatch(JSON.stringify(args?.notes), /hidden1/);
  assert.doesNotMatch(JSON.stringify(url?.entry), /topsecret1/);
});

test("ids are free, short and none of the gateway's paths", () => {
  assert.equal(freeId("A b/C", new Set()), "a-b-c");
  assert.equal(freeId("mcp", new Set()), "server-mcp");
  assert.equal(freeId("x", new Set(["x", "x-2"])), "x-3");
  assert.equal(freeId("日本", new Set()), "server");
  assert.ok(freeId("long".repeat(40), new Set()).length <= 63);
});

const added = { entry: { id: "new", runtime: { type: "local-process", command: "x" } } } as const;

function insertedInto(text: string): string {
  const result = insertEntries(text, [added]).text;
  const { entries, problems } = parseCatalog(result);
  assert.deepEqual(
    problems.filter(({ severity }) => severity === "error"),
    [],
  );
  assert.equal(entries.at(-1)?.id, "new");
  return result;
}

test("an entry comes after the last one, in its style; the rest stays letter by letter", () => {
  const text = `# mine
servers:
    # the first
    - id: a   # odd   spacing
      runtime: {type: local-process,   command: y}

    - id: b
      runtime: {type: local-process, command: 'z'}  # end
# the end
`;
  const result = insertedInto(text);
  assert.ok(result.startsWith(text.slice(0, text.indexOf("# the end"))));
  assert.ok(result.endsWith("# the end\n"));
  assert.match(result, /\n\n {4}- id: new\n {6}runtime:\n/);
});

test("an empty list, an empty file, a list without a line end, Windows line ends", () => {
  assert.equal(insertedInto("# c\nservers: []  # none yet\n").split("\n")[0], "# c");
  assert.match(insertedInto("# only a comment\n"), /^# only a comment\nservers:\n {2}- id: new/);
  insertedInto("servers:\n- id: a\n  runtime: {type: local-process, command: y}");
  assert.doesNotMatch(
    insertedInto(
      "servers:\r\n  - id: a\r\n    runtime:\r\n      type: local-process\r\n      command: y\r\n",
    ),
    /[^\r]\n/,
  );
});

test("a catalog written as JSON stays JSON", () => {
  const text = JSON.stringify(
    { servers: [{ id: "a", runtime: { type: "local-process", command: "y" } }] },
    undefined,
    1,
  );
  assert.equal(JSON.parse(insertedInto(text)).servers.length, 2);
  for (const indent of [0, 2]) {
    const empty = JSON.stringify({ servers: [], x: 1 }, undefined, indent);
    const { servers } = JSON.parse(
      insertEntries(empty, [added, { entry: { ...added.entry, id: "b" } }]).text,
    );
    assert.deepEqual(servers, [added.entry, { ...added.entry, id: "b" }]);
  }
});

test("comments say what could not be taken over", () => {
  const { text } = insertEntries("servers: []\n", [{ ...added, comments: ["envFile: .env"] }]);
  assert.match(text, / {2}# envFile: \.env\n {2}- id: new/);
});

test("a catalog with errors is refused", () => {
  assert.throws(() => insertEntries("servers: [", [added]), /errors/);
  assert.throws(() => insertEntries("servers: 1\n", [added]), /no list/);
});
