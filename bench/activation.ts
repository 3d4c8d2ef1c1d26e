/**
 * Measures the start time of the extension (vscode.md, *Quality*: under 50 ms). This is the time to load its bundle in a
 * new process, and to activate it in a window of a real VS Code with a catalog of 200 servers. The start of an empty Node
 * process is printed for comparison, because machines differ. Requires MCP_TEST_VSCODE. Does not assert.
 */

import { execFileSync } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fixture, root } from "../test/support/gateway.ts";
import { until } from "../test/support/until.ts";
import { type Editor, missing, startEditor } from "../test/vscode/host/editor.ts";
import { showServers } from "../test/vscode/host/workbench.ts";
import { makeWorkspace } from "../test/vscode/host/workspace.ts";

const rounds = 10;
const windows = 5;
const settings = { "openMcpGateway.confirmCommands": false, "openMcpGateway.listenAddr": "127.0.0.1:0" };

if (missing) console.log(`activation: ${missing}`);
else await measure();

async function measure(): Promise<void> {
  const starts = Array.from({ length: rounds }, startMs);
  const loads = Array.from({ length: rounds }, loadMs);
  const activations: number[] = [];
  const lists: number[] = [];
  for (let window = 0; window < windows; window++) {
    const { activated, listed } = await openWindow();
    activations.push(activated);
    lists.push(listed);
  }
  const bare = median(starts);
  const own = median(loads) + median(activations);
  console.log(`\nactivation, medians of ${rounds} loads and ${windows} windows, ms`);
  console.log(`  a bare Node starts      ${bare.toFixed(1)}`);
  console.log(`  loading the bundle      ${medianAndRange(loads)}`);
  console.log(`  activating              ${medianAndRange(activations)}`);
  console.log(`  both (target 50)        ${own.toFixed(1)}, ${(own / bare).toFixed(2)}x of the bare start`);
  console.log(`  200 servers listed      ${medianAndRange(lists)} after activation`);
}

/** Opens the first window of a new editor. */
async function openWindow(): Promise<{ activated: number; listed: number }> {
  const ends: (() => Promise<void>)[] = [];
  const after = (end: () => Promise<void>) => ends.push(end);
  const editor = await startEditor({ after }, { settings });
  try {
    const servers = Array.from({ length: 200 }, (_, at) => ({
      id: `server-${at}`,
      runtime: fixture("echo"),
    }));
    const workspace = await makeWorkspace(editor, servers);
    await showServers(await editor.open(workspace.folder));
    const [activated = Number.NaN] = await activationsMs(editor);
    const [listed = Number.NaN] = await listingsMs(editor, servers.length);
    return { activated, listed };
  } finally {
    for (const end of ends) await end();
  }
}

/** Time to load the bundle in a new process. */
function loadMs(): number {
  const script = join(root, "bench/load-time.mjs");
  return Number(
    execFileSync(process.execPath, [script, join(root, "dist/extension.js")], { encoding: "utf8" }),
  );
}

/** Activation times in all windows of the editor. Waits for the first. */
function activationsMs(editor: Editor): Promise<readonly number[]> {
  return numbersInLog(editor, /activated in ([\d.]+) ms/g);
}

/** Times from activation until all servers were listed, in all windows of the editor. Waits for the first. */
function listingsMs(editor: Editor, servers: number): Promise<readonly number[]> {
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

function startMs(): number {
  const begun = performance.now();
  execFileSync(process.execPath, ["-e", "0"]);
  return performance.now() - begun;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function medianAndRange(values: readonly number[]): string {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return `${median(values).toFixed(1)} (${least.toFixed(1)} to ${most.toFixed(1)})`;
}
