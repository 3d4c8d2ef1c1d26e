/**
 * HTTP to a gateway. A key is sent over plain HTTP only after the listener has proved that it knows the key. Over HTTPS
 * it is sent to the owner of the certificate. Redirects are not followed.
 */

import { type AgentOptions, ClientRequest, type IncomingMessage } from "node:http";
import { Readable } from "node:stream";
import { ListenerVerification, ProvingAgent } from "../../base/proving-agent.ts";

export interface Address {
  /** Without a trailing slash. */
  readonly url: string;
  readonly key: string | undefined;
  /** Only for an address from the user's settings. See `GatewayWithKey`. */
  readonly mayBeForwarded?: boolean;
}

export interface GatewayRequest {
  readonly method?: "GET" | "POST";
  /** JSON. */
  readonly body?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface GatewayResponse {
  readonly status: number;
  readonly body: AsyncIterable<Uint8Array>;
}

/** Idle connections are closed soon. */
const agentOptions: AgentOptions = { keepAlive: true, timeout: 4_000 };
const agents = new WeakMap<Address, ProvingAgent>();

/** Resolves with the head of the response. Rejects with `UnverifiedListenerError` or a network error. */
export function send(address: Address, path: string, request: GatewayRequest): Promise<GatewayResponse> {
  const { key } = address;
  return key !== undefined && address.url.startsWith("http:")
    ? sendProven(address, key, path, request)
    : sendPlain(address, path, request);
}

export function authorization(key: string | undefined): Record<string, string> {
  return key === undefined ? {} : { Authorization: `Bearer ${key}` };
}

/** Uses the editor's settings for proxies and certificates. */
async function sendPlain(
  { url, key }: Address,
  path: string,
  { method = "GET", body, signal }: GatewayRequest,
): Promise<GatewayResponse> {
  const response = await fetch(`${url}${path}`, {
    method,
    redirect: "manual",
    headers: { ...authorization(key), ...contentType(body) },
    ...(body !== undefined && { body }),
    ...(signal && { signal }),
  });
  return { status: response.status, body: response.body ?? Readable.from([]) };
}

async function sendProven(
  address: Address,
  key: string,
  path: string,
  { method = "GET", body, signal }: GatewayRequest,
): Promise<GatewayResponse> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const url = new URL(`${address.url}${path}`);
  // An editor may replace `request()` with a function that does not use the connections of the agent.
  const request = new ClientRequest({
    host: url.hostname.replace(/^\[(.*)\]$/, "$1"),
    port: url.port || 80,
    path: `${url.pathname}${url.search}`,
    method,
    headers: { ...authorization(key), ...contentType(body) },
    agent: agentOf(address, key),
    ...(signal && { signal }),
  });
  request.on("response", resolve).on("error", reject).end(body);
  const response = await promise;
  return { status: response.statusCode ?? 0, body: response };
}

function contentType(body: string | undefined): Record<string, string> {
  if (body === undefined) return {};
  return { "Content-Type": "application/json" };
}

function agentOf(address: Address, key: string): ProvingAgent {
  const { url, mayBeForwarded = false } = address;
  const agent =
    agents.get(address) ??
    new ProvingAgent(new ListenerVerification({ url, key, mayBeForwarded }), agentOptions);
  agents.set(address, agent);
  return agent;
}
