/**
 * The two eras of MCP (protocol.md, *Two eras*), and the envelope in `_meta` of every request of the newer era. Pure;
 * changes only the envelope of a message.
 */

import { isObject } from "../base/json.ts";
import { type JsonRpc, type Message, parseMessage } from "../jsonrpc/message.ts";
import { textAt, withMember, withoutMember } from "../jsonrpc/text-edit.ts";

/** Era of a client or backend: with a session that begins with `initialize` (up to 2025-11-25), or without (2026-07-28). */
export type Era = "initialize" | "stateless";

export const statelessVersion = "2026-07-28";

const prefix = "io.modelcontextprotocol/";

/** Keys in `_meta` (MCP 2026-07-28, *Base protocol*). */
export const metaKeys = {
  version: `${prefix}protocolVersion`,
  capabilities: `${prefix}clientCapabilities`,
  clientInfo: `${prefix}clientInfo`,
  logLevel: `${prefix}logLevel`,
  serverInfo: `${prefix}serverInfo`,
  subscriptionId: `${prefix}subscriptionId`,
} as const;

/** Data about the client in each request. */
export interface Envelope {
  readonly capabilities: unknown;
  readonly clientInfo: unknown;
  readonly logLevel?: string;
}

/** The version a request claims in its envelope; `undefined` for one of the initialize era. */
export function claimedVersion(request: JsonRpc): unknown {
  return metaOf(request)[metaKeys.version];
}

/** The era of the client that sent a request. */
export function eraOf(request: JsonRpc): Era {
  return claimedVersion(request) === undefined ? "initialize" : "stateless";
}

/** Whether a request's client declared this capability in its envelope. */
export function declares(request: JsonRpc, capability: string): boolean {
  const capabilities = metaOf(request)[metaKeys.capabilities];
  return isObject(capabilities) && capabilities[capability] !== undefined;
}

/** Lowest level of log messages that a request wants; `undefined` if it wants none. */
export function logLevelOf(request: JsonRpc): string | undefined {
  const level = metaOf(request)[metaKeys.logLevel];
  return typeof level === "string" ? level : undefined;
}

/** The envelope that the client sent in a request. */
export function envelopeOf(request: JsonRpc): Envelope {
  const meta = metaOf(request);
  return { capabilities: meta[metaKeys.capabilities] ?? {}, clientInfo: meta[metaKeys.clientInfo] };
}

/** `_meta` of a request of the stateless era, as an object to be written as JSON. */
export function envelopeMeta({ capabilities, clientInfo, logLevel }: Envelope): Record<string, unknown> {
  return {
    [metaKeys.version]: statelessVersion,
    [metaKeys.capabilities]: capabilities,
    [metaKeys.clientInfo]: clientInfo,
    ...(logLevel !== undefined && { [metaKeys.logLevel]: logLevel }),
  };
}

/** The same request with an envelope. Other members of its `_meta` stay. */
export function withEnvelope(request: Message, envelope: Envelope): Message {
  return withMeta(request, { ...metaOf(request.json), ...envelopeMeta(envelope) });
}

/** The same request without its envelope. */
export function withoutEnvelope(request: Message): Message {
  const meta = { ...metaOf(request.json) };
  for (const key of Object.values(metaKeys)) delete meta[key];
  return withMeta(request, meta);
}

/** The message with a value in its `params._meta`; `json` is JSON text. */
export function withParamsMeta(message: Message, key: string, json: string): Message {
  const { params } = message.json;
  const withParams = params === undefined ? setIn(message, [], "params", "{}") : message;
  const withMeta =
    params?.["_meta"] === undefined ? setIn(withParams, ["params"], "_meta", "{}") : withParams;
  return setIn(withMeta, ["params", "_meta"], key, json);
}

/** The subscription a notification was sent for, by the id of its `subscriptions/listen`. */
export function subscriptionOf(notification: JsonRpc): unknown {
  return metaOf(notification)[metaKeys.subscriptionId];
}

/** The notification as it is without a subscription. */
export function withoutSubscription(notification: Message): Message {
  const alone = Object.keys(metaOf(notification.json)).length === 1;
  const path = ["params", "_meta"];
  const text = alone
    ? withoutMember(notification, ["params"], "_meta")
    : withoutMember(notification, path, metaKeys.subscriptionId);
  return parseMessage(text) ?? notification;
}

function withMeta(request: Message, meta: Record<string, unknown>): Message {
  const message = request.json.params === undefined ? setIn(request, [], "params", "{}") : request;
  // The client's own token may be a number that a double cannot hold.
  const token = textAt(request, ["params", "_meta", "progressToken"]);
  const changed = setIn(message, ["params"], "_meta", JSON.stringify(meta));
  return token === undefined ? changed : setIn(changed, ["params", "_meta"], "progressToken", token);
}

/** The message with one member of an object in it replaced or added. */
export function setIn(message: Message, path: readonly string[], key: string, json: string): Message {
  return parseMessage(withMember(message, path, key, json)) ?? message;
}

function metaOf({ params }: JsonRpc): Readonly<Record<string, unknown>> {
  const meta = params?.["_meta"];
  return isObject(meta) ? meta : {};
}
