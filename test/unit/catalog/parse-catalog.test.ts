/**
 * Invalid catalogs and the exact lines they produce: test/fixtures/catalogs/<name>.catalog (YAML that a
 * formatter must not change) and <name>.problems.
 */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import test from "node:test";
import { parseCatalog } from "../../../src/catalog/parse-catalog.ts";
import { hasErrors, problemLine } from "../../../src/catalog/text/problem.ts";
import { cpuMsOf } from "../../support/cpu-time.ts";

const folder = new URL("../../fixtures/catalogs/", import.meta.url);
const fixture = (name: string): string => readFileSync(new URL(name, folder), "utf8");
const linesOf = (file: string, text: string): string =>
  parseCatalog(text)
    .problems.map((problem) => `${problemLine(file, problem)}\n`)
    .join("");

for (const name of readdirSync(folder).filter((file) => file.endsWith(".catalog"))) {
  test(`problems of ${name}`, () => {
    assert.equal(linesOf(name, fixture(name)), fixture(name.replace(/catalog$/, "problems")));
  });
}

test("a byte order mark and CRLF do not shift positions", () => {
  const text = fixture("unknown-keys.catalog");
  const expected = fixture("unknown-keys.problems");
  assert.equal(linesOf("unknown-keys.catalog", `\uFEFF${text}`), expected);
  assert.equal(linesOf("unknown-keys.catalog", text.replaceAll("\n", "\r\n")), expected);
});

test("a byte order mark does not count as a column", () => {
  assert.match(linesOf("f", "\uFEFFfoo: 1\nservers: []\n"), /^f:1:1: The catalog has an unknown key 'foo'/);
});

test("a problem has its server, its path and its end", () => {
  const [problem] = parseCatalog(
    "servers:\n  - id: a\n    runtime: { type: remote-sse, url: 12 }\n",
  ).problems;
  assert.deepEqual(problem, {
    severity: "error",
    code: "unquoted-text",
    message: "Server 'a': runtime.url must be a string: quote it",
    path: ["servers", 0, "runtime", "url"],
    serverId: "a",
    line: 3,
    column: 39,
    endLine: 3,
    endColumn: 41,
  });
});

test("an unset variable is not a problem of the text", () => {
  const { problems, entries } = parseCatalog(fixture("everything-valid.catalog"));
  assert.equal(hasErrors(problems), false);
  assert.deepEqual(
    entries.map(({ id }) => id),
    ["everything", "remote"],
  );
});

test("strings follow YAML 1.2", () => {
  const [entry] = parseCatalog(fixture("yaml-1-2-strings.catalog")).entries;
  assert.deepEqual(entry?.tags, ["NO", "yes", "2001-01-01", "12:30:45"]);
  assert.deepEqual(entry?.env, { COUNTRY: "NO", DATE: "2001-01-01", SWITCH: "off" });
  const old = parseCatalog(`%YAML 1.1\n---\n${fixture("yaml-1-2-strings.catalog")}`).entries;
  assert.deepEqual(old, [entry]);
});

test("an alias has the value of its anchor, and problems in it are shown where the value is written", () => {
  const text =
    "servers:\n  - id: a\n    env: &env { A: x, B: 1 }\n    runtime: &r { type: local-process, command: x }\n";
  const { problems } = parseCatalog(`${text}  - id: b\n    env: *env\n    runtime: *r\n`);
  assert.deepEqual(
    problems.map((problem) => problemLine("f", problem)),
    [
      "f:3:26: Server 'a': env.B must be a string: quote it",
      "f:3:26: Server 'b': env.B must be a string: quote it",
    ],
  );
});

test("only valid entries are returned, each with its place", () => {
  const text = "servers:\n  - id: a\n  - id: b\n    runtime: { type: local-process, command: npx }\n";
  const catalog = parseCatalog(text);
  const [entry, ...others] = catalog.entries;
  assert.equal(others.length, 0);
  assert.ok(entry);
  assert.equal(entry.id, "b");
  assert.deepEqual(catalog.pathOf(entry, ["runtime", "command"]), ["servers", 1, "runtime", "command"]);
  assert.deepEqual(catalog.placeOf(entry, ["runtime", "command"]), {
    line: 4,
    column: 46,
    endLine: 4,
    endColumn: 49,
  });
});

test("keys that have a meaning in JavaScript are ordinary names", () => {
  const text =
    "servers:\n  - id: a\n    env: { __proto__: x, constructor: y, toString: z }\n    runtime: { type: local-process, command: x }\n";
  const [entry] = parseCatalog(text).entries;
  assert.deepEqual(Object.entries(entry?.env ?? {}), [
    ["__proto__", "x"],
    ["constructor", "y"],
    ["toString", "z"],
  ]);
  assert.match(linesOf("f", "servers: []\n__proto__: {}\n"), /unknown key '__proto__'/);
});

test("a message is one line of limited length, whatever the catalog contains", () => {
  const lines = linesOf(
    "f",
    `servers:\n  - id: "a\\nb${"c".repeat(500)}"\n    "x\\ny": 1\n    runtime: {type: "a\\u2028b"}\n`,
  );
  for (const line of lines.trimEnd().split("\n")) assert.match(line, /^f:\d+:\d+: .{1,350}$/);
});

test("hostile texts are parsed in a short time and produce a problem", () => {
  const hostile = [
    "[".repeat(50_000),
    "- ".repeat(20_000),
    "{a: ".repeat(20_000),
    "? ".repeat(10_000),
    `servers: ${"[".repeat(500)}${"]".repeat(500)}`,
    `servers: [${"&a ".repeat(2_000)}]`,
    `servers:\n${"- *a\n".repeat(10_000)}`,
    fixture("billion-laughs.catalog"),
    `servers: [{${Array.from({ length: 20_000 }, (_, at) => `k${at}: 1`).join(", ")}}]`,
  ];
  for (const text of hostile) {
    const cpuMs = cpuMsOf(() => assert.ok(hasErrors(parseCatalog(text).problems), text.slice(0, 40)));
    assert.ok(cpuMs < 5_000, `too slow: ${text.slice(0, 40)}`);
  }
});

test("no message about a text that is not YAML quotes from it", () => {
  const odd = ["|hunter2", ">-  hunter2", "|2hunter2", "*hunter2", "*hunter2: x", "&hunter2 *hunter2"];
  const quoted = ['"\\Uhunter2"', '"\\hunter2"', '"hunter2', "'x'hunter2", '"x" hunter2', "[x]hunter2"];
  const marks = ["@hunter2", "%hunter2", "!hunter2", "!hunter2!x y", "- hunter2", "? hunter2", "{hunter2"];
  const lines = ["x\n--- hunter2", "x\n%hunter2 y", ">- # c\n        x\n  hunter2"];
  const written = [...odd, ...quoted, ...marks, ...lines].map(
    (value) =>
      `servers:\n  - id: a\n    runtime: { type: local-process, command: x }\n    env:\n      PASSWORD: ${value}\n`,
  );
  for (const text of [...written, "%hunter2 x\n---\nservers: []\n", "%YAML hunter2\n---\nservers: []\n"]) {
    const { problems } = parseCatalog(text);
    assert.ok(problems.length > 0, text);
    for (const { message } of problems) assert.doesNotMatch(message, /hunter2/, text);
  }
});
