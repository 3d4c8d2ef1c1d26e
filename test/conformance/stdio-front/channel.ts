/** One process behind the bridge. Its output goes to the HTTP response that waits for it. */

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { createInterface } from "node:readline";

/** The parts of a message that decide its destination. */
export interface JsonRpc {
  readonly id?: string | number | null;
  readonly method?: string;
  readonly params?: {
    readonly _meta?: Readonly<Record<string, string | number>>;
    readonly progressToken?: string | number;
    readonly name?: string;
    readonly uri?: string;
  };
  readonly error?: { readonly code: number };
}

/** HTTP statuses of refused requests (2026-07-28). Every other error is sent like an answer. */
const statusOf: Readonly<Record<number, number>> = {
  [-32601]: 404,
  [-32602]: 400,
  [-32021]: 400,
  [-32022]: 400,
};
const subscription = "io.modelcontextprotocol/subscriptionId";

interface OpenPost {
  readonly request: JsonRpc;
  readonly response: ServerResponse;
}

export class StdioChannel {
  readonly #child: ChildProcess;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #open = new Map<unknown, OpenPost>();
  readonly #kept: string[] = [];
  #stream: ServerResponse | undefined;

  constructor(command: string, args: readonly string[], headers: Readonly<Record<string, string>>) {
    this.#headers = headers;
    const child = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"] });
    // The requests in flight notice the end of the process.
    child.stdin.on("error", () => {});
    child.once("exit", () => this.#ended());
    createInterface({ input: child.stdout }).on("line", (line) => this.#deliver(line));
    this.#child = child;
  }

  /** Writes a message to the process. The response of a request is sent once the process has answered. */
  send(message: JsonRpc, body: string, response: ServerResponse): void {
    this.#child.stdin?.write(`${body}\n`);
    const isRequest = message.method !== undefined && message.id !== undefined;
    if (!isRequest) return void response.writeHead(202).end();
    this.#open.set(message.id, { request: message, response });
    response.once("close", () => this.#left(message, response));
  }

  /** The stream for all messages that belong to no request. */
  listen(response: ServerResponse): void {
    this.#stream = openStream(response, this.#headers);
    for (const line of this.#kept.splice(0)) this.#stream.write(event(line));
  }

  async close(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.stdin?.end();
    await once(this.#child, "exit");
  }

  #deliver(line: string): void {
    const message = JSON.parse(line) as JsonRpc;
    if (message.method === undefined) return this.#answer(message, line);
    const response = this.#postFor(message)?.response ?? this.#stream;
    if (!response) return void this.#kept.push(line);
    openStream(response, this.#headers).write(event(line));
  }

  #answer(message: JsonRpc, line: string): void {
    const response = this.#open.get(message.id)?.response;
    this.#open.delete(message.id);
    if (response?.headersSent) return void response.end(event(line));
    const status = statusOf[message.error?.code ?? 0] ?? 200;
    response?.writeHead(status, { ...this.#headers, "content-type": "application/json" }).end(line);
  }

  /** A message that names its request goes there. Others go to the newest open request that does not only listen. */
  #postFor({ params }: JsonRpc): OpenPost | undefined {
    const posts = [...this.#open.values()];
    const listener = params?._meta?.[subscription];
    if (listener !== undefined) return posts.find(({ request }) => String(request.id) === String(listener));
    const token = params?.progressToken;
    const owner = posts.find(({ request }) => request.params?._meta?.["progressToken"] === token);
    if (token !== undefined && owner) return owner;
    return posts.findLast(({ request }) => request.method !== "subscriptions/listen");
  }

  /** In the stateless era a client that disconnects before the answer has cancelled its request. */
  #left({ id }: JsonRpc, response: ServerResponse): void {
    if (this.#open.get(id)?.response !== response) return;
    this.#open.delete(id);
    if ("mcp-session-id" in this.#headers) return;
    const cancel = { jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: id } };
    this.#child.stdin?.write(`${JSON.stringify(cancel)}\n`);
  }

  #ended(): void {
    for (const { response } of this.#open.values()) response.destroy();
    this.#stream?.destroy();
  }
}

function openStream(response: ServerResponse, headers: Readonly<Record<string, string>>): ServerResponse {
  if (response.headersSent) return response;
  response.writeHead(200, { ...headers, "content-type": "text/event-stream" }).flushHeaders();
  return response;
}

function event(line: string): string {
  return `data: ${line}\n\n`;
}
