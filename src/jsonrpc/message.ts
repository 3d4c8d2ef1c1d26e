/**
 * JSON-RPC messages as text. They are forwarded by splicing the few values a gateway must change into the text
 * they came in, so that everything else (unknown fields, big numbers, order of keys) arrives untouched.
 */

import { isObject, parseJson } from "../base/json.ts";
import type { Span } from "./json-scanner.ts";
import { type MessageOutline, outlineMessage } from "./message-outline.ts";

export type JsonRpcId = string | number;

/** A message parsed for reading. Never changed, never sent. */
export interface JsonRpc {
  readonly id?: JsonRpcId | null;
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string };
}

export interface Message {
  readonly text: string;
  readonly json: JsonRpc;
  /** Where its parts stand; set once it was checked, see `ambiguity`. */
  outline?: MessageOutline;
}

/** Why a message that came from outside is refused: two parsers could see two messages in it. Else it has its outline. */
export function findAmbiguity(message: Message): string | undefined {
  const outline = outlineMessage(message.text, message.json.method);
  if (typeof outline === "string") return outline;
  message.outline = outline;
  return undefined;
}

/** The message with another string as `params.name` or `params.uri`; `undefined` where its outline has none. */
export function withParam(message: Message, key: "name" | "uri", value: string): Message | undefined {
  const { text, json, outline } = message;
  const span = outline?.[key];
  if (!span) return undefined;
  const written = JSON.stringify(value);
  const by = written.length - (span.end - span.start);
  const moved = (one: Span | undefined) =>
    one && one.start >= span.start ? { start: one.start + (one === span ? 0 : by), end: one.end + by } : one;
  return {
    text: text.slice(0, span.start) + written + text.slice(span.end),
    json: { ...json, params: { ...json.params, [key]: value } },
    outline: {
      id: moved(outline.id),
      progressToken: moved(outline.progressToken),
      name: moved(outline.name),
      uri: moved(outline.uri),
    },
  };
}

export type MessageKind = "request" | "notification" | "response" | "invalid";

/** What a parsed message is (JSON-RPC 2.0). A response to nobody (`id: null`) is a response. */
export function messageKind(json: JsonRpc): MessageKind {
  if (typeof json.method === "string") {
    if (json.id === undefined) return "notification";
    return isId(json.id) ? "request" : "invalid";
  }
  const answers = json.result !== undefined || json.error !== undefined;
  return answers && (isId(json.id) || json.id === null) ? "response" : "invalid";
}

export function isId(value: unknown): value is JsonRpcId {
  return typeof value === "string" || typeof value === "number";
}

/** Parses one line or body. `undefined` when it is no JSON object; batches are the front end's to take apart. */
export function parseMessage(text: string): Message | undefined {
  const json = parseJson(text);
  return isObject(json) ? { text, json: json as JsonRpc } : undefined;
}
