/* biome-ignore-all lint/suspicious/noTemplateCurlyInString: the syntax under test */
import assert from "node:assert/strict";
import { test } from "node:test";
import { parseCatalog } from "../../../../src/catalog/parse-catalog.ts";
import { insertEntries } from "../../../../src/vscode/catalogs/insert-entries.ts";
import { freeId, importServers } from "../../../../src/vscode/import/convert-servers.ts";
import { addWithSecrets, importBeside } from "../../../../src/vscode/import/imported-secrets.ts";

const imported = (servers: Record<string, unknown>) => importServers(servers, []);

test("a Claude Desktop server is converted", () => {
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

test("a secret is extracted from its own position, also when the same text occurs earlier", () => {
  const args = [
    "postgresql://postgres:postgres@localhost/mydb",
    "mysql://root:root@db/root",
    "--password=pass",
    "--token=ghp_0123456789abcdefghij",
  ];
  const [one] = imported({ db: { command: "x", args } });
  assert.ok(one && "args" in one.entry.runtime);
  const written = one.entry.runtime.args ?? [];
  assert.deepEqual(
    written.map((arg) => arg.replaceAll(/\$\{secret:\w+\}/g, "***")),
    ["postgresql://postgres:***@localhost/mydb", "mysql://root:***@db/root", "--password=***", "--token=***"],
  );
  const filled = written.map((arg) =>
    arg.replace(/\$\{secret:(\w+)\}/, (_, name) => one.secrets[name] ?? ""),
  );
  assert.deepEqual(filled, args);
});

test("an mcp.json with inputs, folders and a remote server is converted", () => {
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

test("the key names of Cline and Windsurf are supported", () => {
  const [cline, windsurf] = imported({
    cline: { command: "x", disabled: true, timeout: 60, autoApprove: ["read"], type: "stdio" },
    windsurf: { serverUrl: "https://w.example/sse" },
  });
  assert.equal(cline?.entry.enabled, false);
  assert.equal(cline?.entry.request_timeout_seconds, 60);
  assert.deepEqual(cline?.notes, ['autoApprove: ["read"]']);
  assert.deepEqual(windsurf?.entry.runtime, { type: "remote-sse", url: "https://w.example/sse" });
});

test("secrets in arguments and URLs are found, and notes hide them", () => {
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

test("a note names the parts of a value and shows none of them", () => {
  const [one] = imported({
    x: {
      url: "https://x.example/mcp",
      auth: { CLIENT_ID: "cid", CLIENT_SECRET: "topsecretvalue" },
      oauth: { deep: [{ key: "deepvalue" }] },
      extra: ["--token", "flagvalue", "plain", { password: "partvalue" }],
      pin: 7,
      token: 4711,
    },
  });
  assert.deepEqual(one?.notes, [
    "auth: {CLIENT_ID, CLIENT_SECRET}",
    "oauth: {deep}",
    'extra: ["--token","***","plain",{password}]',
    "pin: 7",
    "token: ***",
  ]);
});

test("two secrets of one import never share a name", () => {
  const [one, enterprise, asking, other] = imported({
    github: { command: "x", env: { ENTERPRISE_TOKEN: "first-value-1" } },
    "github-enterprise": { command: "x", env: { TOKEN: "second-value-2" } },
    asking: { command: "x", args: ["${input:other-token}"] },
    other: { command: "x", env: { TOKEN: "third-value-3" } },
  });
  assert.deepEqual(one?.secrets, { GITHUB_ENTERPRISE_TOKEN: "first-value-1" });
  assert.deepEqual(enterprise?.secrets, { GITHUB_ENTERPRISE_TOKEN_2: "second-value-2" });
  assert.deepEqual(enterprise?.entry.env, { TOKEN: "${secret:GITHUB_ENTERPRISE_TOKEN_2}" });
  assert.deepEqual(asking?.secrets, {});
  assert.deepEqual(other?.secrets, { OTHER_TOKEN_2: "third-value-3" });
});

function vaultOf(known: Record<string, string>) {
  const values = new Map(Object.entries(known));
  return {
    values,
    get: async (name: string) => values.get(name),
    set: async (name: string, value: string) => void values.set(name, value),
    delete: async (name: string) => void values.delete(name),
  };
}

test("a stored secret stays unchanged, whatever is imported and from wherever", async () => {
  const vault = vaultOf({ A_TOKEN: "of another workspace", A_TOKEN_2: "one more", B_TOKEN: "same-value" });
  const taken = { ids: new Set<string>(), secrets: new Map([["C_TOKEN", undefined]]) };
  const server = (value: string) => ({ command: "x", env: { TOKEN: value } });
  const first = await importBeside({ a: server("new-value"), b: server("same-value") }, taken, vault);
  const second = await importBeside({ c: server("c-value"), a: server("new-value-2") }, taken, vault);
  const chosen = [...first, ...second];
  assert.deepEqual(
    chosen.map(({ entry, secrets }) => [entry.id, secrets]),
    [
      ["a", { A_TOKEN_3: "new-value" }],
      ["b", { B_TOKEN: "same-value" }],
      ["c", { C_TOKEN_2: "c-value" }],
      ["a-2", { A_2_TOKEN: "new-value-2" }],
    ],
  );
  const before = Object.fromEntries(vault.values);
  const refused = addWithSecrets(vault, chosen, async () => {
    assert.equal(vault.values.get("A_TOKEN_3"), "new-value");
    throw new Error("the catalog has errors");
  });
  await assert.rejects(refused, /errors/);
  assert.deepEqual(Object.fromEntries(vault.values), before);
  await addWithSecrets(vault, chosen, async () => undefined);
  assert.deepEqual(Object.fromEntries(vault.values), {
    ...before,
    A_TOKEN_3: "new-value",
    C_TOKEN_2: "c-value",
    A_2_TOKEN: "new-value-2",
  });
});

test("ids are free, short and distinct from the gateway's paths", () => {
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

test("an entry is added after the last one, in its style, and the rest stays letter by letter", () => {
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

test("a dash may be alone on its line", () => {
  for (const dash of ["-", "- # a comment", "- &one", "- !!map"]) {
    const text = `servers:\n  ${dash}\n    id: a\n    runtime: {type: local-process, command: y}\n`;
    assert.ok(insertedInto(text).startsWith(`${text}  - id: new\n`), dash);
  }
});

test("commented-out fields stay with their entry", () => {
  const text = `servers:
  - id: a
    runtime: {type: local-process, command: y} # as it is
    # env:
    #   LOG: debug

    # tags: [x]
  # - id: b

# the end
`;
  const end = text.indexOf("  # - id: b");
  for (const eol of ["\n", "\r\n"]) {
    const result = insertedInto(text.replaceAll("\n", eol)).replaceAll("\r", "");
    assert.ok(result.startsWith(`${text.slice(0, end)}  - id: new\n`), result);
    assert.ok(result.endsWith(text.slice(end)), result);
  }
  const last = text.slice(0, text.indexOf("\n\n    # tags"));
  assert.ok(insertedInto(last).startsWith(`${last}\n  - id: new\n`));
});

test("an empty list, an empty file, a list without a line end, and Windows line ends are supported", () => {
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

test("comments name the settings that could not be imported", () => {
  const { text } = insertEntries("servers: []\n", [{ ...added, comments: ["envFile: .env"] }]);
  assert.match(text, / {2}# envFile: \.env\n {2}- id: new/);
  const hostile = insertEntries("servers: []\n", [{ ...added, comments: ["x\n  - id: y: 1"] }]);
  assert.match(hostile.text, / {2}# x - id: y: 1\n {2}- id: new/);
});

test("a catalog with errors is refused", () => {
  assert.throws(() => insertEntries("servers: [", [added]), /errors/);
  assert.throws(() => insertEntries("servers: 1\n", [added]), /no list/);
});
