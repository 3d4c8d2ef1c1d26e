/** A client of HTTP+SSE (2024-11-05) that shows every message as received. */

import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import type { RpcMessage } from "./mcp-client.ts";

export class SseClient {
  /** Address for its messages, from the first event of the stream. */
  endpoint = "";
  /** All messages except for answers. */
  readonly heard: RpcMessage[] = [];
  /** Resolves with the first of them. */
  readonly heardOne: Promise<void>;
  /** Its answer to a request of the server. */
  onRequest: (request: RpcMessage) => object = () => ({});
  readonly #headers: Record<string, string>;
  readonly #abort = new AbortController();
  readonly #waiting = new Map<unknown, (answer: RpcMessage) => void>();
  readonly #first = Promise.withResolvers<void>();
  #lastId = 0;

  private constructor(headers: Record<string, string>) {
    this.#headers = headers;
    this.heardOne = this.#first.promise;
  }

  static async open(
    t: TestContext,
    url: string,
    path: string,
    headers: Record<string, string> = {},
  ): Promise<SseClient> {
    const client = new SseClient(headers);
    t.after(() => client.close());
    const response = await fetch(url + path, {
      headers: { Accept: "text/event-stream", ...headers },
      signal: client.#abort.signal,
    });
    assert.equal(response.status, 200);
    const opened = Promise.withResolvers<string>();
    void client.#read(response, opened.resolve).catch(() => undefined);
    client.endpoint = new URL(await opened.promise, url + path).href;
    return client;
  }

  async initialize(capabilities: object = {}): Promise<RpcMessage> {
    const clientInfo = { name: "sse", version: "1" };
    const params = { protocolVersion: "2024-11-05", capabilities, clientInfo };
    const answer = await this.request("initialize", params);
    await this.post({ jsonrpc: "2.0", method: "notifications/initialized" });
    return answer;
  }

  async request(method: string, params: object = {}): Promise<RpcMessage> {
    const id = ++this.#lastId;
    const answer = new Promise<RpcMessage>((answered) => this.#waiting.set(id, answered));
    const { status } = await this.post({ jsonrpc: "2.0", id, method, params });
    assert.equal(status, 202);
    return answer;
  }

  async post(body: unknown): Promise<Response> {
    const headers = { "Content-Type": "application/json", ...this.#headers };
    const text = typeof body === "string" ? body : JSON.stringify(body);
    const response = await fetch(this.endpoint, { method: "POST", headers, body: text });
    await response.arrayBuffer();
    return response;
  }

  close(): void {
    this.#abort.abort();
  }

  async #read(response: Response, opened: (endpoint: string) => void): Promise<void> {
    let text = "";
    for await (const chunk of response.body ?? []) {
      text += Buffer.from(chunk).toString("utf8");
      for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
        this.#onEvent(text.slice(0, end), opened);
        text = text.slice(end + 2);
      }
    }
  }

  #onEvent(event: string, opened: (endpoint: string) => void): void {
    const [, name, data = ""] = /^event: (\w+)\ndata: (.*)$/.exec(event) ?? [];
    if (name === "endpoint") return opened(data);
    if (name === "message") this.#onMessage(JSON.parse(data) as RpcMessage);
  }

  #onMessage(message: RpcMessage): void {
    if (message.method === undefined) return this.#waiting.get(message.id)?.(message);
    this.heard.push(message);
    this.#first.resolve();
    if (message.id !== undefined)
      void this.post({ jsonrpc: "2.0", id: message.id, result: this.onRequest(message) });
  }
}
