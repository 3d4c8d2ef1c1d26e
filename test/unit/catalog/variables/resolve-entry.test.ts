/* biome-ignore-all lint/suspicious/noTemplateCurlyInString: the syntax under test */
import assert from "node:assert/strict";
import test from "node:test";
import type { Entry } from "../../../../src/catalog/entry.ts";
import { parseCatalog } from "../../../../src/catalog/parse-catalog.ts";
import { problemLine } from "../../../../src/catalog/text/problem.ts";
import { malformedParts, parseVariables } from "../../../../src/catalog/text/variable-syntax.ts";
import { resolveEntry, unsetVariables } from "../../../../src/catalog/variables/resolve-entry.ts";
import type { VariableSources } from "../../../../src/catalog/variables/variable-lookup.ts";
import type { Launch } from "../../../../src/runtime/runtime.ts";

const values: Record<string, string> = {
  HOST: "example.com",
  EMPTY: "",
  HOME: "/home/me",
  LONG: "a-long-value",
  PORT: "80",
};
const secrets: Record<string, string> = {
  TOKEN: "tok",
  LONGER: "tok-en",
  PEM: "-----BEGIN-----\nabcdefgh\n--",
};
const sources: VariableSources = {
  env: (name) => values[name],
  secret: async (name) => {
    if (name === "LOCKED") throw new Error("EACCES");
    return secrets[name];
  },
  workspaceFolder: "/projects/space",
  userHome: "/home/me",
};

const local = (
  fields: Partial<Entry> & { args?: string[]; command?: string; working_dir?: string },
): Entry => {
  const { args, command = "x", working_dir, ...rest } = fields;
  return {
    id: "a",
    runtime: { type: "local-process", command, ...(args && { args }), ...(working_dir && { working_dir }) },
    ...rest,
  };
};

async function launched(entry: Entry): Promise<Launch> {
  const resolution = await resolveEntry(entry, sources, "/catalog");
  assert.equal(resolution.kind, "resolved", JSON.stringify(resolution));
  assert.ok(resolution.kind === "resolved");
  return resolution.launch;
}

const texts: [written: string, resolved: string][] = [
  ["", ""],
  ["plain $HOST $$ }", "plain $HOST $$ }"],
  ["${HOST}", "example.com"],
  ["${env:HOST}:${PORT}", "example.com:80"],
  ["${EMPTY}", ""],
  ["${EMPTY:-fallback}", "fallback"],
  ["${NOT_SET:-}", ""],
  ["${NOT_SET:-a b: c}", "a b: c"],
  ["${NOT_SET:-${HOST}}!", "example.com!"],
  ["${NOT_SET:-${ALSO_NOT:-deep}}", "deep"],
  ["${secret:TOKEN}", "tok"],
  ["${secret:NONE:-none}", "none"],
  ["${workspaceFolder}/x", "/projects/space/x"],
  ["${userHome}", "/home/me"],
  ["$${HOST}", "${HOST}"],
  ["$$${HOST}", "$${HOST}"],
  ["a $${b} ${PORT}", "a ${b} 80"],
  ["${NOT_SET:-$${x}}", "${x}"],
];

for (const [written, resolved] of texts) {
  test(`'${written}' is '${resolved}'`, async () => {
    const { runtime } = await launched(local({ args: [written] }));
    assert.ok(runtime.type === "local-process");
    assert.deepEqual(runtime.args, [resolved]);
  });
}

for (const text of [
  "${",
  "${HOST",
  "${}",
  "${a b}",
  "${1A}",
  "${x:-${y}",
  "${secret:../x}",
  "${secret:.x}",
  "${input:x}",
  "${env:}",
]) {
  test(`'${text}' is malformed`, () => assert.equal(malformedParts(parseVariables(text)).length, 1));
}

test("endless nesting of defaults is malformed and does not crash the parser", () => {
  assert.equal(malformedParts(parseVariables("${A:-".repeat(50_000))).length, 1);
});

test("unset variables are reported with their fields, all at once", async () => {
  const entry = local({
    args: ["${NO_ARG}"],
    env: { PGPASSWORD: "${DB_PASSWORD}", KEY: "${secret:NONE}", L: "${secret:LOCKED}" },
  });
  assert.deepEqual(await resolveEntry(entry, sources, "/catalog"), {
    kind: "misconfigured",
    because:
      "variable 'NO_ARG' of runtime.args[0] is not set; variable 'DB_PASSWORD' of env.PGPASSWORD is not set; " +
      "secret 'NONE' of env.KEY is not set; secret 'LOCKED' of env.L cannot be read: EACCES",
  });
});

const invalidEntries: [entry: Entry, because: string][] = [
  [local({ command: "${EMPTY}" }), "runtime.command is empty"],
  [
    { id: "a", runtime: { type: "remote-sse", url: "${HOST}/mcp" } },
    "runtime.url is not a valid http:// or https:// URL",
  ],
  [
    { id: "a", runtime: { type: "remote-sse", url: "http://x", headers: { A: "${secret:PEM}" } } },
    "runtime.headers.A contains a line break",
  ],
];
for (const [entry, because] of invalidEntries) {
  test(`a resolved value is wrong: ${because}`, async () => {
    assert.deepEqual(await resolveEntry(entry, sources, "/catalog"), { kind: "misconfigured", because });
  });
}

test("relative folders start at the catalog, and '~' is the home directory", async () => {
  const folders = ["sub/dir", "~/x", "/abs", "${workspaceFolder}/y"];
  const resolved = await Promise.all(folders.map((working_dir) => launched(local({ working_dir }))));
  assert.deepEqual(
    resolved.map(({ runtime }) => runtime.type === "local-process" && runtime.working_dir),
    ["/catalog/sub/dir", "/home/me/x", "/abs", "/projects/space/y"],
  );
  const { runtime, baseDir } = await launched(local({ command: "~/bin/x" }));
  assert.deepEqual(runtime, { type: "local-process", command: "/home/me/bin/x" });
  assert.equal(baseDir, "/catalog");
});

test("env keys that differ only in white space keep their values", async () => {
  const { env } = await launched(local({ env: { "a b": "1", "a\tb": "2" } }));
  assert.deepEqual(env, { "a b": "1", "a\tb": "2" });
});

test("resolved secrets are redacted, the longest first", async () => {
  const { redact } = await launched(
    local({
      args: ["${secret:TOKEN}", "${HOST}"],
      env: { A: "${LONG}", B: "${PORT}", C: "${secret:LONGER}", D: "${HOME}", PASSWORD: "plainplain" },
    }),
  );
  assert.equal(redact("tok tok-en a-long-value 80 /home/me plainplain"), "*** *** *** 80 /home/me ***");
  assert.equal(
    redact("example.com stays: an argument is no secret"),
    "example.com stays: an argument is no secret",
  );
});

test("a secret that is found during the start is hidden from then on, unless it is too common a text", async () => {
  const { redact, hide } = await launched(local({ env: { C: "${secret:LONGER}" } }));
  assert.equal(redact("tok-en late-secret"), "*** late-secret");
  hide(["late-secret", "info", "/home/me"]);
  assert.equal(redact("tok-en late-secret info /home/me"), "*** *** info /home/me");
});

test("secrets of several lines and secrets in URLs are redacted too", async () => {
  const special = {
    ...sources,
    secret: async (name: string) => (name === "URL" ? "p@ss/word" : secrets[name]),
  };
  const resolution = await resolveEntry(
    local({ env: { A: "${secret:PEM}", B: "${secret:URL}" } }),
    special,
    "/",
  );
  assert.ok(resolution.kind === "resolved");
  assert.equal(resolution.launch.redact("line abcdefgh of p%40ss%2Fword"), "line *** of ***");
});

test("a source that is an object with state keeps its 'this'", async () => {
  class Stateful implements VariableSources {
    readonly workspaceFolder = "/";
    readonly userHome = "/";
    readonly #value = "kept";
    env(): string {
      return this.#value;
    }
    async secret(): Promise<string> {
      return this.#value;
    }
  }
  const resolution = await resolveEntry(local({ args: ["${A}${secret:B}"] }), new Stateful(), "/");
  assert.ok(resolution.kind === "resolved");
});

test("unset variables are errors at their places, and warnings in disabled servers", async () => {
  const text = [
    "servers:",
    "  - id: a",
    "    runtime: { type: local-process, command: x, args: ['--key=${KEY}'] }",
    "    env: { A: '${HOST}', B: '${secret:NONE}' }",
    "  - id: b",
    "    enabled: false",
    "    runtime: { type: remote-sse, url: '${URL}' }",
  ].join("\n");
  const problems = await unsetVariables(parseCatalog(text), sources);
  assert.deepEqual(
    problems.map((problem) => problemLine("f", problem)),
    [
      "f:3:65: Server 'a': variable 'KEY' of runtime.args[0] is not set",
      "f:4:39: Server 'a': secret 'NONE' of env.B is not set",
      "f:7:42: warning: Server 'b': variable 'URL' of runtime.url is not set",
    ],
  );
});

test("a variable is reported at its own name, even when other text has the same name", async () => {
  const text = [
    "servers:",
    "  - id: a",
    "    runtime: { type: local-process, command: x }",
    "    env:",
    '      A: "${NOT_SET:-x} ${NOT}"',
    '      B: "MODE=${MODE}"',
    '      C: "KEY=${secret:KEY} $${MODE}\\t${env:MODE}"',
    "      D: ${HOST:-${MODE}} ${NOT_SET:-${MODE}}",
    '      E: "\\x24{MODE} ${MODE}"',
  ].join("\n");
  const problems = await unsetVariables(parseCatalog(text), sources);
  const lines = text.split("\n");
  assert.deepEqual(
    problems.map(({ line, column, endColumn }) => [
      (lines[line - 1] ?? "").slice(0, column - 1).trim(),
      (lines[line - 1] ?? "").slice(column - 1, endColumn - 1),
    ]),
    [
      ['A: "${NOT_SET:-x} ${', "NOT"],
      ['B: "MODE=${', "MODE"],
      ['C: "KEY=${secret:', "KEY"],
      ['C: "KEY=${secret:KEY} $${MODE}\\t${env:', "MODE"],
      ["D: ${HOST:-${MODE}} ${NOT_SET:-${", "MODE"],
      // With an escape for one of them, the text does not show which is which.
      ["E:", '"\\x24{MODE} ${MODE}"'],
      ["E:", '"\\x24{MODE} ${MODE}"'],
    ],
  );
});

test("unset variables in a very long line are reported in time proportional to its length", async () => {
  const count = 30_000;
  const written = Array.from({ length: count }, (_, nth) => `\${N${nth}}`).join("");
  const text = `servers:\n  - id: a\n    runtime: { type: local-process, command: x }\n    env: { A: "${written}" }`;
  const problems = await unsetVariables(parseCatalog(text), sources);
  assert.equal(problems.length, count);
  assert.equal(problems.at(-1)?.endColumn, 15 + written.length);
});
