/** One message on its way to a remote server, and what became of it. Pure: sends nothing. */

import { parseMessages } from "../../jsonrpc/line-reader.ts";
import { isId, type JsonRpc, type JsonRpcId, type Message, messageKind } from "../../jsonrpc/message.ts";
import { sentId } from "./response-ids.ts";
import type { StreamRecord } from "./stream-record.ts";

export interface OutgoingMessage {
  readonly text: string;
  readonly json: JsonRpc;
  /** Called when the body is on its way, or never will be. May be called twice. */
  readonly sent: () => void;
  /** Resolves with that. */
  readonly left: Promise<void>;
  /** Ends the wait for the answer, which cancels a request of the stateless era. */
  readonly abort: AbortController;
  /** HTTP status of the answer to its POST. */
  status?: number;
  /** The server's answer to this very request in the body of an HTTP error. */
  answer?: Message;
  /** Why no HTTP answer came, or none that is of use. */
  because?: string;
  /** What the body of an HTTP error is. */
  refusal?: Refusal;
  /** How often it was sent again because the server asked for a pause. */
  pauses?: number;
  /** The streams on which its answers come, one after the other. */
  readonly streams: StreamRecord;
  /** The headers that repeat its arguments, as it was sent. */
  paramHeaders?: Readonly<Record<string, string>>;
  /** It was refused for its headers and sent again with others. */
  mended?: boolean;
}

/** The body of an HTTP error, as it came: not redacted, not escaped. */
export interface Refusal {
  readonly type: string;
  readonly body: string;
  /** After how many milliseconds the server wants to be asked again, if it says so. */
  readonly pauseMs?: number | undefined;
}

/** Id of a message that wants an answer. */
export function requestId({ json }: OutgoingMessage): JsonRpcId | undefined {
  return messageKind(json) === "request" && isId(json.id) ? json.id : undefined;
}

/** The request that a `notifications/cancelled` is about. */
export function cancelledId({ method, params }: JsonRpc): JsonRpcId | undefined {
  const id = params?.["requestId"];
  return method === "notifications/cancelled" && isId(id) ? id : undefined;
}

/** Messages that others must not overtake: the handshake. */
export function isHandshake(json: JsonRpc): boolean {
  return json.method === "initialize" || json.method === "notifications/initialized";
}

/** The answer to a delivery in the body of an HTTP error, if it is one. */
export function answerIn(body: string, delivery: OutgoingMessage): Message | undefined {
  const id = requestId(delivery);
  return id === undefined ? undefined : answerTo(id, parseMessages(body) ?? []);
}

function isAnswerTo(id: JsonRpc["id"], sent: JsonRpcId): boolean {
  return isId(id) && sentId(id, (one) => one === sent) !== undefined;
}

/** The answer to the request of that id. */
export function answerTo(id: JsonRpcId, messages: readonly Message[]): Message | undefined {
  return messages.find(({ json }) => json.method === undefined && isAnswerTo(json.id, id));
}

type Sendable = { jsonrpc: "2.0"; id: JsonRpcId; method: string; params?: Record<string, unknown> };

/**
 * What the SDK's transport is told of a message whose text goes out as it is: enough for it to know a handshake and
 * to write headers. It recognises `initialize` only in its own shape, and would write a large argument out in vain.
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
