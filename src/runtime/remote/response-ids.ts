/** Ids that come back in another type: some servers, and bridges before them, write `"7"` for 7. Pure. */

import type { JsonRpcId, Message } from "../../jsonrpc/message.ts";
import { parseMessage } from "../../jsonrpc/message.ts";
import { editText } from "../../jsonrpc/text-edit.ts";

/** The id that a request was sent with, where `id` answers one; else `undefined`. */
export function sentId(id: JsonRpcId, isSent: (id: JsonRpcId) => boolean): JsonRpcId | undefined {
  if (isSent(id)) return id;
  const other = typeof id === "string" ? numberIn(id) : String(id);
  return other !== undefined && isSent(other) ? other : undefined;
}

/** The answer with the id its request was sent with. Everything else stays as written. */
export function withSentId(answer: Message, isSent: (id: JsonRpcId) => boolean): Message {
  const { id, method } = answer.json;
  if (method !== undefined || id === undefined || id === null) return answer;
  const sent = sentId(id, isSent);
  if (sent === undefined || sent === id) return answer;
  return parseMessage(editText(answer, [{ path: ["id"], json: JSON.stringify(sent) }])) ?? answer;
}

function numberIn(text: string): number | undefined {
  return /^(0|-?[1-9]\d{0,15})$/.test(text) ? Number(text) : undefined;
}
