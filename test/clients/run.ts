/**
 * Real agent clients from npm, signed out and offline except for a scripted model, through the gateway. The lists reach
 * the model, and the result of its call comes back. Prints a table. `npm run test:clients`; `CLIENTS=Codex,opencode`
 * tries only these.
 */

import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { fixture, root, startGateway, temporaryFolder } from "../support/gateway.ts";
import { McpClient } from "../support/mcp-client.ts";
import { installedProgram } from "./install.ts";
import { type AgentClient, agentClients, type Way } from "./list.ts";
import { scriptedModel } from "./model.ts";

const key = "key-of-the-test";
const longestMs = 120_000;
const doesNotWait = "ok: the client does not wait";

interface Scenario {
  readonly name: string;
  readonly path: string;
  /** Milliseconds that the server needs to start. */
  readonly slowMs?: number;
  readonly isWarm?: boolean;
  readonly isByLauncher?: boolean;
  readonly isRefused?: boolean;
}

const scenarios: readonly Scenario[] = [
  { name: "one server", path: "/echo/mcp" },
  { name: "all, cold", path: "/mcp" },
  { name: "all, warm", path: "/mcp", isWarm: true },
  { name: "launcher", path: "/echo/mcp", isByLauncher: true },
  { name: "8 s server", path: "/echo/mcp", slowMs: 8_000 },
  { name: "wrong key", path: "/echo/mcp", isRefused: true },
];

const chosen = process.env["CLIENTS"]?.split(",");
const rows: string[] = [];

for (const client of agentClients.filter(({ name }) => chosen?.includes(name) ?? true))
  test(client.name, async (t) => {
    const program = await installedProgram(client).catch((error: Error) => error);
    if (program instanceof Error) {
      const why = program.message.split("\n")[0]?.slice(0, 120);
      rows.push(`| ${client.name} | skipped: ${why} |`);
      return t.skip(why);
    }
    const cells: string[] = [];
    for (const scenario of scenarios) cells.push(await outcome(t, client, program, scenario));
    rows.push(`| ${[client.name, ...cells].join(" | ")} |`);
    assert.deepEqual(
      cells.filter((cell) => cell !== "ok" && cell !== doesNotWait),
      [],
    );
  });

test.after(() => {
  console.log(["", `| client | ${scenarios.map(({ name }) => name).join(" | ")} |`, ...rows, ""].join("\n"));
});

/** `ok`, or the problem. */
async function outcome(
  t: TestContext,
  client: AgentClient,
  [program, ...first]: readonly [string, ...string[]],
  scenario: Scenario,
): Promise<string> {
  const home = await temporaryFolder(t);
  const { slowMs = 0 } = scenario;
  const entry = { id: "echo", runtime: slowMs > 0 ? late(slowMs) : fixture("echo") };
  const gateway = await startGateway(t, [entry], { config: { api_key: key } });
  if (scenario.isWarm) await warm(gateway.url);
  const model = await scriptedModel(t, /echo$/);
  const way = await wayTo(gateway.url, scenario, home);
  const { files = {}, args, env } = client.setup({ home, way, modelUrl: model.url, tool: "echo" });
  for (const [file, content] of Object.entries(files)) await write(join(home, file), content);
  const { ended, output } = await run(
    program,
    [...first, ...args],
    { ...env, HOME: home, XDG_CONFIG_HOME: join(home, ".config") },
    home,
  );
  await gateway.stop();
  const { called, answered } = client.toolCallIn?.(output) ?? model;
  if (scenario.isRefused) return called === "" && ended !== "late" ? "ok" : `called ${called}, ${ended}`;
  const isSlow = slowMs > 0 || scenario.isByLauncher;
  if (called === "" && client.isHasty && isSlow) return doesNotWait;
  if (called === "") return `no tool reached the model (${ended})`;
  const expected = client.isStrict ? /\{\}/ : /from the model/;
  // A client's text about an error also contains the arguments.
  const isAnswer = expected.test(answered) && !/\berror\b/i.test(answered);
  return isAnswer ? "ok" : `answer: ${answered.slice(0, 80)}`;
}

async function write(path: string, content: unknown): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, typeof content === "string" ? content : JSON.stringify(content));
}

/** The echo server, which reads nothing during this time. */
function late(ms: number) {
  const { args, ...runtime } = fixture("echo");
  const script = `setTimeout(() => import(${JSON.stringify(args[0])}), ${ms})`;
  return { ...runtime, args: ["--eval", script] };
}

async function warm(url: string): Promise<void> {
  const client = new McpClient(url, "", { Authorization: `Bearer ${key}` });
  await client.initialize();
  await client.request("tools/list");
}

async function wayTo(url: string, { path, isByLauncher, isRefused }: Scenario, home: string): Promise<Way> {
  const given = isRefused ? "another-key" : key;
  if (!isByLauncher) return { kind: "http", url: url + path, headers: { Authorization: `Bearer ${given}` } };
  const keyFile = join(home, "key");
  await writeFile(keyFile, given, { mode: 0o600 });
  const launcher = join(root, "dist/gateway-stdio.js");
  const args = [launcher, "--server", "echo", "--gateway", url, "--api-key-file", keyFile];
  return { kind: "launcher", command: process.execPath, args };
}

interface Ended {
  readonly ended: string;
  /** The end of its output. */
  readonly output: string;
}

/** Resolves when it has ended. A program that takes too long is ended. */
function run(
  program: string,
  args: readonly string[],
  env: Record<string, string>,
  cwd: string,
): Promise<Ended> {
  const { PATH } = process.env;
  const child = spawn(program, args, {
    cwd,
    env: { PATH, ...env },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (chunk: string) => {
      output = (output + chunk).slice(-2_000);
    });
  return new Promise((done) => {
    const timer = setTimeout(() => {
      endGroup(child);
      done({ ended: "late", output });
    }, longestMs);
    child.once("error", (error) => done({ ended: error.message, output }));
    child.once("close", (code) => {
      clearTimeout(timer);
      done({ ended: `exit ${code}: ${output.trim().split("\n").at(-1)?.slice(0, 100)}`, output });
    });
  });
}

/** Ends it with its children, because some programs are scripts that only start the client. */
function endGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, "SIGKILL");
  } catch {
    // All of them have already ended.
  }
}
