/**
 * JSON-RPC messages as text. The gateway replaces only the few values it must change in the original text, so that
 * everything else (unknown fields, big numbers, order of keys) is forwarded unchanged.
 */

import { isObject, parseJson } from "../base/json.ts";
import type { Span } from "./json-scanner.ts";
import { type MessageSpans, scanMessage } from "./strict-scan.ts";

export type JsonRpcId = string | number;

/** A parsed message, for reading only. It is never changed or sent. */
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
  /** Positions of its parts. `findAmbiguity` sets it. */
  spans?: MessageSpans;
}

/** The reason to refuse a message that two parsers could read in two ways. Otherwise sets the outline of the message. */
export function scanOrRefuse(message: Message): string | undefined {
  const outline = scanMessage(message.text, message.json);
  if (typeof outline === "string") return outline;
  message.spans = outline;
  return undefined;
}

/** Replaces the string `params.name` or `params.uri`; `undefined` if the outline does not have it. */
export function withParam(message: Message, key: "name" | "uri", value: string): Message | undefined {
  const { text, json, spans: outline } = message;
  const span = outline?.[key];
  if (!span) return undefined;
  const written = JSON.stringify(value);
  const by = written.length - (span.end - span.start);
  const moved = (one: Span | undefined) =>
    one && one.start >= span.start ? { start: one.start + (one === span ? 0 : by), end: one.end + by } : one;
  return {
    text: text.slice(0, span.start) + written + text.slice(span.end),
    json: { ...json, params: { ...json.params, [key]: value } },
    spans: {
      id: moved(outline.id),
      progressToken: moved(outline.progressToken),
      name: moved(outline.name),
      uri: moved(outline.uri),
    },
  };
}

export type MessageKind = "request" | "notification" | "response" | "invalid";

/** Kind of a parsed message (JSON-RPC 2.0). A response with `id: null` is a response too. */
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

/** Parses one line or body. `undefined` when it is not a JSON object. Front ends split batches before. */
export function parseMessage(text: string): Message | undefined {
  const json = parseJson(text);
  return isObject(json) ? { text, json: json as JsonRpc } : undefined;
}
