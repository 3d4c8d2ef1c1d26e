/** One message on its way to a remote server, and its result. Pure: sends nothing. */

import { parseMessages } from "../../jsonrpc/line-reader.ts";
import { isId, type JsonRpc, type JsonRpcId, type Message, messageKind } from "../../jsonrpc/message.ts";
import type { ReconnectBackoff } from "./reconnect-backoff.ts";
import { sentId } from "./response-ids.ts";

export interface OutgoingMessage {
  readonly text: string;
  readonly json: JsonRpc;
  /** Called when the body was sent, or never will be. May be called twice. */
  readonly sent: () => void;
  /** Resolves when `sent` is called. */
  readonly bodySent: Promise<void>;
  /** Gives up the wait for the answer. In the stateless era this cancels the request. */
  readonly abort: AbortController;
  /** HTTP status of the answer to its POST. */
  status?: number;
  /** The server's answer to this request in the body of an HTTP error. */
  answer?: Message;
  /** Why there is no usable HTTP answer. */
  because?: string;
  /** The body of an HTTP error. */
  refusal?: HttpErrorBody;
  /** How often it was sent again after a pause that the server asked for. */
  pauses?: number;
  /** The streams of its answers, one after the other. */
  readonly streams: ReconnectBackoff;
  /** The headers that repeated its arguments when it was sent. */
  paramHeaders?: Readonly<Record<string, string>>;
  /** Whether it was refused for its headers and sent again with others. */
  isHeaderRetry?: boolean;
}

/** The body of an HTTP error, as received: not redacted, not escaped. */
export interface HttpErrorBody {
  readonly type: string;
  readonly body: string;
  /** Milliseconds until the server wants the next attempt, if it sent a value. */
  readonly pauseMs?: number | undefined;
}

/** Id of a message that expects an answer. */
export function requestId({ json }: OutgoingMessage): JsonRpcId | undefined {
  return messageKind(json) === "request" && isId(json.id) ? json.id : undefined;
}

/** The request that a `notifications/cancelled` is about. */
export function cancelledId({ method, params }: JsonRpc): JsonRpcId | undefined {
  const id = params?.["requestId"];
  return method === "notifications/cancelled" && isId(id) ? id : undefined;
}

/** Whether other messages must not overtake this one, as for the handshake. */
export function isHandshake(json: JsonRpc): boolean {
  return json.method === "initialize" || json.method === "notifications/initialized";
}

/** The answer to a message in the body of an HTTP error, if there is one. */
export function answerIn(body: string, delivery: OutgoingMessage): Message | undefined {
  const id = requestId(delivery);
  return id === undefined ? undefined : answerTo(id, parseMessages(body) ?? []);
}

function isAnswerTo(id: JsonRpc["id"], sent: JsonRpcId): boolean {
  return isId(id) && sentId(id, (one) => one === sent) !== undefined;
}

/** The answer to the request with that id. */
export function answerTo(id: JsonRpcId, messages: readonly Message[]): Message | undefined {
  return messages.find(({ json }) => json.method === undefined && isAnswerTo(json.id, id));
}

type Sendable = { jsonrpc: "2.0"; id: JsonRpcId; method: string; params?: Record<string, unknown> };

/**
 * The message for the SDK's transport in place of the original text: enough to recognise a handshake and to write
 * headers. The SDK recognises `initialize` only in its own shape. Arguments are left out, because serializing them
 * would be wasted work.
 */
export function placeholderOf({ method, params, id }: JsonRpc): Sendable {
  const outline: Partial<Sendable> & { jsonrpc: "2.0"; result?: object } = { jsonrpc: "2.0" };
  if (isId(id)) outline.id = id;
  if (method === undefined) outline.result = {};
  else outline.method = method;
  if (method === "initialize") outline.params = initializeOutline;
  else if (params !== undefined) outline.params = { ...params, arguments: undefined };
  return outline as Sendable;
}

const initializeOutline = {
  protocolVersion: "2025-06-18",
  capabilities: {},
  clientInfo: { name: "", version: "" },
};
