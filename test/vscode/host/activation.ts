/** What the extension's part of a window's start takes: loading its bundle, activating, listing. Milliseconds. */

import { execFileSync } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { root } from "../../support/gateway.ts";
import { until } from "../../support/until.ts";
import type { Editor } from "./editor.ts";

/** Loading the bundle, in a process of its own. */
export function loadMs(): number {
  const script = join(root, "test/vscode/host/load-time.mjs");
  return Number(
    execFileSync(process.execPath, [script, join(root, "dist/extension.js")], { encoding: "utf8" }),
  );
}

/** Activating, in each of the editor's windows so far; waits for the first. */
export function activationsMs(editor: Editor): Promise<readonly number[]> {
  return numbersInLog(editor, /activated in ([\d.]+) ms/g);
}

/** From activating until all servers were listed, the same way. */
export function listingsMs(editor: Editor, servers: number): Promise<readonly number[]> {
  return numbersInLog(editor, new RegExp(`${servers} servers listed (\\d+) ms after activation`, "g"));
}

function numbersInLog({ folder }: Editor, pattern: RegExp): Promise<readonly number[]> {
  return until(String(pattern), async () => {
    const names = await readdir(folder, { recursive: true });
    const files = names.filter((name) => name.endsWith("MCP Gateway.log"));
    const texts = await Promise.all(files.map((name) => readFile(join(folder, name), "utf8")));
    const found = [...texts.join("\n").matchAll(pattern)].map(([, ms]) => Number(ms));
    return found.length > 0 && found;
  });
}
