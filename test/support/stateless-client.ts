/** Requests of the stateless era in raw form, because SDK clients hide details that tests of a gateway check. */

import type { RpcMessage } from "./mcp-client.ts";
import { eventsOf } from "./mcp-client.ts";

export const statelessVersion = "2026-07-28";

export interface StatelessOptions {
  readonly id?: string | number;
  readonly capabilities?: object;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

export interface StatelessAnswer {
  readonly status: number;
  /** All messages, the answer last. */
  readonly messages: readonly RpcMessage[];
  readonly answer: RpcMessage;
}

/** The POST of one request, with the headers that its body requires. */
export function post(
  url: string,
  method: string,
  params: Readonly<Record<string, unknown>> = {},
  { id = 1, capabilities = {}, headers = {}, signal }: StatelessOptions = {},
): Promise<Response> {
  const _meta = {
    "io.modelcontextprotocol/protocolVersion": statelessVersion,
    "io.modelcontextprotocol/clientCapabilities": capabilities,
    ...(params["_meta"] as object | undefined),
  };
  const name = params["name"] ?? params["uri"];
  return fetch(url, {
    method: "POST",
    headers: {
      "Content-Type": "application/json",
      Accept: "application/json, text/event-stream",
      "MCP-Protocol-Version": statelessVersion,
      "Mcp-Method": method,
      ...(name !== undefined && { "Mcp-Name": String(name) }),
      ...headers,
    },
    body: JSON.stringify({ jsonrpc: "2.0", id, method, params: { ...params, _meta } }),
    signal: signal ?? null,
  });
}

/** The whole answer to one request. */
export async function ask(...request: Parameters<typeof post>): Promise<StatelessAnswer> {
  const response = await post(...request);
  const { status } = response;
  const messages: RpcMessage[] = [];
  if (response.headers.get("content-type")?.startsWith("text/event-stream"))
    for await (const { data } of eventsOf(response)) messages.push(JSON.parse(data));
  else messages.push((await response.json()) as RpcMessage);
  const answer = messages.at(-1);
  if (!answer) throw new Error(`${status} without an answer`);
  return { status, messages, answer };
}
