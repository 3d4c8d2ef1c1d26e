/** The public conformance suites: how each is started, its required result, and its results. */

import { spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parse } from "yaml";

export interface Suite {
  readonly name: string;
  /** The alias under which its version is installed. */
  readonly alias: "conformance-legacy" | "conformance-next";
  readonly flags: readonly string[];
  /** Number of scenarios that must pass. */
  readonly expected: number;
  /** A process settles on one era with its first message, so that suites of the other era need a new process. */
  readonly era: "initialize" | "stateless";
  /** For a suite that tests the gateway as the client of its own servers: the scenarios, each run by itself. */
  readonly scenarios?: readonly string[];
  /** The revision whose requirement set decides which scenarios count. Without one, all count. */
  readonly requirements?: string;
}

function required(revision: string, era: Suite["era"], expected: number): Suite {
  const flags = ["--requirements", revision];
  return { name: revision, alias: "conformance-next", flags, expected, era, requirements: revision };
}

function legacy(choice: string, expected: number): Suite {
  const name = `0.1.16-${choice}`;
  return { name, alias: "conformance-legacy", flags: ["--suite", choice], expected, era: "initialize" };
}

/** The scenarios of the suite for clients, without those about signing in. */
function client(revision: string, era: Suite["era"], scenarios: readonly string[]): Suite {
  const name = `client ${revision}`;
  const flags = ["--spec-version", revision];
  return { name, alias: "conformance-next", flags, expected: scenarios.length, era, scenarios };
}

export const suites: readonly Suite[] = [
  legacy("active", 30),
  legacy("all", 32),
  required("2025-11-25", "initialize", 30),
  required("2026-07-28", "stateless", 37),
  client("2025-11-25", "initialize", [
    ...["initialize", "tools_call", "elicitation-sep1034-client-defaults", "sse-retry"],
    "json-schema-2020-12-preservation",
  ]),
  client("2026-07-28", "stateless", [
    ...["tools_call", "request-metadata", "sep-2322-client-request-state", "http-standard-headers"],
    ...["http-custom-headers", "http-invalid-tool-headers", "json-schema-ref-no-deref"],
    "json-schema-2020-12-preservation",
  ]),
];

interface Check {
  readonly id: string;
  readonly status: "SUCCESS" | "FAILURE" | "WARNING" | "SKIPPED" | "INFO";
  readonly errorMessage?: string;
}

export interface Outcome {
  readonly scenario: string;
  /** Whether the result of the suite includes it. */
  readonly counts: boolean;
  readonly passed: boolean;
  /** Errors and warnings, one line each. */
  readonly remarks: readonly string[];
}

/** Limit for a suite that hangs. The suite itself stops a scenario after 30 s. */
const suiteTimeoutMs = 300_000;

/** Runs a suite, or one scenario of it, against a server. Rejects when it ran nothing. */
export async function runSuite(suite: Suite, url: string, scenario?: string): Promise<Outcome[]> {
  const folder = await mkdtemp(join(tmpdir(), "conformance-"));
  try {
    const flags = ["--url", url, "--output-dir", folder, ...flagsOf(suite, scenario)];
    const output = await run(suite, "server", flags);
    const outcomes = await readOutcomes(folder, await countingScenarios(suite));
    if (outcomes.length === 0) throw new Error(`${suite.name} ran nothing: ${output}`);
    return outcomes;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Runs the scenarios of a client suite, or one of them, with the gateway as the client. */
export async function runClientSuite(suite: Suite, scenario?: string): Promise<Outcome[]> {
  const scenarios = (suite.scenarios ?? []).filter((name) => scenario === undefined || name === scenario);
  const outcomes: Outcome[] = [];
  for (const name of scenarios) outcomes.push(await runClientScenario(suite, name));
  return outcomes;
}

async function runClientScenario(suite: Suite, scenario: string): Promise<Outcome> {
  const folder = await mkdtemp(join(tmpdir(), "conformance-"));
  try {
    const command = `"${process.execPath}" "${join(import.meta.dirname, "../gateway-client.ts")}"`;
    const flags = ["--command", command, "--scenario", scenario, ...suite.flags, "--output-dir", folder];
    await run(suite, "client", flags);
    const [found] = await readdir(folder);
    return outcome(scenario, await readChecks(join(folder, found ?? "")), true);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A requirement set cannot be reduced, but its scenarios can be run one by one at its revision. */
function flagsOf(suite: Suite, scenario: string | undefined): readonly string[] {
  if (scenario === undefined) return suite.flags;
  const revision = suite.requirements === undefined ? [] : ["--spec-version", suite.requirements, "--force"];
  return ["--scenario", scenario, ...revision];
}

/** Resolves with its complete output. */
function run(suite: Suite, leg: "server" | "client", args: readonly string[]): Promise<string> {
  const program = join(packageFolder(suite.alias), "dist/index.js");
  const child = spawn(process.execPath, [program, leg, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    timeout: suiteTimeoutMs,
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (chunk: string) => {
      output += chunk;
    });
  }
  return new Promise((done) => child.once("close", () => done(output)));
}

/** `CONFORMANCE_PACKAGES` names a folder to search besides this project's `node_modules`. */
function packageFolder(alias: string): string {
  const elsewhere = process.env["CONFORMANCE_PACKAGES"];
  const paths = [import.meta.dirname, ...(elsewhere === undefined ? [] : [elsewhere])];
  return dirname(createRequire(import.meta.url).resolve(`${alias}/package.json`, { paths }));
}

async function countingScenarios(suite: Suite): Promise<ReadonlySet<string> | undefined> {
  if (suite.requirements === undefined) return undefined;
  const file = join(packageFolder(suite.alias), "requirements", `${suite.requirements}.yaml`);
  const { server } = parse(await readFile(file, "utf8")) as { server: string[] };
  return new Set(server);
}

/** Each scenario has a folder, `server-<scenario>-<time>`, with its checks. They are in the order of execution. */
async function readOutcomes(folder: string, counting: ReadonlySet<string> | undefined): Promise<Outcome[]> {
  const found: { scenario: string; time: string; checks: readonly Check[] }[] = [];
  for (const name of await readdir(folder)) {
    const [, scenario, time] = /^server-(.+)-(\d{4}-\d\d-\d\dT.*)$/.exec(name) ?? [];
    if (scenario === undefined || time === undefined) continue;
    found.push({ scenario, time, checks: await readChecks(join(folder, name)) });
  }
  found.sort((a, b) => a.time.localeCompare(b.time));
  return found.map(({ scenario, checks }) => outcome(scenario, checks, counting?.has(scenario) ?? true));
}

/** A scenario that threw has no file. That is a failure, as in the suite. */
async function readChecks(folder: string): Promise<readonly Check[]> {
  const text = await readFile(join(folder, "checks.json"), "utf8").catch(() => undefined);
  if (text === undefined) return [{ id: "scenario", status: "FAILURE", errorMessage: "it did not finish" }];
  return JSON.parse(text) as Check[];
}

function outcome(scenario: string, checks: readonly Check[], counts: boolean): Outcome {
  const passed = !checks.some(({ status }) => status === "FAILURE");
  const bad = checks.filter(({ status }) => status === "FAILURE" || status === "WARNING");
  return { scenario, counts, passed, remarks: bad.map(remark) };
}

/** Some messages of the suites quote whole lists of tools. */
const remarkCharacters = 600;

function remark({ id, status, errorMessage = "" }: Check): string {
  const text = `${status} ${id}: ${errorMessage.replaceAll("\n", " | ")}`;
  return text.length > remarkCharacters ? `${text.slice(0, remarkCharacters)} …` : text;
}
