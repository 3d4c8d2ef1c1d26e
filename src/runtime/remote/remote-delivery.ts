/** One message on its way to a remote server, and what became of it. Pure: sends nothing. */

import { messagesOf } from "../../connection/line-codec.ts";
import { isId, type JsonRpc, type JsonRpcId, kindOf, type Message } from "../../connection/message.ts";
import { requestIdIn } from "../../connection/unmatched-answers.ts";

export interface Delivery {
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
  /** Why no HTTP answer came. */
  because?: string;
  /** The headers that repeat its arguments, as it was sent. */
  paramHeaders?: Readonly<Record<string, string>>;
  /** It was refused for its headers and sent again with others. */
  mended?: boolean;
}

/** Id of a message that wants an answer. */
export function requestId({ json }: Delivery): JsonRpcId | undefined {
  return kindOf(json) === "request" && isId(json.id) ? json.id : undefined;
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
export function answerIn(body: string, delivery: Delivery): Message | undefined {
  const id = requestId(delivery);
  return id === undefined ? undefined : answerTo(id, messagesOf(body) ?? []);
}

/** The answer to the request of that id. */
export function answerTo(id: JsonRpcId, messages: readonly Message[]): Message | undefined {
  return messages.find(
    ({ json }) => json.method === undefined && (json.id === id || requestIdIn(json.id) === id),
  );
}

type Sendable = { jsonrpc: "2.0"; id: JsonRpcId; method: string; params?: Record<string, unknown> };

/**
 * What the SDK's transport is told of a message whose text goes out as it is: enough for it to know a handshake and
 * to write headers. It recognises `initialize` only in its own shape, and would write a large argument out in vain.
 */
export function outlineOf({ method, params, id }: JsonRpc): Sendable {
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
