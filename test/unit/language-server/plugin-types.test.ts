/**
 * Runtime types of plugins in the editor are checked, completed and explained as the built-in types are, as soon
 * as the client sends them.
 */
import assert from "node:assert/strict";
import test from "node:test";
import { notifications } from "../../../language-server/protocol.ts";
import { until } from "../../support/until.ts";
import { openEditor } from "./editor.ts";

const tcp = {
  type: "tcp",
  schema: {
    title: "TCP server",
    description: "A server behind a *port*.",
    required: ["endpoint"],
    properties: {
      endpoint: { $ref: "#/definitions/Place" },
      mode: { description: "How it is done.", enum: ["fast", "slow"] },
    },
    definitions: {
      Place: { title: "Place", description: "Where it `listens`.", type: "string", examples: ["h:1"] },
    },
  },
};
const uri = "file:///plugins/catalog.yaml";
const text = (...fields: string[]) =>
  [
    "servers:",
    "  - id: own",
    "    runtime:",
    "      type: tcp",
    ...fields.map((field) => `      ${field}`),
    "",
  ].join("\n");

test("types known from the beginning are checked, completed and explained", async () => {
  const editor = await openEditor({ options: { runtimes: [tcp] } });
  await editor.open(uri, text("endpont: x"));
  await until("the type is known", () =>
    editor.diagnostics
      .get(uri)
      ?.list.some(({ message }) => /did you mean 'endpoint'\?/.test(String(message))),
  );
  assert.deepEqual(await editor.type(uri, text("endpoint: x")), []);
  const hover = await editor.hover(uri, { line: 4, character: 8 });
  assert.match(hover ?? "", /Where it `listens`\./);
  await editor.type(uri, text("endpoint: x", ""));
  const keys = await editor.complete(uri, { line: 5, character: 6 });
  assert.ok(keys.some(({ label }) => label === "mode"));
  await editor.type(uri, text("endpoint: x", "mode: "));
  const values = await editor.complete(uri, { line: 5, character: 12 });
  assert.deepEqual(values.map(({ label }) => label).sort(), ["fast", "slow"]);
  await editor.type(uri, "servers:\n  - ");
  const whole = await editor.complete(uri, { line: 1, character: 4 });
  const item = whole.find(({ label }) => label === "server: tcp");
  assert.match(item?.textEdit?.newText ?? "", /type: tcp\n.*endpoint: /);
  await editor.stop();
});

test("plugin types may change while a catalog is open, they apply to the check of a whole file, and an invalid schema is ignored", async () => {
  const editor = await openEditor();
  const unknown = await editor.open(uri, text("endpoint: x"));
  assert.match(String(unknown[0]?.message), /unknown runtime type: tcp/);
  const tell = (...runtimes: object[]) =>
    editor.connection.sendNotification(notifications.runtimes, { runtimes });
  await tell(tcp, { type: "bad", schema: { type: "array" } });
  await until("no problem is left", () => editor.diagnostics.get(uri)?.list.length === 0);
  // An alias connects the entry with the rest of the text. The text is long, so the thread reads it.
  const long = `# ${"long ".repeat(4_000)}
`;
  const whole = await editor.type(uri, `${long}${text("endpoint: &e x", "mode: *e")}`);
  assert.deepEqual(
    whole.map(({ message }) => message),
    ["Server 'own': runtime.mode must be one of fast, slow"],
  );
  await editor.type(uri, text("endpoint: x"));
  await tell();
  await until("the type is unknown again", () => (editor.diagnostics.get(uri)?.list.length ?? 0) > 0);
  await editor.stop();
});
