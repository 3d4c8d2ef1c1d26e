/** Ids that come back with another type: some servers and bridges write `"7"` for 7. Pure. */

import type { JsonRpcId, Message } from "../../jsonrpc/message.ts";
import { parseMessage } from "../../jsonrpc/message.ts";
import { editText } from "../../jsonrpc/text-edit.ts";

/** The id of the sent request that `id` answers; `undefined` if there is none. */
export function sentId(id: JsonRpcId, isSent: (id: JsonRpcId) => boolean): JsonRpcId | undefined {
  if (isSent(id)) return id;
  const other = typeof id === "string" ? numberIn(id) : String(id);
  return other !== undefined && isSent(other) ? other : undefined;
}

/** The answer with the id of its request as it was sent. The rest of the text stays unchanged. */
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
