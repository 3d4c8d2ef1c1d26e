/* biome-ignore-all lint/suspicious/noTemplateCurlyInString: the syntax under test */
/** Tests that a plugin's schema gives catalogs the same messages, places, secrets and variables as the built-in types. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { checkCatalogText } from "../../../src/catalog/checks/check-catalog.ts";
import { thisHost } from "../../../src/catalog/checks/host-checks.ts";
import { parseCatalog } from "../../../src/catalog/parse-catalog.ts";
import { pluginType, typeNameError } from "../../../src/catalog/plugin-types.ts";
import { redactedView } from "../../../src/catalog/secrets/redacted-entry.ts";
import { resolveEntry } from "../../../src/catalog/variables/resolve-entry.ts";
import type { VariableSources } from "../../../src/catalog/variables/variable-lookup.ts";

const schema = {
  required: ["endpoint"],
  properties: {
    endpoint: { type: "string", pattern: "^\\S+:\\d+$", patternErrorMessage: "must be host:port" },
    auth_token: { type: "string" },
    timeout_seconds: { type: "number", exclusiveMinimum: 0 },
    mode: { enum: ["fast", "slow"] },
    name: { type: "string", minLength: 3 },
    url: { type: "string" },
    env_file: { type: "string" },
    options: { type: "object", additionalProperties: { type: "string" } },
    either: { oneOf: [{ type: "string" }, { minLength: 1 }] },
  },
};
const tcp = await pluginType("tcp", schema);
const types = new Map([[tcp.type, tcp]]);

const sources: VariableSources = {
  env: (name) => ({ HOST: "example.com", TOKEN: "a-long-token" })[name],
  secret: async () => undefined,
  workspaceFolder: "/catalog",
  userHome: "/home/me",
};

function text(fields: string): string {
  return `servers:\n  - id: own\n    runtime:\n      type: tcp\n${fields.replace(/^/gm, "      ")}\n`;
}

async function linesOf(fields: string): Promise<string[]> {
  const problems = await checkCatalogText(text(fields), {
    baseDir: "/catalog",
    sources,
    machine: thisHost,
    types,
  });
  return problems.map(({ line, severity, message }) => `${line}: ${severity}: ${message}`);
}

test("an entry that the plugin's schema accepts is a valid entry", async () => {
  const fields = "endpoint: ${HOST}:9\nauth_token: ${TOKEN}\nurl: tcp://nowhere\nmode: fast\neither: 1";
  assert.deepEqual(await linesOf(fields), []);
  assert.equal(parseCatalog(text(fields), { types }).entries[0]?.runtime.type, "tcp");
});

test("without the plugin its type is unknown, with the same message as any unknown type", () => {
  const { problems, entries } = parseCatalog(text("endpoint: a:1"));
  assert.deepEqual(entries, []);
  assert.deepEqual(
    problems.map(({ message }) => message),
    ["Server 'own' has unknown runtime type: tcp"],
  );
});

const wrong: [string, string[]][] = [
  ["mode: fast", ["3: error: Server 'own' missing required field: runtime.endpoint"]],
  [
    "endpont: a:1",
    ["5: error: Server 'own' has an unknown key 'endpont' in runtime: did you mean 'endpoint'?"],
  ],
  ["endpoint: nowhere", ["5: error: Server 'own': runtime.endpoint must be host:port"]],
  ["endpoint: 9", ["5: error: Server 'own': runtime.endpoint must be a string: quote it"]],
  [
    "endpoint: a:1\ntimeout_seconds: 0\nmode: fats",
    [
      "6: error: Server 'own': runtime.timeout_seconds must be greater than 0",
      "7: error: Server 'own': runtime.mode must be one of fast, slow: did you mean 'fast'?",
    ],
  ],
  [
    "endpoint: a:1\nname: ab\noptions: { a: 1 }",
    [
      "6: error: Server 'own': runtime.name must NOT have fewer than 3 characters",
      "7: error: Server 'own': runtime.options.a must be a string: quote it",
    ],
  ],
  [
    "endpoint: a:1\neither: both",
    ["6: error: Server 'own': runtime.either must match exactly one schema in oneOf"],
  ],
  ["endpoint: ${NOBODY}:1", ["5: error: Server 'own': variable 'NOBODY' of runtime.endpoint is not set"]],
  [
    "endpoint: a:1\nauth_token: hunter2",
    [
      "6: warning: Server 'own': runtime.auth_token looks like a secret in plain text: use '${secret:NAME}' or '${NAME}'",
    ],
  ],
];

for (const [fields, lines] of wrong) {
  test(`a problem is reported with its place: ${fields.replaceAll("\n", ", ")}`, async () => {
    assert.deepEqual(await linesOf(fields), lines);
  });
}

test("two keys of one problem are two problems, in several entries of a file", async () => {
  const both = `${text("endpoint: nowhere")}  - { id: second, runtime: { type: tcp, endpoint: nowhere } }\n`;
  const { problems } = parseCatalog(both, { types });
  assert.deepEqual(
    problems.map(({ serverId, line }) => [serverId, line]),
    [
      ["own", 5],
      ["second", 6],
    ],
  );
});

test("plugin fields get the values of their variables at the start, their secrets are hidden, and they are not confused with built-in fields of the same name", async () => {
  const fields = "endpoint: ${HOST}:9\nauth_token: ${TOKEN}\nenv_file: relative\nurl: nowhere\nname: ''";
  const [entry] = parseCatalog(
    text(fields.replace("name: ''", "options: { api_key: literal-secret, b: '' }")),
    {
      types,
    },
  ).entries;
  assert.ok(entry);
  const resolution = await resolveEntry(entry, sources, "/catalog");
  assert.ok(resolution.kind === "resolved");
  assert.deepEqual(resolution.launch.runtime, {
    type: "tcp",
    endpoint: "example.com:9",
    auth_token: "a-long-token",
    env_file: "relative",
    url: "nowhere",
    options: { api_key: "literal-secret", b: "" },
  });
  assert.equal(resolution.launch.redact("a-long-token and literal-secret"), "*** and ***");
  assert.deepEqual(redactedView(entry).runtime, {
    type: "tcp",
    endpoint: "${HOST}:9",
    auth_token: "${TOKEN}",
    env_file: "relative",
    url: "nowhere",
    options: { api_key: "***", b: "" },
  });
});

test("an invalid schema is refused, and so is a type name that is taken or malformed", async () => {
  await assert.rejects(pluginType("x", undefined), /its 'schema' must be a JSON schema/);
  await assert.rejects(pluginType("x", { type: "array" }), /must describe an object/);
  await assert.rejects(pluginType("x", { properties: { a: { type: "text" } } }), /schema is invalid.*type/);
  await assert.rejects(
    pluginType("x", { properties: { a: { $ref: "#/definitions/none" } } }),
    /resolve reference/,
  );
  assert.match(typeNameError("docker", new Map()) ?? "", /'docker' is built in/);
  assert.match(typeNameError("tcp", types) ?? "", /'tcp' is already taken by another plugin/);
  assert.match(typeNameError("Not A Type", types) ?? "", /must be lower-case letters/);
  assert.match(typeNameError(undefined, types) ?? "", /must be lower-case letters/);
  assert.equal(typeNameError("fine", types), undefined);
});

test("a schema may allow any key, and may refer to definitions of its own", async () => {
  const open = await pluginType("open", {
    $schema: "http://json-schema.org/draft-07/schema#",
    additionalProperties: true,
    properties: { place: { $ref: "#/definitions/Place" } },
    definitions: { Place: { type: "string", pattern: "^[a-z]+$" } },
  });
  assert.deepEqual(open.check({ type: "open", anything: 1, place: "here" }), []);
  assert.equal(open.check({ type: "open", place: "1" }).length, 1);
});
