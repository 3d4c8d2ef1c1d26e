/** Clients for measurements, one for each transport. Each call is checked by the text that it returns. */

import { Agent, type ClientRequest, get, type IncomingMessage, request } from "node:http";
import type { RpcMessage } from "../../test/support/mcp-client.ts";
import { statelessVersion } from "../../test/support/stateless-client.ts";

export interface Called {
  readonly text: string;
  /** Number of notifications before the answer. */
  readonly notifications: number;
}

export interface BenchClient {
  call(tool: string, args: object, withProgress?: boolean): Promise<Called>;
  close(): Promise<void>;
}

/** The address of the tools: `prefix` stands before each name. */
export interface Address {
  readonly url: string;
  readonly prefix: string;
}

const json = { "Content-Type": "application/json" };
const both = { ...json, Accept: "application/json, text/event-stream" };
const withinMs = 40_000;
const initializeParams = {
  protocolVersion: "2025-06-18",
  capabilities: {},
  clientInfo: { name: "bench", version: "1" },
};

let lastId = 0;

function callMessage(name: string, args: object, withProgress: boolean, meta: object = {}) {
  const id = ++lastId;
  const _meta = { ...meta, ...(withProgress && { progressToken: id }) };
  const params = { name, arguments: args, ...(Object.keys(_meta).length > 0 && { _meta }) };
  return { id, body: JSON.stringify({ jsonrpc: "2.0", id, method: "tools/call", params }) };
}

/** The answer among the messages. */
function calledFrom(messages: readonly RpcMessage[], id: unknown): Called {
  const answer = messages.find((message) => message.method === undefined && message.id === id);
  const text: unknown = answer?.result?.content?.[0]?.text;
  if (typeof text !== "string")
    throw new Error(`no answer: ${JSON.stringify(answer ?? messages).slice(0, 200)}`);
  return { text, notifications: messages.filter(({ method }) => method !== undefined).length };
}

interface Response {
  readonly status: number;
  readonly session: string | undefined;
  readonly messages: readonly RpcMessage[];
}

function send({
  url,
  agent,
  headers,
  body = "",
  method = "POST",
}: {
  readonly url: string;
  readonly agent: Agent;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly method?: string;
}): Promise<Response> {
  return new Promise((resolve, reject) => {
    const length = { "Content-Length": Buffer.byteLength(body) };
    const sent = request(url, { method, agent, headers: { ...headers, ...length } }, (response) => {
      const messages: RpcMessage[] = [];
      const session = response.headers["mcp-session-id"];
      const done = () => {
        const id = typeof session === "string" ? session : undefined;
        resolve({ status: response.statusCode ?? 0, session: id, messages });
      };
      response.on("error", reject);
      if (response.headers["content-type"]?.startsWith("text/event-stream"))
        onEvents(response, (_, data) => data !== "" && messages.push(JSON.parse(data))).on("end", done);
      else
        wholeText(response).then((text) => {
          if (text.startsWith("{")) messages.push(JSON.parse(text));
          done();
        }, reject);
    });
    sent.setTimeout(withinMs, () => sent.destroy(new Error(`no answer within ${withinMs} ms`)));
    sent.on("error", reject);
    sent.end(body);
  });
}

async function wholeText(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

/** Linear in the bytes, also for a large event in many chunks. */
function onEvents(response: IncomingMessage, onEvent: (type: string, data: string) => void): IncomingMessage {
  let parts: string[] = [];
  response.setEncoding("utf8");
  response.on("data", (chunk: string) => {
    parts.push(chunk);
    if (!chunk.endsWith("\n") && !chunk.includes("\n\n")) return;
    const events = parts.join("").split("\n\n");
    parts = [events.pop() ?? ""];
    for (const event of events) {
      const lines = event.split("\n");
      const field = (name: string) =>
        lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
      onEvent(field("event") ?? "message", field("data") ?? "");
    }
  });
  return response;
}

/** Streamable HTTP with a session. Servers without sessions give no id. */
export class StreamableClient implements BenchClient {
  readonly #address: Address;
  readonly #agent: Agent;
  readonly #headers: Readonly<Record<string, string>>;

  private constructor(address: Address, agent: Agent, session: string | undefined) {
    this.#address = address;
    this.#agent = agent;
    this.#headers = {
      ...both,
      "MCP-Protocol-Version": initializeParams.protocolVersion,
      ...(session !== undefined && { "Mcp-Session-Id": session }),
    };
  }

  static async open(address: Address, agent = new Agent({ keepAlive: true })): Promise<StreamableClient> {
    const body = JSON.stringify({ jsonrpc: "2.0", id: 0, method: "initialize", params: initializeParams });
    const { session, status } = await send({ url: address.url, agent, headers: both, body });
    if (status !== 200) throw new Error(`HTTP ${status} for initialize`);
    const client = new StreamableClient(address, agent, session);
    const note = '{"jsonrpc":"2.0","method":"notifications/initialized"}';
    await send({ url: address.url, agent, headers: client.#headers, body: note });
    return client;
  }

  async call(tool: string, args: object, withProgress = false): Promise<Called> {
    const { id, body } = callMessage(this.#address.prefix + tool, args, withProgress);
    const { url } = this.#address;
    const { messages } = await send({ url, agent: this.#agent, headers: this.#headers, body });
    return calledFrom(messages, id);
  }

  async close(): Promise<void> {
    const { url } = this.#address;
    if ("Mcp-Session-Id" in this.#headers)
      await send({ url, agent: this.#agent, headers: this.#headers, method: "DELETE" }).catch(
        () => undefined,
      );
    this.#agent.destroy();
  }
}

/** Requests of the stateless era. */
export class StatelessClient implements BenchClient {
  readonly #address: Address;
  readonly #agent: Agent;

  constructor(address: Address, agent = new Agent({ keepAlive: true })) {
    this.#address = address;
    this.#agent = agent;
  }

  async call(tool: string, args: object, withProgress = false): Promise<Called> {
    const name = this.#address.prefix + tool;
    const { id, body } = callMessage(name, args, withProgress, {
      "io.modelcontextprotocol/protocolVersion": statelessVersion,
      "io.modelcontextprotocol/clientCapabilities": {},
    });
    const version = { "MCP-Protocol-Version": statelessVersion };
    const headers = { ...both, ...version, "Mcp-Method": "tools/call", "Mcp-Name": name };
    const { messages } = await send({ url: this.#address.url, agent: this.#agent, headers, body });
    return calledFrom(messages, id);
  }

  async close(): Promise<void> {
    this.#agent.destroy();
  }
}

/** HTTP+SSE of 2024-11-05. */
export class SseClient implements BenchClient {
  readonly #address: Address;
  readonly #agent: Agent;
  readonly #waiting = new Map<unknown, { messages: RpcMessage[]; done: (messages: RpcMessage[]) => void }>();
  #endpoint = "";
  #stream: ClientRequest | undefined;

  private constructor(address: Address, agent: Agent) {
    this.#address = address;
    this.#agent = agent;
  }

  static async open(address: Address, agent = new Agent({ keepAlive: true })): Promise<SseClient> {
    const client = new SseClient(address, agent);
    const opened = Promise.withResolvers<string>();
    const headers = { Accept: "text/event-stream" };
    client.#stream = get(address.url, { headers, agent: false }, (response) => {
      if (response.statusCode !== 200) opened.reject(new Error(`HTTP ${response.statusCode}`));
      onEvents(response, (type, data) => {
        if (type === "endpoint") opened.resolve(data);
        else client.#receive(JSON.parse(data));
      }).on("error", () => undefined);
    });
    client.#stream.on("error", opened.reject);
    client.#endpoint = new URL(await opened.promise, address.url).href;
    await client.#request(
      0,
      JSON.stringify({ jsonrpc: "2.0", id: 0, method: "initialize", params: initializeParams }),
    );
    await client.#post('{"jsonrpc":"2.0","method":"notifications/initialized"}');
    return client;
  }

  async call(tool: string, args: object, withProgress = false): Promise<Called> {
    const { id, body } = callMessage(this.#address.prefix + tool, args, withProgress);
    return calledFrom(await this.#request(id, body), id);
  }

  async close(): Promise<void> {
    this.#stream?.destroy();
    this.#agent.destroy();
  }

  async #post(body: string): Promise<void> {
    const { status } = await send({ url: this.#endpoint, agent: this.#agent, headers: json, body });
    if (status >= 300) throw new Error(`HTTP ${status}`);
  }

  async #request(id: unknown, body: string): Promise<RpcMessage[]> {
    const answered = new Promise<RpcMessage[]>((done, failed) => {
      const timer = setTimeout(() => failed(new Error(`no answer within ${withinMs} ms`)), withinMs);
      const settled = (messages: RpcMessage[]) => {
        clearTimeout(timer);
        done(messages);
      };
      this.#waiting.set(id, { messages: [], done: settled });
    });
    await this.#post(body);
    return answered;
  }

  #receive(message: RpcMessage): void {
    const isAnswer = message.method === undefined;
    const id = isAnswer ? message.id : message.params?.progressToken;
    const waiting = this.#waiting.get(id);
    waiting?.messages.push(message);
    if (!isAnswer || !waiting) return;
    this.#waiting.delete(id);
    waiting.done(waiting.messages);
  }
}
