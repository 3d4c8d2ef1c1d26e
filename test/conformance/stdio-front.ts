/**
 * A bridge from Streamable HTTP to a program with MCP on stdin and stdout, because the suites support HTTP only. It
 * passes messages unchanged and reads only the parts that decide their destination. It has one process for each session
 * of the initialize era, and one for all requests of the stateless era. Of HTTP's own rules it follows those that the
 * suites check: the host, the envelope and its mirrored headers, and the status of an error.
 */

import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type JsonRpc, StdioChannel } from "./stdio-front/channel.ts";
import { modernVersion, refusal } from "./stdio-front/http-rules.ts";

export interface StdioFront {
  readonly url: string;
  /** Ends its processes by the end of their input. Resolves once they have ended. */
  readonly close: () => Promise<void>;
}

export async function openStdioFront(command: string, args: readonly string[]): Promise<StdioFront> {
  const bridge = new Bridge(command, args);
  const server = createServer((request, response) => void bridge.serve(request, response));
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  const close = async () => {
    await bridge.close();
    server.close().closeAllConnections();
  };
  return { url: `http://127.0.0.1:${port}/mcp`, close };
}

class Bridge {
  readonly #command: string;
  readonly #args: readonly string[];
  readonly #sessions = new Map<string, StdioChannel>();
  #stateless: StdioChannel | undefined;

  constructor(command: string, args: readonly string[]) {
    this.#command = command;
    this.#args = args;
  }

  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!request.headers.host?.startsWith("127.0.0.1:")) return void response.writeHead(403).end();
    const body = await bodyOf(request);
    const session = request.headers["mcp-session-id"]?.toString();
    if (session !== undefined) return this.#serveSession(request, response, session, body);
    if (request.method !== "POST") return void response.writeHead(405).end();
    const message = JSON.parse(body) as JsonRpc;
    if (isModern(request, message)) return this.#serveStateless(request, response, message, body);
    if (message.method !== "initialize") return void response.writeHead(400).end();
    this.#openSession().send(message, body, response);
  }

  async close(): Promise<void> {
    const channels = [...this.#sessions.values(), ...(this.#stateless ? [this.#stateless] : [])];
    await Promise.all(channels.map((channel) => channel.close()));
  }

  #start(headers: Record<string, string>): StdioChannel {
    return new StdioChannel(this.#command, this.#args, headers);
  }

  #openSession(): StdioChannel {
    const id = randomUUID();
    const channel = this.#start({ "mcp-session-id": id });
    this.#sessions.set(id, channel);
    return channel;
  }

  async #serveSession(request: IncomingMessage, response: ServerResponse, id: string, body: string) {
    const channel = this.#sessions.get(id);
    if (!channel) return void response.writeHead(404).end();
    if (request.method === "POST") return channel.send(JSON.parse(body) as JsonRpc, body, response);
    if (request.method === "GET") return channel.listen(response);
    this.#sessions.delete(id);
    await channel.close();
    response.writeHead(204).end();
  }

  #serveStateless(request: IncomingMessage, response: ServerResponse, message: JsonRpc, body: string): void {
    const error = refusal(request.headers, message);
    if (error) return answerError(response, message, error);
    this.#stateless ??= this.#start({});
    this.#stateless.send(message, body, response);
  }
}

function isModern(request: IncomingMessage, message: JsonRpc): boolean {
  const claimed = message.params?._meta?.["io.modelcontextprotocol/protocolVersion"];
  return claimed !== undefined || request.headers["mcp-protocol-version"] === modernVersion;
}

function answerError(response: ServerResponse, { id = null }: JsonRpc, error: object): void {
  response.writeHead(400, { "content-type": "application/json" });
  response.end(JSON.stringify({ jsonrpc: "2.0", id, error }));
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
