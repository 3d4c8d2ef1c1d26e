/** Sends concurrent tool calls to an MCP endpoint over HTTP, and returns the time of each call. */

import { Agent, request } from "node:http";

export interface Target {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The tool to call; default `echo`. */
  readonly tool?: string;
}

export interface Measured {
  readonly latenciesMs: readonly number[];
  readonly errors: number;
  readonly elapsedMs: number;
}

/** Sends `calls` calls of the tool `echo`, `inFlight` at a time, and checks each response. */
export async function load(target: Target, calls: number, inFlight: number): Promise<Measured> {
  const agent = new Agent({ keepAlive: true, maxSockets: inFlight });
  const latenciesMs: number[] = [];
  let errors = 0;
  let next = 0;
  const worker = async () => {
    for (let id = ++next; id <= calls; id = ++next) {
      const began = performance.now();
      const params = { name: target.tool ?? "echo", arguments: { message: `m${id}` } };
      const body = JSON.stringify({ jsonrpc: "2.0", id, method: "tools/call", params });
      const text = await post(target, body, agent).catch(() => "");
      latenciesMs.push(performance.now() - began);
      if (!text.includes(`"id":${id}`) || !text.includes(`m${id}`)) errors++;
    }
  };
  const began = performance.now();
  await Promise.all(Array.from({ length: inFlight }, worker));
  agent.destroy();
  return { latenciesMs, errors, elapsedMs: performance.now() - began };
}

/** Opens a session. The returned target has its id in the headers. */
export async function initialize(url: string): Promise<Target> {
  const headers = { "Content-Type": "application/json", Accept: "application/json, text/event-stream" };
  const agent = new Agent({ keepAlive: false });
  const params = {
    protocolVersion: "2025-11-25",
    capabilities: {},
    clientInfo: { name: "bench", version: "1" },
  };
  const session = Promise.withResolvers<string | undefined>();
  const body = JSON.stringify({ jsonrpc: "2.0", id: 0, method: "initialize", params });
  await post({ url, headers }, body, agent, (id) => session.resolve(id));
  const id = await session.promise;
  const target = { url, headers: id === undefined ? headers : { ...headers, "Mcp-Session-Id": id } };
  await post(target, '{"jsonrpc":"2.0","method":"notifications/initialized"}', agent);
  return target;
}

function post(
  target: Target,
  body: string,
  agent: Agent,
  session?: (id: string | undefined) => void,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = { ...target.headers, "Content-Length": Buffer.byteLength(body) };
    const sent = request(target.url, { method: "POST", agent, headers }, (response) => {
      session?.(response.headers["mcp-session-id"] as string | undefined);
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        text += chunk;
      });
      response.on("end", () => resolve(text));
      response.on("error", reject);
    });
    sent.on("error", reject);
    sent.end(body);
  });
}
