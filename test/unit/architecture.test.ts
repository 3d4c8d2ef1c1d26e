/** Order of the layers. Each layer imports only from the layers before it, so that there are no cycles. */

import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { test } from "node:test";

const src = resolve(import.meta.dirname, "../../src");

/** From the bottom to the top. */
const order = [
  "base",
  "jsonrpc",
  "catalog",
  "config",
  "metadata",
  "backend",
  "kube",
  "runtime",
  "platform",
  "supervisor",
  "router",
  "frontend",
  "gateway",
  "cli",
  "vscode",
];

/** The programs. Each may import everything below, and not another program. */
const programs = ["cli", "vscode"];

async function sources(): Promise<string[]> {
  const files = await readdir(src, { recursive: true });
  return files.filter((file) => /\.[jt]s$/.test(file)).map((file) => join(src, file));
}

async function importsOf(file: string): Promise<string[]> {
  const text = await readFile(file, "utf8");
  const found = text.matchAll(/(?:from|import)\s*\(?\s*"(\.[^"]+)"/g);
  return [...found].map(([, path = ""]) => resolve(dirname(file), path));
}

/** The entry of the extension belongs to the editor layer. */
function layerOf(file: string): string {
  const [layer = ""] = relative(src, file).split(/[/\\]/);
  return layer === "extension.ts" ? "vscode" : layer;
}

test("every layer is in the order, and no layer imports one above it", async () => {
  for (const file of await sources()) {
    const layer = order.indexOf(layerOf(file));
    assert.ok(layer >= 0, `${relative(src, file)} is not in a layer of the order`);
    for (const imported of await importsOf(file)) {
      if (!imported.startsWith(src)) continue;
      const other = order.indexOf(layerOf(imported));
      assert.ok(
        other <= layer,
        `${relative(src, file)} imports ${relative(src, imported)}, which is above it`,
      );
      const isOtherProgram = programs.includes(layerOf(imported)) && layer !== other;
      assert.ok(
        !isOtherProgram,
        `${relative(src, file)} imports ${relative(src, imported)}, another program`,
      );
    }
  }
});

test("the programs do not import parts of each other, and only the editor layer may name vscode", async () => {
  for (const file of await sources()) {
    if (layerOf(file) === "vscode") continue;
    const text = await readFile(file, "utf8");
    assert.ok(!/from "vscode"/.test(text), `${relative(src, file)} imports vscode`);
  }
});

test("only the command-line programs import the parser of command lines", async () => {
  for (const file of [...(await sources()), ...(await languageServerSources())]) {
    if (layerOf(file) === "cli") continue;
    const text = await readFile(file, "utf8");
    assert.ok(!/from "commander"/.test(text), `${relative(src, file)} imports commander`);
  }
});

test("every source file begins with a description of itself", async () => {
  for (const file of await sources()) {
    assert.match(await readFile(file, "utf8"), /^(#!.*\n)?\/\*/, relative(src, file));
  }
});

const languageServer = resolve(import.meta.dirname, "../../language-server");
/** The layers of the gateway that the language server may import. */
const seen = ["base", "catalog", "config", "metadata"];

async function languageServerSources(): Promise<string[]> {
  const files = await readdir(languageServer, { recursive: true });
  return files.filter((file) => file.endsWith(".ts")).map((file) => join(languageServer, file));
}

test("the language server imports only base, catalog, config and metadata, and other layers import only its protocol", async () => {
  for (const file of await languageServerSources()) {
    for (const imported of await importsOf(file)) {
      const isSeen = !imported.startsWith(src) || seen.includes(layerOf(imported));
      assert.ok(isSeen, `${relative(languageServer, file)} imports ${relative(src, imported)}`);
    }
    assert.match(await readFile(file, "utf8"), /^\/\*\*/, relative(languageServer, file));
  }
  for (const file of await sources()) {
    for (const imported of await importsOf(file)) {
      const isAllowed = !imported.startsWith(languageServer) || imported.endsWith("protocol.ts");
      assert.ok(isAllowed, `${relative(src, file)} imports ${relative(languageServer, imported)}`);
    }
  }
});

test("only one file of the language server imports the YAML library, and the protocol page imports nothing", async () => {
  for (const file of await languageServerSources()) {
    const text = await readFile(file, "utf8");
    const name = relative(languageServer, file).replaceAll("\\", "/");
    assert.equal(/from "yaml-language-server"/.test(text), name === "schema/yaml-library.ts", name);
    if (name === "protocol.ts") assert.ok(!/^import/m.test(text));
  }
});
