/* biome-ignore-all lint/suspicious/noTemplateCurlyInString: the syntax under test */
/** Quick fixes that must not cause the next error. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { pathToFileURL } from "node:url";
import { languageIds } from "../../../language-server/protocol.ts";
import { applied, editsOf, openEditor } from "./editor.ts";

const folder = mkdtempSync(join(tmpdir(), "awkward-"));
const editor = await openEditor();
test.after(async () => {
  await editor.stop();
  rmSync(folder, { recursive: true });
});

const node = JSON.stringify(process.execPath);
const uris = {
  catalog: pathToFileURL(join(folder, "catalog.yaml")).href,
  config: pathToFileURL(join(folder, "config.yaml")).href,
  metadata: pathToFileURL(join(folder, "metadata.yaml")).href,
};
type Kind = keyof typeof uris;
for (const kind of ["catalog", "config", "metadata"] as const)
  await editor.open(uris[kind], "", languageIds[kind]);

/** The problems of a text. */
async function messages(kind: Kind, text: string): Promise<string[]> {
  return (await editor.type(uris[kind], text)).map(({ message }) => String(message));
}

/** The results of the fixes of all problems, by the titles of the fixes. */
async function fixed(kind: Kind, text: string): Promise<Map<string, string>> {
  const uri = uris[kind];
  const texts = new Map<string, string>();
  for (const diagnostic of await editor.type(uri, text))
    for (const { title, edit } of await editor.fixes(uri, diagnostic))
      texts.set(title, applied(text, editsOf(edit, uri)));
  return texts;
}

const local = (more: string) =>
  `servers:\n  - id: a\n    runtime:\n      type: local-process\n      command: ${node}\n${more}`;

test("an empty default within a header does not count as a secret", async () => {
  const server = "servers:\n  - id: a\n    runtime:\n      type: remote-sse\n      url: https://x.example\n";
  const text = `${server}      headers:\n        Authorization: Bearer \${NOPE_T}\n`;
  const after = (await fixed("catalog", text)).get("Add an empty default") ?? "";
  assert.match(after, /NOPE_T:-/);
  assert.deepEqual(await messages("catalog", after), []);
});

test("a secret with an escaped variable in it, or a dollar before it, stays in its place", async () => {
  for (const argument of [
    "--token=abcdefgh$${x}ijk",
    "Bearer abcdefgh$${x}",
    `ghp_${"a1B2c3D4".repeat(4)}$\${x}`,
    `$ghp_${"a1B2c3D4".repeat(4)}`,
  ]) {
    const text = local(`      args: ["${argument}"]\n`);
    assert.equal((await messages("catalog", text)).length, 1, argument);
    assert.deepEqual([...(await fixed("catalog", text)).keys()], [], argument);
  }
});

test("a key is not renamed to a key that already exists", async () => {
  for (const [kind, text] of [
    ["catalog", local("    display_name: A\n    displayName: B\n")],
    ["catalog", "servers: []\nserver: []\n"],
    ["config", "cors_enabled: true\ncorsEnabled: true\n"],
    ["metadata", "version: v1\nservers:\n  - name: a\n    envVars: []\n    env: []\n"],
    ["metadata", "version: v1\nservers:\n  - name: a\n    route: /a\n    ingressPath: /b\n"],
  ] as const) {
    assert.match((await messages(kind, text)).join("\n"), /unknown key/);
    assert.deepEqual([...(await fixed(kind, text)).keys()], [], text);
  }
});

test("the fixes that add an id or a name to a server use a free one", async () => {
  const runtime = `    runtime:\n      type: local-process\n      command: ${node}\n`;
  const catalog = `servers:\n  - id: everything\n${runtime}  - description: b\n${runtime}`;
  const withId = (await fixed("catalog", catalog)).get("Add id") ?? "";
  assert.match(withId, /id: everything-2/);
  assert.deepEqual(await messages("catalog", withId), []);
  const empty = catalog.replace("description: b", "id:");
  assert.match((await fixed("catalog", empty)).get("Add id") ?? "", /- id: everything-2/);
  const metadata = "version: v1\nservers:\n  - name: my-server\n  - route: /b\n";
  const withName = (await fixed("metadata", metadata)).get("Add name") ?? "";
  assert.match(withName, /name: my-server-2/);
  assert.deepEqual(await messages("metadata", withName), []);
});

test("a field that must not be empty does not get an empty text", async () => {
  for (const text of ["catalog_path:\n", "secrets_dir:\n", "log_level:\n"]) {
    const [message = ""] = await messages("config", text);
    assert.match(message, /is empty: give it a value or remove it$/);
    assert.deepEqual([...(await fixed("config", text)).keys()], []);
  }
});

test("the gateway's API key and address do not get an empty default", async () => {
  for (const text of ["api_key: ${NOPE_T}\n", "api_key:\n  - ${NOPE_T}\n", "listen_addr: ${NOPE_T}\n"])
    assert.deepEqual([...(await fixed("config", text)).keys()], ["Add NOPE_T to .env"]);
});

test("a key that is invalid for a runtime's type is not moved into runtime", async () => {
  const text =
    "servers:\n  - id: a\n    args: []\n    runtime:\n      type: k8s-service\n      namespace: x\n      service_name: y\n      port: 80\n";
  assert.match((await messages("catalog", text)).join("\n"), /unknown key 'args': known keys: id/);
  assert.deepEqual([...(await fixed("catalog", text)).keys()], []);
  const elsewhere = local("    args: []\n");
  assert.match((await messages("catalog", elsewhere)).join("\n"), /it belongs in runtime/);
  const untyped = "servers:\n  - id: a\n    args: []\n    runtime: {}\n";
  assert.match((await messages("catalog", untyped)).join("\n"), /it belongs in runtime/);
});

test("a runtime without type gets a type that accepts its keys", async () => {
  for (const type of ["", "      type:\n"]) {
    const text = `servers:\n  - id: a\n    runtime:\n      command: ${node}\n      working_dir: .\n${type}`;
    const texts = await fixed("catalog", text);
    assert.deepEqual([...texts.keys()], ["Add type"]);
    assert.deepEqual(await messages("catalog", texts.get("Add type") ?? ""), []);
  }
  const image = await fixed("catalog", "servers:\n  - id: a\n    runtime:\n      image: x\n");
  assert.deepEqual([...image.keys()], ["Add type: docker", "Add type: podman", "Add type: k8s-job"]);
});
