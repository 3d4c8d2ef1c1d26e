/**
 * A client of Streamable HTTP that shows every message and header as received, because SDK clients hide details that
 * tests of a gateway check. One `McpClient` is one client session.
 */

export interface RpcMessage {
  readonly jsonrpc?: string;
  readonly id?: string | number | null;
  readonly method?: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests read messages of any shape
  readonly params?: any;
  // biome-ignore lint/suspicious/noExplicitAny: tests read messages of any shape
  readonly result?: any;
  readonly error?: { readonly code: number; readonly message: string };
  readonly [unknown: string]: unknown;
}

export interface ServerEvent {
  readonly id: string | undefined;
  readonly data: string;
}

export interface CallOptions {
  readonly id?: string | number;
  /** Called for every message on the call's own stream before the answer. The promise that it returns is awaited. */
  readonly onMessage?: (message: RpcMessage, event: ServerEvent) => unknown;
  readonly signal?: AbortSignal;
}

const accept = "application/json, text/event-stream";

export class McpClient {
  readonly endpoint: string;
  readonly headers: Record<string, string> = {};
  #lastId = 0;

  /** An empty `server` selects all servers. */
  constructor(gatewayUrl: string, server: string, headers: Record<string, string> = {}) {
    this.endpoint = server === "" ? `${gatewayUrl}/mcp` : `${gatewayUrl}/${server}/mcp`;
    Object.assign(this.headers, headers);
  }

  static async open(
    gatewayUrl: string,
    server: string,
    capabilities: object = {},
    protocolVersion = "2025-11-25",
  ): Promise<McpClient> {
    const client = new McpClient(gatewayUrl, server);
    await client.initialize(capabilities, protocolVersion);
    return client;
  }

  async initialize(capabilities: object = {}, protocolVersion = "2025-11-25"): Promise<RpcMessage> {
    const params = { protocolVersion, capabilities, clientInfo: { name: "test", version: "1" } };
    const response = await this.post({ jsonrpc: "2.0", id: "init", method: "initialize", params });
    const answer = await lastMessageOf(response);
    const session = response.headers.get("mcp-session-id");
    if (session !== null) this.headers["Mcp-Session-Id"] = session;
    if (answer.result) this.headers["MCP-Protocol-Version"] = answer.result.protocolVersion;
    await this.notify("notifications/initialized");
    return answer;
  }

  /** Sends a body unchanged. */
  post(body: unknown, signal?: AbortSignal): Promise<Response> {
    const headers = { "Content-Type": "application/json", Accept: accept, ...this.headers };
    const text = typeof body === "string" ? body : JSON.stringify(body);
    return fetch(this.endpoint, { method: "POST", headers, body: text, signal: signal ?? null });
  }

  async notify(method: string, params: object = {}): Promise<Response> {
    const response = await this.post({ jsonrpc: "2.0", method, params });
    await response.arrayBuffer();
    return response;
  }

  /** Answers a request of the server. */
  async answer(id: unknown, result: object): Promise<void> {
    await (await this.post({ jsonrpc: "2.0", id, result })).arrayBuffer();
  }

  /** The response to a request. `undefined` when its stream ended without one. */
  async request(
    method: string,
    params: object = {},
    options: CallOptions = {},
  ): Promise<RpcMessage | undefined> {
    const id = options.id ?? ++this.#lastId;
    const response = await this.post({ jsonrpc: "2.0", id, method, params }, options.signal);
    if (!response.headers.get("content-type")?.startsWith("text/event-stream"))
      return (await response.json()) as RpcMessage;
    for await (const event of eventsOf(response)) {
      if (event.data === "") continue;
      const message = JSON.parse(event.data) as RpcMessage;
      if (message.method === undefined && message.id === id) return message;
      await options.onMessage?.(message, event);
    }
    return undefined;
  }

  /** The text a tool answers with. */
  async callTool(
    name: string,
    args: object = {},
    options: CallOptions & { token?: string | number } = {},
  ): Promise<string> {
    const meta = options.token === undefined ? {} : { _meta: { progressToken: options.token } };
    const answer = await this.request("tools/call", { name, arguments: args, ...meta }, options);
    if (answer?.error) throw new Error(`${answer.error.code} ${answer.error.message}`);
    return answer?.result.content[0].text;
  }

  /** The GET stream. Resolves once it is open. */
  async listen(signal: AbortSignal, lastEventId?: string): Promise<AsyncGenerator<ServerEvent>> {
    const headers = {
      Accept: "text/event-stream",
      ...this.headers,
      ...(lastEventId !== undefined && { "Last-Event-ID": lastEventId }),
    };
    const response = await fetch(this.endpoint, { headers, signal });
    if (!response.ok) throw new Error(`GET answered ${response.status}: ${await response.text()}`);
    return eventsOf(response);
  }

  async end(): Promise<number> {
    const response = await fetch(this.endpoint, { method: "DELETE", headers: this.headers });
    await response.arrayBuffer();
    return response.status;
  }
}

/** The answer in a response, whether it is the whole body or, as for a slow call, the end of a stream. */
async function lastMessageOf(response: Response): Promise<RpcMessage> {
  if (!response.headers.get("content-type")?.startsWith("text/event-stream"))
    return (await response.json()) as RpcMessage;
  let last = "{}";
  for await (const { data } of eventsOf(response)) if (data !== "") last = data;
  return JSON.parse(last) as RpcMessage;
}

/** The events of a response, without comments. */
export async function* eventsOf(response: Response): AsyncGenerator<ServerEvent> {
  let rest = "";
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    const blocks = (rest + decoder.decode(chunk as Uint8Array, { stream: true })).split("\n\n");
    rest = blocks.pop() ?? "";
    for (const block of blocks) {
      const event = eventOf(block);
      if (event) yield event;
    }
  }
}

function eventOf(block: string): ServerEvent | undefined {
  const field = (name: string) =>
    block
      .split("\n")
      .flatMap((line) => (line.startsWith(`${name}: `) ? [line.slice(name.length + 2)] : []))[0];
  const data = field("data");
  return data === undefined ? undefined : { id: field("id"), data };
}
