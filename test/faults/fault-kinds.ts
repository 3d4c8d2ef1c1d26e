/** The faults. Each begins, may last a while, and has ended when its function resolves. */

import { rm, writeFile } from "node:fs/promises";
import { Agent } from "node:http";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { type Entry, entriesText } from "./entries.ts";
import type { Remote } from "./remote.ts";
import { NoAnswerError, post } from "./wire.ts";
import { answerMs, type World } from "./world.ts";

export interface FaultSite {
  readonly world: World;
  readonly remote: Remote;
  readonly entries: readonly Entry[];
  /** While this file exists, servers do not start. */
  readonly brokenFile: string;
  /** A small file system that only the gateway's cache is on, or the reason why there is none. */
  readonly smallDisk: string | { readonly missing: string };
}

export type Fault = (site: FaultSite) => Promise<void>;

const dayMs = 86_400_000;
const localServers = ["alpha", "beta"];

/** Faults that a server has on request. */
const inServer = (kind: string): Fault => {
  return async ({ world }) => {
    await callFault(world, localServers[world.random(localServers.length)] ?? "", kind);
  };
};

export const faults: Readonly<Record<string, Fault>> = {
  "child exits in a call": inServer("exit"),
  "child exits in the middle of a line": inServer("half-line"),
  "child blocks": inServer("block"),
  "child floods the client": inServer("flood"),
  "child floods its log": inServer("stderr"),
  "child writes noise": inServer("noise"),
  "child answers twice": inServer("twice"),
  "child writes in pieces": inServer("pieces"),
  "child closes its output": inServer("close-output"),
  "child does not answer": inServer("never"),
  "child hangs": async ({ world }) => {
    const asked = inServerNow(world, "stop");
    await wait(500 + world.random(6_000));
    for (const pid of await world.gateway.servers()) signal(pid, "SIGCONT");
    await asked;
  },
  "child is killed": async ({ world }) => {
    const pids = await world.gateway.servers();
    for (let n = 0; n < 1 + world.random(3); n++) signal(pids[world.random(pids.length)], "SIGKILL");
  },
  "child does not start": async ({ world, brokenFile }) => {
    await writeFile(brokenFile, "");
    for (const pid of await world.gateway.servers()) signal(pid, "SIGKILL");
    await wait(200 + world.random(1_500));
    await rm(brokenFile);
  },
  "remote connections are cut": async ({ remote }) => remote.cut(),
  "remote refuses connections": async ({ world, remote }) => {
    remote.refuses = true;
    await wait(200 + world.random(1_500));
    remote.refuses = false;
  },
  "remote does not transfer": async ({ world, remote }) => {
    remote.holds = true;
    await wait(500 + world.random(6_000));
    remote.holds = false;
  },
  "remote forgets its sessions": ({ remote }) => remote.forget(),
  "remote restarts": ({ remote }) => remote.restart(),
  "reload storm": async ({ world, entries }) => {
    for (let n = 0; n < 30; n++) {
      const more = {
        id: `more-${world.random(5)}`,
        enabled: false,
        runtime: { type: "local-process", command: "node" },
      };
      const text = entriesText([...entries, more]);
      const cut = world.random(3) === 0 ? text.slice(0, world.random(text.length)) : text;
      await world.gateway.writeCatalog(cut, world.random(2) === 0);
      if (world.random(2) === 0) void reload(world);
      await wait(world.random(60));
    }
    await world.gateway.writeCatalog(entriesText(entries));
    await reload(world);
  },
  "entry is removed and added": async ({ world, entries }) => {
    const at = world.random(entries.length);
    await world.gateway.writeCatalog(entriesText(entries.filter((_, index) => index !== at)));
    await reload(world);
    await wait(world.random(500));
    await world.gateway.writeCatalog(entriesText(entries));
    await reload(world);
  },
  "entry changes and its server restarts": async ({ world, entries }) => {
    const at = world.random(entries.length);
    const changed = entries.map((entry, index) =>
      index === at ? { ...entry, env: { ...entry.env, CHANGED: String(world.random(1_000)) } } : entry,
    );
    await world.gateway.writeCatalog(entriesText(changed));
    await reload(world);
    await rest(world, `/servers/${entries[at]?.id}/restart`);
    await world.gateway.writeCatalog(entriesText(entries));
    await reload(world);
  },
  "server is stopped by request": async ({ world, entries }) => {
    await rest(world, `/servers/${entries[world.random(entries.length)]?.id}/stop`);
  },
  "disk is full": async ({ world, smallDisk }) => {
    if (typeof smallDisk !== "string") return;
    const file = join(smallDisk, "filling");
    await writeFile(file, Buffer.alloc(64 * 1024 * 1024)).catch(() => undefined);
    for (const pid of await world.gateway.servers()) signal(pid, "SIGKILL");
    await wait(300 + world.random(700));
    await rm(file, { force: true });
  },
  "client reads slowly": ({ world }) => slowClient(world),
  "clients vanish": async ({ world }) => {
    await Promise.all(Array.from({ length: 20 }, () => vanishingClient(world)));
  },
  "sessions come and go": async ({ world }) => {
    await Promise.all(Array.from({ length: 30 }, () => shortSession(world)));
  },
  "clock jumps": async ({ world }) => {
    await world.gateway.setClock((world.random(2) === 0 ? 1 : -1) * dayMs * (1 + world.random(30)));
    await wait(500);
    await world.gateway.setClock(0);
  },
  "machine sleeps": async ({ world }) => {
    world.gateway.signal("SIGSTOP");
    await wait(300 + world.random(2_000));
    world.gateway.signal("SIGCONT");
  },
  "gateway is stopped and started": async ({ world }) => {
    const { code, orphans } = await world.gateway.end("SIGTERM");
    if (code !== 0) world.ledger.violate(`the gateway exited with ${code} after SIGTERM`);
    if (orphans.length > 0) world.ledger.violate(`SIGTERM left ${orphans.length} processes`);
    await world.gateway.start();
  },
};

export async function killGateway({ world }: FaultSite): Promise<void> {
  const { orphans } = await world.gateway.end("SIGKILL");
  if (orphans.length > 0) world.ledger.violate(`SIGKILL left ${orphans.length} processes`);
  await world.gateway.start();
}

function signal(pid: number | undefined, name: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(pid, name);
  } catch {
    // It ended meanwhile.
  }
}

function inServerNow(world: World, kind: string): Promise<void> {
  return callFault(world, localServers[world.random(localServers.length)] ?? "", kind);
}

/** Calls the tool `fault` without a session. The call may fail, but it ends. */
async function callFault(world: World, server: string, kind: string): Promise<void> {
  const token = world.ledger.open(`fault ${kind}`);
  const call = { token, id: token, tool: `fault ${kind}`, params: {} };
  const began = world.moment();
  const params = { name: "fault", arguments: { token, kind } };
  const body = JSON.stringify({ jsonrpc: "2.0", id: token, method: "tools/call", params });
  const headers = { "Content-Type": "application/json", "X-Server-ID": server };
  const agent = new Agent();
  try {
    const url = `${world.gateway.url}/rpc`;
    const { messages, status } = await post({ url, headers, body, agent, withinMs: answerMs });
    if (status >= 400 && messages[0]?.jsonrpc === undefined)
      world.failed(call, began, "fault", `HTTP ${status} ${messages[0]?.["message"]}`);
    else world.judge(call, began, messages, "fault");
  } catch (error) {
    world.cut(call, began, "fault", error);
  } finally {
    agent.destroy();
  }
}

async function rest(world: World, path: string): Promise<void> {
  const began = world.moment();
  try {
    const response = await fetch(world.gateway.url + path, {
      method: "POST",
      signal: AbortSignal.timeout(answerMs),
    });
    await response.text();
  } catch (error) {
    if (world.wasUpSince(began)) world.ledger.violate(`POST ${path} failed: ${error}`);
  }
}

function reload(world: World): Promise<void> {
  return rest(world, "/admin/reload");
}

/** The bytes of a simple client's request for the tool `large`. */
function rawRequest(token: number, bytes: number): string {
  const params = { name: "large", arguments: { token, bytes } };
  const body = JSON.stringify({ jsonrpc: "2.0", id: token, method: "tools/call", params });
  const head = `POST /rpc HTTP/1.1\r\nHost: localhost\r\nX-Server-ID: alpha\r\nContent-Type: application/json`;
  return `${head}\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
}

async function openSocket(world: World): Promise<Socket | undefined> {
  const { port } = new URL(world.gateway.url);
  const socket = connect(Number(port), "127.0.0.1");
  const connected = new Promise<boolean>((done) => {
    socket.once("connect", () => done(true)).on("error", () => done(false));
  });
  return (await connected) ? socket : undefined;
}

/** Takes a large answer in small parts. All of it must arrive. */
async function slowClient(world: World): Promise<void> {
  const token = world.ledger.open("slow client");
  const call = { token, id: token, tool: "large", params: {} };
  const began = world.moment();
  const socket = await openSocket(world);
  if (!socket) return world.cut(call, began, "slow client", "no connection");
  let text = "";
  socket.setEncoding("utf8").on("data", (chunk: string) => {
    text += chunk;
    socket.pause();
    setTimeout(() => socket.resume(), 2);
  });
  const ended = new Promise<void>((done) => socket.once("close", () => done()));
  socket.write(rawRequest(token, 3_000_000 + world.random(3_000_000)));
  const timer = setTimeout(() => socket.destroy(new NoAnswerError("too slow")), answerMs);
  await ended;
  clearTimeout(timer);
  const body = text.slice(text.indexOf("\r\n\r\n") + 4);
  try {
    world.judge(call, began, [JSON.parse(body)], "slow client");
  } catch (error) {
    world.cut(call, began, "slow client", error);
  }
}

/** Disconnects within the head, within the body, or while it waits for the answer. */
async function vanishingClient(world: World): Promise<void> {
  const token = world.ledger.open("vanishing client");
  const socket = await openSocket(world);
  const request = rawRequest(token, 500_000);
  socket?.write(request.slice(0, 1 + world.random(request.length + 100)));
  await wait(world.random(50));
  socket?.destroy();
  world.ledger.close(token, "excused");
}

/** Opens a session and ends it while a call is in flight. The call is answered, or ends with the session. */
async function shortSession(world: World): Promise<void> {
  const agent = new Agent({ keepAlive: true });
  const began = world.moment();
  const url = `${world.gateway.url}/alpha/mcp`;
  const headers = { "Content-Type": "application/json", Accept: "application/json, text/event-stream" };
  const send = (message: object, more: Record<string, string> = {}, method = "POST") => {
    const body = method === "POST" ? JSON.stringify({ jsonrpc: "2.0", ...message }) : "";
    return post({ url, headers: { ...headers, ...more }, body, agent, withinMs: answerMs, method });
  };
  const token = world.ledger.open("short session");
  try {
    const clientInfo = { name: "short", version: "1" };
    const params = { protocolVersion: "2025-11-25", capabilities: {}, clientInfo };
    const opened = await send({ id: 0, method: "initialize", params });
    const session = { "Mcp-Session-Id": String(opened.headers["mcp-session-id"]) };
    const slow = { name: "slow", arguments: { token, ms: world.random(60) } };
    const [reply] = await Promise.all([
      send({ id: 1, method: "tools/call", params: slow }, session).catch(() => undefined),
      wait(world.random(40)).then(() => send({}, session, "DELETE")),
    ]);
    const answers = reply?.messages.filter(({ result }) => result !== undefined) ?? [];
    const wrong = answers.filter(
      ({ result, id }) => id !== 1 || result.content[0].text !== JSON.stringify({ token }),
    );
    if (answers.length > 1 || wrong.length > 0)
      world.ledger.violate(`short session: call ${token} got ${JSON.stringify(answers).slice(0, 200)}`);
  } catch (error) {
    if (world.wasUpSince(began)) world.ledger.violate(`short session: ${error}`);
  } finally {
    world.ledger.close(token, "excused");
    agent.destroy();
  }
}
