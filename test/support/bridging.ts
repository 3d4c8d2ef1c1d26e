/**
 * Clients and servers of either era, in all four pairs, in front of every kind of backend: the checks that must pass
 * with any front between them.
 */

import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type TestContext, test } from "node:test";
import { fixture, root, startGateway, temporaryFolder } from "./gateway.ts";
import {
  type Address,
  connect,
  type Era,
  everyCapability,
  type Peer,
  type PeerKind,
  type Person,
  type Progress,
  peerKinds,
} from "./peers.ts";
import { until } from "./until.ts";

export const eras: readonly Era[] = ["initialize", "stateless"];
export const kinds = Object.keys(peerKinds) as PeerKind[];
export const backends = ["stdio", "http"] as const;
type Backend = (typeof backends)[number];
/** The connection between clients and server. `none` is without a gateway, for pairs of one era. */
export type Front =
  | "none"
  | "/asks/mcp"
  | "/mcp"
  | "gateway-stdio --server asks"
  | "gateway-stdio"
  | "gateway-stdio --server asks --gateway";

/** Long enough for a loaded machine, and shorter than the SDK's own 60 s. */
const perCheck = { timeout: 30_000 };
const perStage = { timeout: 600_000 };

/** A server behind a front. */
interface Stage {
  readonly address: Address;
  /** The client's name of a tool. */
  readonly tool: (name: string) => string;
  /** The client's name of a resource. */
  readonly uri: (uri: string) => string;
  readonly filtered: boolean;
}

/** A client in front of it, with the data that a check needs. */
interface Pair extends Stage {
  readonly kind: PeerKind;
  /** Distinguishes its calls from other calls in the same process. */
  readonly key: string;
}

const ada: Person = {
  answers: { name: "Ada", colour: "teal", verdict: "a fine pair" },
  roots: ["file:///home/ada", "file:///tmp"],
};

export async function stage(t: TestContext, server: Era, backend: Backend, front: Front): Promise<Stage> {
  const runtime = backend === "stdio" ? fixture("asks-thrice", server) : await remote(t, server);
  const own = { tool: (name: string) => name, uri: (uri: string) => uri };
  if (front === "none") return { address: direct(runtime), ...own, filtered: false };
  const catalog = [{ id: "asks", runtime, tools: { deny: ["secret"] } }];
  const address = await behind(t, front, catalog);
  const prefixed = { tool: (name: string) => `asks__${name}`, uri: (uri: string) => `asks+${uri}` };
  const oneServer = front.includes("asks");
  return { address, ...(oneServer ? own : prefixed), filtered: true };
}

async function behind(t: TestContext, front: Front, catalog: object[]): Promise<Address> {
  if (front === "gateway-stdio") return gatewayStdio(t, [], catalog);
  if (front === "gateway-stdio --server asks") return gatewayStdio(t, ["--server", "asks"], catalog);
  const { url } = await startGateway(t, catalog);
  if (front.startsWith("/")) return { url: `${url}${front}` };
  return gatewayStdio(t, ["--server", "asks", "--gateway", url]);
}

type Runtime = { readonly url: string } | { readonly command: string; readonly args: string[] };

function direct(runtime: Runtime): Address {
  return "url" in runtime ? { url: runtime.url } : { ...runtime, env: {} };
}

/** The fixture as a remote. It ends with the test. */
export async function remote(t: TestContext, era: Era): Promise<{ type: string; url: string }> {
  const { command, args } = fixture("asks-thrice", era, "http");
  const child = spawn(command, args, { stdio: ["pipe", "pipe", "ignore"] });
  t.after(() => ended(child));
  const [line] = await once(createInterface({ input: child.stdout }), "line");
  return { type: "remote-sse", url: `http://127.0.0.1:${JSON.parse(line).port}/mcp` };
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill("SIGKILL");
  await gone;
}

async function gatewayStdio(t: TestContext, flags: string[], catalog?: object[]): Promise<Address> {
  const folder = await temporaryFolder(t);
  const path = join(folder, "catalog.yaml");
  if (catalog) await writeFile(path, JSON.stringify({ servers: catalog }));
  const own = catalog ? ["--catalog", path] : [];
  return {
    command: process.execPath,
    args: [join(root, "dist/gateway-stdio.js"), ...flags, ...own],
    env: { MCP_GATEWAY_CACHE_DIR: join(folder, "cache") },
  };
}

export const surveyQuestions = (
  who: string,
  { name = "", colour = "" }: Readonly<Record<string, string>>,
) => [
  `What is the name of ${who}?`,
  `Which colour does ${name} like?`,
  `What do you think of ${name} in ${colour}?`,
];

/** Resolves when the condition holds. Fails when the call ends before. */
async function during(call: Promise<unknown>, what: string, look: () => boolean | Promise<boolean>) {
  const ended = call.then((answer) => Promise.reject(new Error(`not before the answer ${answer}: ${what}`)));
  await Promise.race([ended, until(what, look)]);
}

/** Checks each step of a call, then lets it finish. */
async function follow(peer: Peer, { tool, key }: Pair, name: string, call: string): Promise<void> {
  const args = { key: `${key}-${call}` };
  const seen: number[] = [];
  const onprogress = ({ progress, total }: Progress) => {
    if (total === 3) seen.push(progress);
  };
  const answer = peer.call(tool(name), args, { onprogress });
  await during(answer, "all steps are seen", () => seen.length >= 3);
  await peer.call(tool("finish"), args);
  assert.equal(await answer, "done");
  assert.deepEqual(seen, [1, 2, 3]);
}

async function cancel(t: TestContext, { kind, address, tool, key }: Pair, name: string): Promise<void> {
  const peer = await connect(t, kind, address, ada);
  const args = { key: `${key}-${name}` };
  const state = () => peer.call(tool("waits"), args);
  const abort = new AbortController();
  const call = peer.call(tool(name), args, { signal: abort.signal });
  await during(call, "the call waits", async () => (await state()) === "waiting");
  abort.abort();
  await assert.rejects(call);
  await until("the server knows", async () => (await state()) === "cancelled");
}

type Check = (t: TestContext, pair: Pair) => Promise<void>;

const checks: Readonly<Record<string, Check>> = {
  "every tool is listed, each once": async (t, { kind, address, tool, filtered }) => {
    const peer = await connect(t, kind, address);
    const steps = ["steps", "finish", "steps-later"];
    const waits = ["wait", "wait-later", "waits"];
    const tools = ["survey", "both", "rooted", ...steps, "change", ...waits, "pid"];
    const expected = filtered ? tools : [...tools, "secret"];
    // Other checks add tools.
    const listed = (await peer.tools()).filter((name) => !name.includes("grown-"));
    assert.deepEqual(listed, expected.map(tool));
  },

  "two forms and a sampling in one call: each question once, in order, each answer in its place": async (
    t,
    { kind, address, tool },
  ) => {
    const peer = await connect(t, kind, address, ada);
    assert.equal(await peer.call(tool("survey"), { who: "the engineer" }), "Ada in teal: a fine pair");
    assert.deepEqual(peer.asked, surveyQuestions("the engineer", ada.answers ?? {}));
  },

  "two questions at once": async (t, { kind, address, tool }) => {
    const peer = await connect(t, kind, address, ada);
    assert.equal(await peer.call(tool("both")), "Ada at file:///home/ada file:///tmp");
    assert.deepEqual([...peer.asked].sort(), ["What is the name of both?", "roots"]);
  },

  "the client's roots": async (t, { kind, address, tool }) => {
    const peer = await connect(t, kind, address, ada);
    assert.equal(await peer.call(tool("rooted")), "file:///home/ada file:///tmp");
    assert.deepEqual(peer.asked, ["roots"]);
  },

  "progress of each call, with its own token, while the call lasts": async (t, pair) => {
    const peer = await connect(t, pair.kind, pair.address);
    await Promise.all([1, 2, 3].map((n) => follow(peer, pair, "steps", `progress-${n}`)));
    assert.deepEqual(peer.complaints, []);
  },

  "progress after a question, though each round of the call has a token of its own": async (t, pair) => {
    const peer = await connect(t, pair.kind, pair.address, ada);
    await follow(peer, pair, "steps-later", "later-1");
    await Promise.all([2, 3].map((n) => follow(peer, pair, "steps-later", `later-${n}`)));
    assert.deepEqual(peer.complaints, []);
  },

  "logs, for the client that wants them": async (t, { kind, address, tool, key }) => {
    const [curious, other] = [await connect(t, kind, address), await connect(t, kind, address)];
    await curious.wantLogs();
    const args = { key: `${key}-logs` };
    const call = curious.call(tool("steps"), args);
    await during(call, "all steps are logged", () => curious.told.length >= 3);
    // In a process of its own a client finishes its calls itself.
    await curious.call(tool("finish"), args);
    await call;
    assert.deepEqual(
      curious.told.map(({ method, data }) => [method, data]),
      ["step 1", "step 2", "step 3"].map((data) => ["notifications/message", data]),
    );
    // The server decides about the logs for a client of the initialize era that requested none.
    if (peerKinds[kind].era === "initialize") return;
    await Promise.all([other.call(tool("finish"), args), other.call(tool("steps"), args)]);
    assert.deepEqual(other.told, []);
  },

  "a client that cannot sample is told so": async (t, { kind, address, tool }) => {
    const { elicitation, roots } = everyCapability;
    const peer = await connect(t, kind, address, { ...ada, capabilities: { elicitation, roots } });
    await assert.rejects(peer.call(tool("survey"), { who: "the engineer" }), /sampling/i);
    assert.deepEqual(peer.asked, surveyQuestions("the engineer", ada.answers ?? {}).slice(0, 2));
  },

  "changed tools and an updated resource are heard of": async (t, { kind, address, tool, uri }) => {
    const peer = await connect(t, kind, address);
    const counter = uri("test://counter");
    await peer.watch(counter);
    const count = await peer.call(tool("change"));
    await peer.hears("notifications/tools/list_changed");
    await peer.hears("notifications/resources/updated", counter);
    const subscription = peerKinds[kind].era === "stateless" ? "listen:0" : undefined;
    for (const told of peer.told) assert.equal(told.subscription, subscription);
    assert.equal(await peer.read(counter), count);
    assert.ok((await peer.tools()).includes(tool(`grown-${count}`)));
  },

  "a cancelled call is cancelled in the server": (t, pair) => cancel(t, pair, "wait"),

  "a call cancelled after its question is cancelled in the server": (t, pair) =>
    cancel(t, pair, "wait-later"),

  "a hidden tool cannot be called": async (t, { kind, address, tool, filtered }) => {
    const peer = await connect(t, kind, address);
    if (!filtered) assert.equal(await peer.call(tool("secret")), "told");
    else await assert.rejects(peer.call(tool("secret")), { code: -32602 });
  },
};

function kindsFor(front: Front, server: Era, clients: readonly PeerKind[]): PeerKind[] {
  return clients.filter((kind) => front !== "none" || peerKinds[kind].era === server);
}

/** Declares the tests of these clients behind these fronts. */
export function checkFronts(fronts: readonly Front[], clients: readonly PeerKind[]): void {
  for (const front of fronts) {
    for (const backend of backends) for (const server of eras) checkFront(front, clients, backend, server);
  }
}

function checkFront(front: Front, clients: readonly PeerKind[], backend: Backend, server: Era): void {
  const via = front === "none" ? "no gateway" : front;
  test(`${via}, ${server} server over ${backend}`, perStage, async (t) => {
    const set = await stage(t, server, backend, front);
    for (const kind of kindsFor(front, server, clients)) {
      const pair = { ...set, kind, key: kind };
      for (const [title, check] of Object.entries(checks))
        await t.test(`${peerKinds[kind].name}: ${title}`, perCheck, (inner) => check(inner, pair));
    }
  });
}
