/** Encodes messages of the gateway itself as JSON text. Pure. */

import type { JsonRpcId, Message } from "./message.ts";
import { textAt } from "./text-edit.ts";

/** `id`, `params` and `result` are JSON texts. */
export function requestText(id: number | string, method: string, params: string): string {
  return `{"jsonrpc":"2.0","id":${id},"method":${JSON.stringify(method)},"params":${params}}`;
}

export function resultText(id: string, result: string): string {
  return `{"jsonrpc":"2.0","id":${id},"result":${result}}`;
}

/** `id` is JSON text, and `null` where the id of the request could not be read. `data` is for programs. */
export function rpcErrorText(id: string, code: number, message: string, data?: unknown): string {
  return `{"jsonrpc":"2.0","id":${id},"error":${JSON.stringify({ code, message, data })}}`;
}

export function notification(method: string, params: Record<string, unknown>): string {
  return JSON.stringify({ jsonrpc: "2.0", method, params });
}

/** An id or token as JSON text, with all digits of numbers that a double cannot hold. */
export function idAsWritten(message: Message, path: readonly string[], value: JsonRpcId): string {
  const exact = typeof value === "string" || Number.isSafeInteger(value);
  return exact ? JSON.stringify(value) : (textAt(message, path) ?? JSON.stringify(value));
}
