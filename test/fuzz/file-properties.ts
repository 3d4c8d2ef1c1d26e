/** Files of users: catalogs, metadata, their variables, and what a change of the catalog means. */

import assert from "node:assert/strict";
import fc from "fast-check";
import { stringify } from "yaml";
import type { Entry } from "../../src/catalog/entry.ts";
import { diffCatalogs } from "../../src/catalog/live/catalog-diff.ts";
import { parseCatalog } from "../../src/catalog/parse-catalog.ts";
import { hasErrors, type Problem, problemLine } from "../../src/catalog/text/problem.ts";
import { malformedParts, parseVariables, type VariablePart } from "../../src/catalog/text/variable-syntax.ts";
import { resolveEntry } from "../../src/catalog/variables/resolve-entry.ts";
import { parseMetadata } from "../../src/metadata/parse-metadata.ts";
import { decide } from "../../src/supervisor/restart-policy.ts";
import { fixtureCatalogs, mutate, numbersFrom } from "../support/mutated-catalogs.ts";
import { type Property, property } from "./property.ts";

const metadataTexts = [
  "version: v1\nservers:\n  - name: a\n    image: registry.example/a\n    imageTag: v1\n    route: /a/mcp\n    port: 8088\n",
  'version: v1\nservers:\n- {name: b, replicas: 2, envVars: [{name: A, value: "1"}], resources: {limits: {cpu: "1"}}}\n- name: c\n',
];

/** One of the texts after some edits. For a failure, the number of edits is reduced. */
const edited = (texts: readonly string[]) =>
  fc.tuple(fc.nat(texts.length - 1), fc.integer(), fc.nat(5)).map(([index, seed, times]) => {
    const next = numbersFrom(seed);
    let text = texts[index] ?? "";
    for (let time = 0; time < times; time++) text = mutate(text, next);
    return text;
  });

const id = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?$/);
const scalar = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.double(),
);
const anything = fc.object({ values: [scalar], maxDepth: 2, maxKeys: 3 });
const runtime = fc.record(
  {
    type: fc.constantFrom("local-process", "remote-sse", "docker", "k8s-job", "nothing"),
    command: scalar,
    args: fc.array(scalar),
    url: scalar,
    image: scalar,
  },
  { requiredKeys: [], noNullPrototype: true },
);
const server = fc.record(
  {
    id: fc.oneof(id, scalar),
    runtime: fc.oneof(runtime, anything),
    env: fc.oneof(fc.dictionary(fc.string(), scalar), scalar),
    tags: fc.array(scalar),
    restart: anything,
    tools: anything,
    enabled: scalar,
  },
  { requiredKeys: [], noNullPrototype: true },
);
const structured = fc.oneof(
  fc.record(
    { servers: fc.oneof(fc.array(server, { maxLength: 3 }), scalar) },
    { requiredKeys: [], noNullPrototype: true },
  ),
  fc.record(
    { version: scalar, servers: fc.array(anything, { maxLength: 3 }) },
    { requiredKeys: [], noNullPrototype: true },
  ),
  anything,
);
const structuredText = fc.tuple(structured, fc.boolean()).map(([value, isYaml]) => {
  return isYaml ? stringify(value) : JSON.stringify(value, undefined, 1);
});

function checkPlaces(text: string, problems: readonly Problem[]): void {
  const lines = text.split("\n");
  for (const problem of problems) {
    const { line, column, endLine, endColumn } = problem;
    const shown = `${line}:${column} to ${endLine}:${endColumn}`;
    assert.ok(line >= 1 && line <= endLine && endLine <= lines.length, shown);
    assert.ok(column >= 1 && column <= (lines[line - 1] ?? "").length + 1, shown);
    assert.ok(endColumn >= 1 && endColumn <= (lines[endLine - 1] ?? "").length + 1, shown);
    assert.ok(line < endLine || column <= endColumn, shown);
    assert.match(problemLine("f", problem), /^f:\d+:\d+: [^\n\r]+$/);
  }
}

function checkCatalog(text: string): void {
  const { problems, entries } = parseCatalog(text);
  checkPlaces(text, problems);
  for (const entry of entries) assert.match(entry.id, /^[a-z0-9]/);
  if (hasErrors(problems)) return;
  const ids = entries.map((entry) => entry.id);
  assert.equal(new Set(ids).size, ids.length);
}

function checkMetadata(text: string): void {
  const { problems, servers } = parseMetadata(text);
  checkPlaces(text, problems);
  if (problems.length > 0) assert.equal(servers.length, 0);
}

const literalText = fc.string({ maxLength: 6 }).map((text) => text.replaceAll("$", "S").replaceAll("}", ")"));
const name = fc.constantFrom("A", "B_1", "PATH", "UNSET");

/** A variable expression, and its value where A is "1", B_1 is empty, PATH is "/bin" and the rest is unset. */
interface Expression {
  readonly text: string;
  readonly value: string | undefined;
}

const values: Readonly<Record<string, string>> = { A: "1", B_1: "", PATH: "/bin" };
const expression = fc.letrec<{ part: Expression; text: Expression }>((tie) => ({
  part: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    literalText.map((text) => ({ text, value: text })),
    fc.constant({ text: "$${", value: "${" }),
    name.map((key) => ({ text: `\${${key}}`, value: values[key] })),
    name.map((key) => ({ text: `\${env:${key}}`, value: values[key] })),
    fc.constant({ text: `\${userHome}`, value: "/home/u" }),
    fc.tuple(name, tie("text")).map(([key, { text, value }]) => ({
      text: `\${${key}:-${text}}`,
      value: values[key] || value,
    })),
  ),
  text: fc.array(tie("part"), { maxLength: 3 }).map((parts) => ({
    text: parts.map(({ text }) => text).join(""),
    value: parts.some(({ value }) => value === undefined)
      ? undefined
      : parts.map(({ value }) => value).join(""),
  })),
})).text;

const sources = {
  env: (key: string) => values[key],
  secret: async (key: string) => (key === "KEY" ? "very-secret-value" : undefined),
  workspaceFolder: "/work",
  userHome: "/home/u",
};

function sourceLength(parts: readonly VariablePart[]): number {
  return malformedParts(parts).reduce((sum, { source }) => sum + source.length, 0);
}

const smallEntry = fc.record(
  {
    id: fc.constantFrom("a", "b", "c", "d"),
    tags: fc.array(fc.constantFrom("x", "y"), { maxLength: 2 }),
  },
  { noNullPrototype: true },
);
const entryList = fc
  .uniqueArray(smallEntry, { selector: (entry) => entry.id, maxLength: 4 })
  .map((list) => list as unknown as readonly Entry[]);

export const fileProperties: readonly Property[] = [
  property(
    "an edited catalog gives problems at places in its text",
    2,
    edited(fixtureCatalogs),
    checkCatalog,
  ),
  property("a catalog of any values gives problems at places in its text", 3, structuredText, checkCatalog),
  property(
    "a catalog of any characters gives problems at places in its text",
    3,
    fc.string({ unit: "binary" }),
    checkCatalog,
  ),
  property("edited metadata give problems at places in their text", 3, edited(metadataTexts), checkMetadata),
  property("metadata of any values give problems at places in their text", 3, structuredText, checkMetadata),
  property("variables have the values of their sources", 6, expression, async ({ text, value }) => {
    const entry = { id: "x", runtime: { type: "local-process" as const, command: "c" }, env: { V: text } };
    const resolution = await resolveEntry(entry, sources, "/base");
    if (value === undefined) return assert.equal(resolution.kind, "misconfigured");
    if (value.includes("\0")) return assert.equal(resolution.kind, "misconfigured");
    assert.equal(resolution.kind === "resolved" && resolution.launch.env["V"], value);
  }),
  property(
    "any text with variables is parsed, and a secret is never shown",
    6,
    fc.array(
      fc.constantFrom(
        "${",
        "}",
        ":-",
        "secret:KEY",
        "env:",
        "$",
        "A",
        `\${secret:KEY}`,
        "{",
        "\\",
        "é",
        "$${",
      ),
      { maxLength: 12 },
    ),
    async (parts) => {
      const text = parts.join("");
      assert.ok(sourceLength(parseVariables(text)) <= text.length);
      const entry = { id: "x", runtime: { type: "local-process" as const, command: "c" }, env: { V: text } };
      const resolution = await resolveEntry(entry, sources, "/base");
      if (resolution.kind === "misconfigured") assert.doesNotMatch(resolution.because, /very-secret/);
      else assert.doesNotMatch(resolution.launch.redact(resolution.launch.env["V"] ?? ""), /very-secret/);
    },
  ),
  property(
    "the difference of two catalogs leads from one to the other",
    5,
    fc.tuple(entryList, entryList),
    ([before, after]) => {
      const { added, removed, modified } = diffCatalogs(before, after);
      const old = new Map(before.map((entry) => [entry.id, entry]));
      const now = new Map(after.map((entry) => [entry.id, entry]));
      for (const gone of removed) assert.ok(old.delete(gone));
      for (const one of [...added, ...modified]) {
        assert.equal(old.has(one), modified.includes(one));
        old.set(one, now.get(one) ?? assert.fail(`${one} is not in the new catalog`));
      }
      assert.deepEqual(old, now);
      for (const one of modified)
        assert.notDeepEqual(
          before.find((entry) => entry.id === one),
          now.get(one),
        );
      assert.deepEqual(diffCatalogs(after, after.map((entry) => structuredClone(entry)).reverse()), {
        added: [],
        removed: [],
        modified: [],
      });
    },
  ),
  property(
    "a restart waits within its bounds, or is given up",
    5,
    fc.record({
      maxAttempts: fc.integer({ min: 1, max: 20 }),
      windowMs: fc.integer({ min: 1, max: 1e6 }),
      ages: fc.array(fc.nat(2e6), { maxLength: 40 }),
      jitter: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    }),
    ({ maxAttempts, windowMs, ages, jitter }) => {
      const now = 1e9;
      const crashes = [...ages.map((age) => now - age), now];
      const recent = crashes.filter((at) => at > now - windowMs).length;
      const decision = decide({ maxAttempts, windowMs }, crashes, now, jitter);
      assert.equal(decision.kind, recent >= maxAttempts ? "give-up" : "restart");
      if (decision.kind === "give-up") return;
      const full = Math.min(200 * 2 ** (recent - 1), 30_000);
      assert.ok(
        decision.delayMs >= full / 2 && decision.delayMs <= full,
        `${decision.delayMs} ms of ${full}`,
      );
    },
  ),
];
