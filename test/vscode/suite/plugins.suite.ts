/**
 * A runtime type that another extension registers. The catalog comes into force with it, and the editor knows its
 * fields.
 */

import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import * as vscode from "vscode";

async function until(what: string, look: () => boolean): Promise<void> {
  for (const deadline = Date.now() + 30_000; Date.now() < deadline; await wait(100)) if (look()) return;
  throw new Error(`not in time: ${what}`);
}

interface Api {
  registerRuntime(plugin: object): Promise<vscode.Disposable>;
}

async function api(): Promise<Api> {
  const extension = vscode.extensions.getExtension<Api>("open-mcp-gateway.open-mcp-gateway");
  assert.ok(extension);
  return extension.activate();
}

const folder = () => vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? "";
const entry = "  - id: own\n    runtime:\n      type: own\n      place: here\n";

/** A plugin that reports its start parameters, and answers only the handshake. */
function plugin(started: (runtime: unknown) => void) {
  return {
    type: "own",
    schema: { required: ["place"], properties: { place: { type: "string", description: "Where it is." } } },
    async start({ runtime }: { runtime: unknown }, events: { message(text: string): void }) {
      started(runtime);
      const ended = Promise.withResolvers<undefined>();
      const send = (text: string) => {
        const { id } = JSON.parse(text);
        const serverInfo = { name: "own", version: "1" };
        const result = { protocolVersion: "2025-06-18", capabilities: {}, serverInfo };
        if (id !== undefined) events.message(JSON.stringify({ jsonrpc: "2.0", id, result }));
      };
      return { send, exited: ended.promise, stop: async () => ended.resolve(undefined) };
    },
  };
}

describe("a runtime of another extension", () => {
  it("runs an entry of the catalog as soon as it is registered, and the editor stops reporting the type as unknown", async () => {
    const file = join(folder(), "catalog.yaml");
    const before = await readFile(file, "utf8");
    const { document } = await vscode.window.showTextDocument(vscode.Uri.file(file));
    const problems = () => vscode.languages.getDiagnostics(document.uri).map(({ message }) => message);
    await writeFile(file, `${before}${entry}`);
    await until("the type is unknown", () =>
      problems().some((text) => text.includes("unknown runtime type: own")),
    );
    const started = Promise.withResolvers<unknown>();
    const registered = await (await api()).registerRuntime(plugin(started.resolve));
    await until("no problem is left", () => problems().length === 0);
    await vscode.commands.executeCommand("openMcpGateway.startServer", "own");
    assert.deepEqual(await started.promise, { type: "own", place: "here" });
    registered.dispose();
    await until("the type is unknown again", () => problems().length > 0);
    await writeFile(file, before);
    await until("all is as before", () => problems().length === 0);
  });

  it("is refused with a reason when its type is one of the gateway's own", async () => {
    const { registerRuntime } = await api();
    await assert.rejects(
      registerRuntime({ ...plugin(() => undefined), type: "docker" }),
      /'docker' is built in/,
    );
  });
});
