/* biome-ignore-all lint/suspicious/noTemplateCurlyInString: the syntax under test */
/** Features of the language server, over a pair of streams with a real client. `|` marks the cursor. */
import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { pathToFileURL } from "node:url";
import type {
  CodeLens,
  CompletionItem,
  DocumentLink,
  DocumentSymbol,
  FoldingRange,
  Location,
  Position,
  TextEdit,
  WorkspaceEdit,
} from "vscode-languageserver";
import { parse } from "yaml";
import type { ImagesParams } from "../../../language-server/protocol.ts";
import { commands, notifications, requests } from "../../../language-server/protocol.ts";
import { runtimeTypes } from "../../../src/catalog/generated/schema-facts.ts";
import { parseMetadata } from "../../../src/metadata/parse-metadata.ts";
import { until } from "../../support/until.ts";
import { applied, atCursor, editsOf, openEditor } from "./editor.ts";

const folder = mkdtempSync(join(tmpdir(), "providers-"));
const uri = pathToFileURL(join(folder, "catalog.yaml")).href;
const bin = join(folder, "bin");
mkdirSync(bin);
for (const name of ["npx", "node", "uvx"]) {
  writeFileSync(join(bin, name), "");
  chmodSync(join(bin, name), 0o755);
}
mkdirSync(join(folder, "secrets"));
writeFileSync(join(folder, "secrets", "API_TOKEN"), "hidden-value");
writeFileSync(join(folder, ".env"), "# values\nDB_URL=hidden-value\nexport OTHER='hidden-value'\n");
const processEnv = { PATH: bin, SHELL_NAME: "hidden-value" };
const asked: unknown[] = [];
let imagesReady = Promise.withResolvers<{ names: string[] }>();
const editor = await openEditor({
  processEnv,
  options: { states: true, images: true, namespaces: true, secretsDir: join(folder, "secrets") },
  answers: {
    [requests.images]: (params) => {
      asked.push(params);
      return imagesReady.promise;
    },
    [requests.namespaces]: () => Promise.reject(new Error("no cluster")),
    "workspace/codeLens/refresh": () => null,
  },
});
await editor.open(uri, "");
test.after(async () => {
  await editor.stop();
  rmSync(folder, { recursive: true });
});

async function completed(marked: string): Promise<CompletionItem[]> {
  const { text, position } = atCursor(marked);
  await editor.type(uri, text);
  return editor.complete(uri, position);
}
const labels = (items: readonly CompletionItem[]) => items.map(({ label }) => label);

/** The document after an item was accepted, with the default texts of its placeholders. */
async function taken(marked: string, label: string): Promise<string> {
  const item = (await completed(marked)).find((each) => each.label === label);
  assert.ok(item?.textEdit && "range" in item.textEdit, `no ${label}`);
  const { text, position } = atCursor(marked);
  const indent = /^ */.exec(text.split("\n")[position.line] ?? "")?.[0] ?? "";
  const newText = item.textEdit.newText
    .replace(/\$\{\d+:((?:\\.|[^}\\])*)\}|\$\{\d+\}|\$\d+/g, "$1")
    .replace(/\\([\\$}])/g, "$1")
    .replaceAll("\n", `\n${indent}`);
  return applied(text, [{ range: item.textEdit.range, newText }]);
}

test("completion of a whole server from an empty text, for every runtime, gives a catalog without errors", async () => {
  for (const start of [
    "|",
    "# note\nser|",
    "servers:\n  |",
    "servers:\n  - |",
    "servers:\n  -|",
    "servers:\n- |",
    "servers:\n  - id: x\n    runtime: { type: local-process, command: npx }\n  - |",
  ]) {
    for (const type of runtimeTypes) {
      const text = await taken(start, `server: ${type}`);
      const found = await editor.type(uri, text);
      assert.deepEqual(
        found.map(({ message }) => message),
        [],
        text,
      );
    }
  }
});

test("a whole runtime can be inserted wherever a runtime is allowed", async () => {
  for (const [start, prefix] of [
    ["servers:\n  - id: a\n    |", "runtime: "],
    ["servers:\n  - id: a\n    runtime:\n      |", "type: "],
    ["servers:\n  - id: a\n    runtime: |", "type: "],
    ["servers:\n  - runtime: |\n    id: a\n", "type: "],
    ["servers:\n  - runtime:\n      |\n    id: a\n", "type: "],
    ["servers:\n- id: a\n  |\n  enabled: true\n", "runtime: "],
  ] as const) {
    for (const type of runtimeTypes) {
      const text = await taken(start, prefix + type);
      assert.deepEqual(
        (await editor.type(uri, text)).map(({ message }) => message),
        [],
        text,
      );
    }
  }
  assert.ok(
    !labels(await completed("servers:\n  - id: a\n    |\n    runtime:\n      type: x\n")).includes(
      "runtime: local-process",
    ),
  );
});

test("completion in an empty file begins with servers", async () => {
  const first = [...runtimeTypes.map((type) => `server: ${type}`), "servers"];
  const shown = (await completed("|")).toSorted((a, b) =>
    (a.sortText ?? a.label) < (b.sortText ?? b.label) ? -1 : 1,
  );
  assert.deepEqual(labels(shown), first);
  assert.deepEqual(labels(await completed("# note\nser|")), first);
  assert.deepEqual(labels(await completed("servers: []\n|")), []);
});

test("completion offers values of half-typed entries, in block and flow style", async () => {
  const types = labels(await completed("servers:\n  - id: a\n    runtime:\n      type: |"));
  assert.deepEqual(types, [...runtimeTypes]);
  assert.deepEqual(labels(await completed("servers:\n  - id: a\n    runtime: { type: loc|")), [
    "local-process",
  ]);
  assert.deepEqual(labels(await completed("servers:\n  - id: a\n    enabled: |\n  - id: b\n")), [
    "true",
    "false",
  ]);
});

const inBraces = "servers:\n  - id: a\n    runtime: ";
const multiLine = (line: string) => `${inBraces}{\n      type: docker,\n      ${line}\n    }\n`;
const json = (entry: string) => `{\n  "servers": [\n    { "id": "a", ${entry} }\n  ]\n}\n`;

test("values within quotes and braces, and before a comment, are inserted at the place that is read", async () => {
  const block = (line: string) => `servers:\n  - id: a\n    ${line}\n`;
  for (const [marked, label, expected] of [
    [block('runtime:\n      type: "|"'), "docker", block('runtime:\n      type: "docker"')],
    [block("runtime:\n      type: 'do|'"), "docker", block("runtime:\n      type: 'docker'")],
    [block('runtime:\n      type: "do|'), "docker", block('runtime:\n      type: "docker"')],
    [block('instances: "|"'), "session", block('instances: "session"')],
    [block("runtime:\n      type: | # c"), "docker", block("runtime:\n      type: docker # c")],
    [block("enabled: |   # c"), "false", block("enabled: false   # c")],
    [block("runtime: { type: | }"), "docker", block("runtime: { type: docker }")],
    [block("runtime: { type: '|' }"), "docker", block("runtime: { type: 'docker' }")],
    [
      block("runtime: { type: docker, read_only: | }"),
      "true",
      block("runtime: { type: docker, read_only: true }"),
    ],
    [multiLine("pull: |"), "always", multiLine("pull: always")],
    [json('"runtime": { "type": "|" }'), "docker", json('"runtime": { "type": "docker" }')],
    [json('"runtime": { "type": | }'), "docker", json('"runtime": { "type": "docker" }')],
    [json('"enabled": |'), "false", json('"enabled": false')],
  ] as const)
    assert.equal(await taken(marked, label), expected);
  assert.deepEqual(labels(await completed(block('enabled: "|"'))), []);
});

test("keys within braces are inserted with a colon, and values in braces of their own", async () => {
  for (const [marked, label, expected] of [
    [`${inBraces}{ type: docker, im| }`, "image", `${inBraces}{ type: docker, image:  }`],
    [`${inBraces}{|}`, "type", `${inBraces}{type: }`],
    [`${inBraces}{ | }`, "type", `${inBraces}{ type:  }`],
    [`${inBraces}{ type: docker, | }`, "args", `${inBraces}{ type: docker, args: [] }`],
    [`${inBraces}{ type: docker, | }`, "read_only", `${inBraces}{ type: docker, read_only: false }`],
    [`${inBraces}{ ty|: docker }`, "type", `${inBraces}{ type: docker }`],
    [multiLine("|"), "volumes", multiLine("volumes: []")],
    [multiLine("|"), "resources", multiLine("resources: {  }")],
    [
      multiLine("container_name: x, # a } too\n      |"),
      "image",
      multiLine("container_name: x, # a } too\n      image: "),
    ],
    [json("|"), "runtime", json('"runtime": {  }')],
    [json('"ru|"'), "runtime", json('"runtime": {  }')],
    [json('"ru|": {}'), "runtime", json('"runtime": {}')],
    [
      json('"runtime": {\n      "type": "docker",\n      |\n    }'),
      "image",
      json('"runtime": {\n      "type": "docker",\n      "image": ""\n    }'),
    ],
  ] as const)
    assert.equal(await taken(marked, label), expected);
});

test("within braces completion offers the missing keys of the type that is written before or after", async () => {
  const of = async (marked: string) => labels(await completed(marked));
  const docker = await of(`${inBraces}{ type: docker, | }`);
  assert.ok(docker.includes("image") && !docker.includes("command") && !docker.includes("type"));
  assert.deepEqual(await of(`${inBraces}{ |, type: docker }`), docker);
  assert.deepEqual(await of(multiLine("|")), docker);
  assert.deepEqual(await of(json('"runtime": { "type": "docker", | }')), docker);
  const more = Array.from(
    { length: 300 },
    (_, nth) => `{ "id": "b${nth}", "description": "${"x".repeat(40)}" },`,
  );
  const long = json('"runtime": { "type": "docker", | }').replace("[", `[\n    ${more.join("\n    ")}`);
  assert.deepEqual(await of(long), docker);
  assert.deepEqual(await of("{|}"), ["servers"]);
  assert.ok((await of(json("|"))).every((label) => !label.includes(": ")));
  // Completion offers nothing after the braces of a document, nor after a value without its comma.
  assert.deepEqual(await of(`${json('"enabled": true')}|`), []);
  assert.deepEqual(await of(multiLine("image: x\n      |")), []);
  // Braces that were left open end where their block ends.
  assert.ok((await of(`${inBraces}{ type: docker,\n    |`)).includes("enabled"));
  // Braces in a text do not count.
  assert.ok((await of("servers:\n  - id: a\n    description: >\n      {\n    |")).includes("enabled"));
});

test("completion offers the tags of other servers, the most used first", async () => {
  const others = "  - id: b\n    tags: [dev, web]\n  - id: c\n    tags:\n      - dev\n      - 'two words'\n";
  const items = async (tags: string) => {
    await editor.type(uri, `servers:\n  - id: a\n${others}`);
    return completed(`servers:\n  - id: a\n    tags: ${tags}\n${others}`);
  };
  assert.deepEqual(labels(await items("[|]")), ["dev", "web", "two words"]);
  assert.deepEqual(labels(await items("\n      - |")), ["dev", "web", "two words"]);
  assert.deepEqual(labels(await items("[dev, |]")), ["web", "two words"]);
  assert.deepEqual(labels(await items("\n      - web\n      - |")), ["dev", "two words"]);
  assert.equal((await items("[|]"))[2]?.textEdit?.newText, '"two words"');
});

test("completion offers variables in the order .env, folders, secrets, environment, and never a value", async () => {
  const items = await completed("servers:\n  - id: a\n    env:\n      A: ${|");
  const sorted = items.toSorted((a, b) => (a.sortText ?? "").localeCompare(b.sortText ?? ""));
  assert.deepEqual(labels(sorted), [
    "DB_URL",
    "OTHER",
    "userHome",
    "workspaceFolder",
    "secret:API_TOKEN",
    "PATH",
    "SHELL_NAME",
  ]);
  assert.ok(!JSON.stringify(items).includes("hidden-value"));
  assert.equal(
    await taken('servers:\n  - id: a\n    env: { A: "x ${DB|}" }', "DB_URL"),
    'servers:\n  - id: a\n    env: { A: "x ${DB_URL}" }',
  );
  assert.equal(
    await taken("servers:\n  - id: a\n    env:\n      A: ${secret:A|", "secret:API_TOKEN"),
    "servers:\n  - id: a\n    env:\n      A: ${secret:API_TOKEN}",
  );
  for (const [before, after] of [
    ['"${DB|"', '"${DB_URL}"'],
    ["'${D|B}'", "'${DB_URL}'"],
    ["x ${O|LD:-y} z", "x ${DB_URL:-y} z"],
    ["${se|cret:OLD}", "${DB_URL}"],
    ["${D| x}", "${DB_URL} x}"],
  ])
    assert.equal(
      await taken(`servers:\n  - id: a\n    env:\n      A: ${before}`, "DB_URL"),
      `servers:\n  - id: a\n    env:\n      A: ${after}`,
    );
  assert.ok(!labels(await completed("servers:\n  - id: a\n    env:\n      A: $${|")).includes("DB_URL"));
});

test("commands on PATH are offered as soon as they are known", async () => {
  const marked = "servers:\n  - id: a\n    runtime: { type: local-process, command: |";
  await until("commands", async () => (await completed(marked)).some(({ detail }) => detail === "on PATH"));
  assert.deepEqual(labels((await completed(marked)).filter(({ detail }) => detail === "on PATH")), [
    "node",
    "npx",
    "uvx",
  ]);
  assert.deepEqual(
    labels((await completed(`${marked.slice(0, -1)}n|`)).filter(({ detail }) => detail === "on PATH")),
    ["node", "npx"],
  );
});

test("images are requested from the client, and completion does not wait for them", async () => {
  const marked =
    "servers:\n  - id: a\n    runtime:\n      type: docker\n      host: unix:///x.sock\n      image: |";
  const before = await completed(marked);
  assert.deepEqual(asked, [{ engine: "docker", host: "unix:///x.sock" } satisfies ImagesParams]);
  assert.ok(!labels(before).includes("mcp/everything:latest"));
  imagesReady.resolve({ names: ["mcp/everything:latest", "12:3"] });
  await until("images", async () => labels(await completed(marked)).includes("mcp/everything:latest"));
  imagesReady = Promise.withResolvers();
  assert.equal(asked.length, 1);
  // Only the entry's own fields decide which engine is asked.
  for (const [runtime, params] of [
    [
      "\n      # type: docker\n      type: podman\n      image: |\n    env:\n      host: tcp://x\n",
      { engine: "podman" },
    ],
    [
      "\n      image: |\n      host: unix:///x\n      type: docker # podman\n",
      { engine: "docker", host: "unix:///x" },
    ],
    [
      " { image: |, type: podman, host: 'unix:///y' }\n    env: { type: docker }\n",
      { engine: "podman", host: "unix:///y" },
    ],
  ] as const) {
    await completed(`servers:\n  - id: a\n    env: { type: x, host: y }\n    runtime:${runtime}`);
    assert.deepEqual(asked.at(-1), params);
  }
  // A cluster that cannot be reached has no namespaces.
  assert.ok(
    Array.isArray(
      await completed("servers:\n  - id: a\n    runtime:\n      type: k8s-job\n      namespace: |"),
    ),
  );
});

test("hover shows the source of a variable, and no value", async () => {
  const text =
    "servers:\n  - id: a\n    env:\n      A: ${DB_URL} ${SHELL_NAME} ${secret:API_TOKEN} ${secret:NONE} ${NONE} ${workspaceFolder}\n";
  await editor.type(uri, text);
  const hoverText = (word: string) =>
    editor.hover(uri, { line: 3, character: (text.split("\n")[3] ?? "").indexOf(word) + 1 });
  assert.equal(await hoverText("DB_URL"), "`DB_URL`: from line 2 of `.env` beside this file");
  assert.equal(await hoverText("SHELL_NAME"), "`SHELL_NAME`: from the environment");
  assert.equal(await hoverText("API_TOKEN"), "`API_TOKEN`: a secret of the secrets folder");
  assert.equal(await hoverText("NONE"), "`NONE`: a secret that is not in the secrets folder");
  assert.equal(await hoverText("NONE} ${w"), "`NONE`: neither in the environment nor in `.env`");
  assert.equal(
    await hoverText("workspaceFolder"),
    `\`workspaceFolder\`: the catalog's folder, \`${folder}\``,
  );
});

const twoServers = `servers:
  - id: first # one
    runtime: { type: local-process, command: npx }
  - runtime:
      type: remote-sse
      url: https://mcp.example.com/mcp
    id: 'second'
`;

test("lenses and hovers show the state that the client sent last", async () => {
  await editor.type(uri, twoServers);
  assert.deepEqual(await editor.ask<CodeLens[]>("codeLens", uri), []);
  await editor.connection.sendNotification(notifications.states, {
    all: true,
    servers: [
      { id: "first", label: "running", facts: ["5m"], actions: ["stop", "restart"] },
      { id: "second", label: "failed", reason: "exit code 1: no such *file*", actions: ["start"] },
      { id: "third", label: "stopped", actions: ["start"] },
    ],
  });
  const lenses = await editor.ask<CodeLens[]>("codeLens", uri);
  assert.deepEqual(
    lenses.map(({ range, command }) => [
      range.start.line,
      command?.title,
      command?.command,
      command?.arguments,
    ]),
    [
      [1, "running · 5m", commands.log, ["first"]],
      [1, "$(debug-stop) Stop", commands.stop, ["first"]],
      [1, "$(debug-restart) Restart", commands.restart, ["first"]],
      [1, "$(output) Log", commands.log, ["first"]],
      [3, "failed", commands.log, ["second"]],
      [3, "$(play) Start", commands.start, ["second"]],
      [3, "$(output) Log", commands.log, ["second"]],
    ],
  );
  const hover = await editor.hover(uri, { line: 6, character: 11 });
  assert.match(hover ?? "", /^\*\*second\*\*: failed\n\nexit code 1: no such \\\*file\\\*\n\n---\n\n#### Id/);
  await editor.connection.sendNotification(notifications.states, {
    all: false,
    servers: [],
    gone: ["first"],
  });
  const rest = await editor.ask<CodeLens[]>("codeLens", uri);
  assert.deepEqual([...new Set(rest.map(({ range }) => range.start.line))], [3]);
});

test("lenses follow their server at once, also where the text is temporarily not YAML", async () => {
  await editor.connection.sendNotification(notifications.states, {
    all: true,
    servers: [{ id: "first", label: "running", actions: [] }],
  });
  await editor.type(uri, `# above\n${twoServers.replace("command: npx }", 'command: "npx')}`);
  const lenses = await editor.ask<CodeLens[]>("codeLens", uri);
  assert.deepEqual([...new Set(lenses.map(({ range }) => range.start.line))], [2]);
});

test("symbols, folding and links work", async () => {
  await editor.type(uri, twoServers);
  const symbols = await editor.ask<DocumentSymbol[]>("documentSymbol", uri);
  assert.deepEqual(
    symbols.map(({ name, detail, range, children }) => [
      name,
      detail,
      range.start.line,
      range.end.line,
      children?.map(({ name }) => name),
    ]),
    [
      ["first", "local-process", 1, 2, ["id", "runtime"]],
      ["second", "remote-sse", 3, 6, ["runtime", "id"]],
    ],
  );
  assert.deepEqual(await editor.ask<FoldingRange[]>("foldingRange", uri), [
    { startLine: 0, endLine: 6 },
    { startLine: 1, endLine: 2 },
    { startLine: 3, endLine: 6 },
  ]);
  await editor.type(
    uri,
    "servers: []\n# see https://a.example/x, https://u:p@b.example and https://c.example/${ID}/x\n",
  );
  const links = await editor.ask<DocumentLink[]>("documentLink", uri);
  assert.deepEqual(
    links.map(({ target = "", range }) => [target, range.start.character]),
    [["https://a.example/x", 6]],
  );
});

test("definition and references of a variable are found", async () => {
  const text = "servers:\n  - id: a\n    env:\n      A: ${DB_URL}\n      B: $${DB_URL} ${env:DB_URL:-x}\n";
  await editor.type(uri, text);
  const position = { line: 3, character: 12 };
  const dotenv = {
    uri: pathToFileURL(join(folder, ".env")).href,
    range: { start: { line: 1, character: 0 }, end: { line: 1, character: 6 } },
  };
  assert.deepEqual(await editor.ask("definition", uri, { position }), [dotenv]);
  const uses = [
    { uri, range: { start: { line: 3, character: 11 }, end: { line: 3, character: 17 } } },
    { uri, range: { start: { line: 4, character: 26 }, end: { line: 4, character: 32 } } },
  ];
  const references = (includeDeclaration: boolean) =>
    editor.ask<Location[]>("references", uri, { position, context: { includeDeclaration } });
  assert.deepEqual(await references(true), [dotenv, ...uses]);
  assert.deepEqual(await references(false), uses);
});

test("an id is renamed, within its quotes, only to a valid id that no other server has", async () => {
  await editor.type(uri, twoServers);
  const position: Position = { line: 6, character: 12 };
  assert.deepEqual(await editor.ask("prepareRename", uri, { position }), {
    range: { start: { line: 6, character: 9 }, end: { line: 6, character: 15 } },
    placeholder: "second",
  });
  assert.equal(await editor.ask("prepareRename", uri, { position: { line: 5, character: 12 } }), null);
  const rename = (newName: string) => editor.ask<WorkspaceEdit>("rename", uri, { position, newName });
  assert.equal(
    applied(twoServers, editsOf(await rename("renamed"), uri)),
    twoServers.replace("second", "renamed"),
  );
  for (const [text, name, written] of [
    ["id: odd", "123", 'id: "123"'],
    ["id: odd", "true", 'id: "true"'],
    ["id: odd # note", "1e3", 'id: "1e3" # note'],
    ["id: odd", "1-2", "id: 1-2"],
    ["id: 'odd'", "null", "id: 'null'"],
    ['{ "id": "odd" }', "123", '{ "id": "123" }'],
    ['id: odd\n    description: "open', "123", 'id: "123"\n    description: "open'],
  ] as const) {
    const whole = `servers:\n  - ${text}\n`;
    await editor.type(uri, whole);
    const at = { line: 1, character: whole.split("\n")[1]?.indexOf("odd") ?? 0 };
    const edit = await editor.ask<WorkspaceEdit>("rename", uri, { position: at, newName: name });
    assert.equal(applied(whole, editsOf(edit, uri)), `servers:\n  - ${written}\n`);
  }
  await editor.type(uri, twoServers);
  await assert.rejects(rename("first"), /A server 'first' already exists\./);
  await assert.rejects(rename("Not Good"), /The id must be lower-case letters/);
  await assert.rejects(rename("health"), /The id must not be one of the gateway's own paths/);
  await editor.type(uri, 'servers:\n  - id: odd\n    description: "open\n');
  const odd = await editor.ask<WorkspaceEdit>("rename", uri, {
    position: { line: 1, character: 9 },
    newName: "even",
  });
  assert.equal(editsOf(odd, uri)[0]?.newText, "even");
});

test("servers have all their lenses, hovers and symbols however the file is written", async () => {
  const first = '"id": "first", "runtime": { "type": "local-process", "command": "npx" }';
  const second =
    '"id": "second", "runtime": { "type": "remote-sse", "url": "https://h/x?api_key=abcdef123456" }';
  const block = (key: string) => `${key}\n  - { ${first} }\n  - { ${second} }\n`;
  await editor.connection.sendNotification(notifications.states, {
    all: true,
    servers: [
      { id: "first", label: "running", actions: [] },
      { id: "second", label: "failed", actions: [] },
    ],
  });
  for (const text of [
    `{ "servers": [{ ${first} }, { ${second} }] }`,
    `{\n  "servers": [\n    {\n      ${first}\n    },\n    {\n      ${second}\n    }\n  ]\n}\n`,
    `servers: [\r\n  { ${first} },\r\n  { ${second} }]\r\n`,
    block('"servers":'),
    block("'servers' : # all"),
    block("servers: &all # all"),
  ]) {
    const found = await editor.type(uri, text);
    const lines = text.split("\n");
    const line = lines.findIndex((each) => each.includes("second"));
    const position = { line, character: lines[line]?.indexOf("second") ?? 0 };
    const lenses = await editor.ask<CodeLens[]>("codeLens", uri);
    assert.deepEqual(
      lenses.map(({ command, range }) => [
        command?.title,
        lines[range.start.line]?.slice(range.start.character)[0],
      ]),
      ["running", "$(output) Log", "failed", "$(output) Log"].map((title) => [
        title,
        text.includes("\n  -") ? "-" : "{",
      ]),
      text,
    );
    const symbols = await editor.ask<DocumentSymbol[]>("documentSymbol", uri);
    assert.deepEqual(
      symbols.map(({ name, detail }) => [name, detail]),
      [
        ["first", "local-process"],
        ["second", "remote-sse"],
      ],
    );
    assert.match((await editor.hover(uri, position)) ?? "", /^\*\*second\*\*: failed/);
    const rename = await editor.ask<WorkspaceEdit>("rename", uri, { position, newName: "third" });
    assert.equal(applied(text, editsOf(rename, uri)), text.replace("second", "third"));
    const [move] = await editor.fixes(uri, found[0] ?? assert.fail(text));
    assert.equal(move?.title, "Move to .env as SECOND_API_KEY");
    assert.equal(applied(text, editsOf(move?.edit, uri)), text.replace("abcdef123456", "${SECOND_API_KEY}"));
    const options = { tabSize: 2, insertSpaces: true };
    const edits = await editor.ask<TextEdit[]>("formatting", uri, { options });
    assert.deepEqual(parse(applied(text, edits)), parse(text));
  }
  const twice = `{ "servers": [{ ${first} }, { ${first} }] }`;
  const [repeated] = await editor.type(uri, twice);
  const fixes = await editor.fixes(uri, repeated ?? assert.fail());
  assert.deepEqual([...new Set(fixes.map(({ title }) => title))], ["Change to 'first-2'"]);
});

test("a star in a text does not count as an alias", async () => {
  const text =
    "servers:\n  - id: a\n    description: lists *all* files\n    runtime: { type: local-process }\n    command: npx\n";
  const found = await editor.type(uri, text);
  const unknown = found.find(({ code }) => code === "unknown-key");
  const [move] = await editor.fixes(uri, unknown ?? assert.fail());
  assert.equal(move?.title, "Move into runtime");
  const [symbol] = await editor.ask<DocumentSymbol[]>("documentSymbol", uri);
  assert.equal(symbol?.children?.length, 4);
});

test("formatting changes only entries that are not well formatted, entry by entry, and never text that is not YAML", async () => {
  const text =
    "servers:\n  # about a\n  - id:   a\n    runtime: {type: local-process,   command: npx}\n\n\n  # about b\n  - id: b # b\n    runtime:\n        type: remote-sse\n        url: https://h/x\n";
  const expected =
    "servers:\n  # about a\n  - id: a\n    runtime: { type: local-process, command: npx }\n\n  # about b\n  - id: b # b\n    runtime:\n      type: remote-sse\n      url: https://h/x\n";
  const format = (options = { tabSize: 2, insertSpaces: true }) =>
    editor.ask<TextEdit[]>("formatting", uri, { options });
  await editor.type(uri, text);
  assert.equal(applied(text, await format()), expected);
  await editor.type(uri, expected);
  assert.deepEqual(await format(), []);
  const entry = (id: string) => `  - id: ${id}\n    runtime: { type: local-process, command: npx }\n`;
  const odd = `servers:\n${entry("  a")}\n\n\n${entry("b")}\n\n`;
  await editor.type(uri, odd);
  assert.equal(applied(odd, await format()), `servers:\n${entry("a")}\n${entry("b")}`);
  await editor.type(uri, text.replaceAll("\n", "\r\n"));
  assert.equal(applied(text.replaceAll("\n", "\r\n"), await format()), expected.replaceAll("\n", "\r\n"));
  await editor.type(uri, 'servers:\n  - id:   "a\n');
  assert.deepEqual(await format(), []);
});

test("the schema that a document names is never requested", async () => {
  const config = pathToFileURL(join(folder, "other.yaml")).href;
  for (const own of [
    "# yaml-language-server: $schema=http://127.0.0.1:1/x.json",
    "$schema: http://127.0.0.1:1/y.json",
  ]) {
    await editor.open(config, `${own}\nlog_level: info\nhot|\n`.replace("|", ""), "mcp-gateway-config");
    assert.ok(labels(await editor.complete(config, { line: 2, character: 3 })).includes("hot_reload"), own);
    assert.match((await editor.hover(config, { line: 1, character: 2 })) ?? "", /Lowest level/);
    const marked = `${own}\nservers:\n  - id: a\n    ena|`;
    assert.ok(labels(await completed(marked)).includes("enabled"));
  }
});

test("the config has the problems of loading it, completion and hover", async () => {
  const config = pathToFileURL(join(folder, "config.yaml")).href;
  const found = await editor.open(config, "listen_addr: 0.0.0.0:1\nlog_levl: info\n", "mcp-gateway-config");
  assert.deepEqual(
    found.map(({ message }) => message),
    ["The config has an unknown key 'log_levl': did you mean 'log_level'?"],
  );
  assert.equal((await editor.fixes(config, found[0] ?? assert.fail()))[0]?.title, "Change to 'log_level'");
  const exposed = await editor.type(config, "listen_addr: 0.0.0.0:1\n");
  assert.match(String(exposed[0]?.message), /refusing to listen on 0\.0\.0\.0:1 without api_key/);
  await editor.type(config, "log_level: \n");
  assert.deepEqual(labels(await editor.complete(config, { line: 0, character: 11 })), [
    "trace",
    "debug",
    "info",
    "warn",
    "error",
  ]);
});

test("variables of the config have the same fixes as those of a catalog", async () => {
  const config = pathToFileURL(join(folder, "variables.yaml")).href;
  const text = 'api_key: ["API ${NO_SUCH_KEY}"]\ncatalog_path: "x/${PO RT}"\n';
  await editor.open(config, text, "mcp-gateway-config");
  const results = async (now: string) => {
    const found = await editor.type(config, now);
    const actions = (await Promise.all(found.map((one) => editor.fixes(config, one)))).flat();
    return actions.map(({ title, edit }) => [title, applied(now, editsOf(edit, config))]);
  };
  assert.deepEqual(await results(text), [
    ["Add NO_SUCH_KEY to .env", text],
    ["Add an empty default", text.replace("KEY}", "KEY:-}")],
    ["Escape it as $${", text.replace("x/", "x/$")],
  ]);
});

test("the metadata of the platform has the problems of its own tools, completion, hover and symbols", async () => {
  const metadata = pathToFileURL(join(folder, ".mcp", "metadata.yaml")).href;
  await editor.open(metadata, "", "yaml");
  const at = async (marked: string) => {
    const { text, position } = atCursor(marked);
    await editor.type(metadata, text);
    return editor.complete(metadata, position);
  };
  assert.deepEqual(labels(await at("|")), ["version", "servers"]);
  for (const list of ["version: v1\nservers:\n  |", "version: v1\nservers:\n  - name: a\n  |"])
    assert.deepEqual(
      (await at(list)).map(({ label, textEdit }) => [label, textEdit?.newText]),
      [["- name", "- name: ${1:my-server}"]],
    );
  assert.deepEqual(
    (await at("version: v1\nservers:\n  - name: a\n    envVars:\n      |")).map(
      ({ textEdit }) => textEdit?.newText,
    ),
    ["- name: ${1}\n  value: ${2}"],
  );
  const text = "version: v1\nservers:\n  - name: a\n    port: 80\n  - image: b\n  - name: a\n";
  const found = await editor.type(metadata, text);
  assert.deepEqual(
    found.map(({ message }) => message),
    parseMetadata(text).problems.map(({ message }) => message),
  );
  assert.match(
    (await editor.hover(metadata, { line: 3, character: 5 })) ?? "",
    /listens on in its container/,
  );
  const [, servers] = await editor.ask<DocumentSymbol[]>("documentSymbol", metadata);
  assert.deepEqual(
    servers?.children?.map(({ name, children }) => [name, children?.map((child) => child.name)]),
    [
      ["a", ["name", "port"]],
      ["1", ["image"]],
      ["a", ["name"]],
    ],
  );
  assert.deepEqual((await editor.ask<FoldingRange[]>("foldingRange", metadata))[1], {
    startLine: 2,
    endLine: 3,
  });
  const odd = "version:   v1\nservers:\n  - {name: a}\n";
  await editor.type(metadata, odd);
  const options = { tabSize: 2, insertSpaces: true };
  const edits = await editor.ask<TextEdit[]>("formatting", metadata, { options });
  assert.equal(applied(odd, edits), "version: v1\nservers:\n  - { name: a }\n");
});

test("misplaced keys are moved one after the other, whatever the line ends", async () => {
  const file = new URL("../../fixtures/language-server/misplaced-key.catalog", import.meta.url);
  const ends = ["\n", "\r\n"];
  const results = await Promise.all(
    ends.map(async (eol, nth) => {
      const moved = pathToFileURL(join(folder, `moved-${nth}.catalog.yaml`)).href;
      let text = readFileSync(file, "utf8").replaceAll("\n", eol);
      let found = await editor.open(moved, text);
      for (let round = 0; round < 20; round++) {
        const actions = (await Promise.all(found.map((one) => editor.fixes(moved, one)))).flat();
        const move = actions.find(({ title }) => title.startsWith("Move "));
        if (!move) break;
        text = applied(text, editsOf(move.edit, moved));
        found = await editor.type(moved, text);
      }
      return { text, left: found.filter(({ code }) => code === "unknown-key").length };
    }),
  );
  const [lines, withReturns] = results;
  assert.equal(withReturns?.text.replaceAll("\r\n", "\n"), lines?.text);
  assert.ok(!/[^\r]\n/.test(withReturns?.text ?? ""));
  // An entry in braces, and an entry that already has the key there.
  assert.deepEqual(
    results.map(({ left }) => left),
    [3, 3],
  );
  const { servers } = parse(lines?.text ?? "") as {
    servers: { id: string; runtime: object; tags?: object }[];
  };
  const named = (id: string) => servers.find((server) => server.id === id);
  assert.deepEqual(named("block")?.runtime, {
    type: "local-process",
    command: "sh",
    args: ["-c", "true"],
  });
  assert.deepEqual(named("flow")?.runtime, {
    type: "local-process",
    command: "sh",
    args: ["a", "b"],
    working_dir: "${HOME}",
  });
  assert.deepEqual(named("none")?.runtime, { type: "remote-sse" });
  assert.deepEqual(named("outward"), {
    id: "outward",
    runtime: { type: "local-process", command: "sh" },
    env: { A: "b" },
    tags: ["x"],
  });
});

test("a plain YAML document is recognised by its name, and any other is ignored", async () => {
  const named = pathToFileURL(join(folder, "my.catalog.yaml")).href;
  assert.equal((await editor.open(named, "servers:\n", "yaml")).length, 1);
  await editor.connection.sendNotification("textDocument/didOpen", {
    textDocument: {
      uri: "file:///x/docker-compose.yaml",
      languageId: "yaml",
      version: 1,
      text: "servers:\n",
    },
  });
  assert.deepEqual(await editor.complete("file:///x/docker-compose.yaml", { line: 1, character: 0 }), []);
  assert.equal(editor.diagnostics.has("file:///x/docker-compose.yaml"), false);
});

test("the secrets that the client stores count, and secrets that it adds later too", async () => {
  const own = await openEditor({ processEnv, options: { secrets: true } });
  const text =
    "servers:\n  - id: a\n    runtime: { type: local-process, command: npx }\n    env: { A: '${secret:KEPT}' }\n";
  assert.equal((await own.open(uri, text)).length, 1);
  own.diagnostics.clear();
  await own.connection.sendNotification(notifications.secretNames, { names: ["KEPT"] });
  assert.deepEqual(await own.checked(uri, 0), []);
  assert.equal(
    await own.hover(uri, { line: 3, character: 27 }),
    "`KEPT`: a secret of the editor's secret storage",
  );
  await own.stop();
});

test("a changed .env is noticed", async () => {
  const text =
    "servers:\n  - id: a\n    runtime: { type: local-process, command: npx }\n    env: { A: '${LATER}' }\n";
  assert.equal((await editor.type(uri, text)).length, 1);
  writeFileSync(join(folder, ".env"), "DB_URL=1\nLATER=1\n");
  await until("the variable", () => editor.diagnostics.get(uri)?.list.length === 0);
});

test("a newly installed program is noticed when the file is saved", async () => {
  const text = "servers:\n  - id: a\n    runtime: { type: local-process, command: brand-new }\n";
  assert.equal((await editor.type(uri, text)).length, 1);
  writeFileSync(join(bin, "brand-new"), "");
  chmodSync(join(bin, "brand-new"), 0o755);
  editor.diagnostics.clear();
  await editor.connection.sendNotification("textDocument/didSave", { textDocument: { uri } });
  assert.deepEqual(await editor.checked(uri, 0), []);
});

test("changes of the machine are noticed when the client requests a new check", async () => {
  const text = "servers:\n  - id: a\n    runtime: { type: local-process, command: came-later }\n";
  assert.equal((await editor.type(uri, text)).length, 1);
  writeFileSync(join(bin, "came-later"), "");
  chmodSync(join(bin, "came-later"), 0o755);
  editor.diagnostics.clear();
  await editor.connection.sendNotification(notifications.recheck);
  assert.deepEqual(await editor.checked(uri, 0), []);
});
