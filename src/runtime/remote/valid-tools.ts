/** A list of tools without those that a client over HTTP must leave out (MCP 2026-07-28, `x-mcp-header`). Pure. */

import { isObject, parseJson } from "../../base/json.ts";
import { visibleStart } from "../../base/visible-text.ts";
import { mcpHeaderError } from "../../connection/mcp-header-validation.ts";
import { type Message, parseMessage } from "../../connection/message.ts";
import { elementsAt, splice } from "../../connection/splice.ts";

/** `leftOut` is called with name and reason of each tool that is not in the result. What stays, stays as written. */
export function withoutInvalidTools(answer: Message, leftOut: (line: string) => void): Message {
  const tools = answer.text.includes("x-mcp-header") ? elementsAt(answer, ["result", "tools"]) : undefined;
  const kept = tools?.filter((text) => isValid(text, leftOut));
  if (!tools || !kept || kept.length === tools.length) return answer;
  const text = splice(answer, [{ path: ["result", "tools"], json: `[${kept.join(",")}]` }]);
  return parseMessage(text) ?? answer;
}

function isValid(text: string, leftOut: (line: string) => void): boolean {
  const tool = text.includes("x-mcp-header") ? parseJson(text) : undefined;
  const error = isObject(tool) ? mcpHeaderError(tool["inputSchema"]) : undefined;
  if (!isObject(tool) || error === undefined) return true;
  leftOut(
    `warning: tool '${visibleStart(String(tool["name"]), 100)}' is left out: ${visibleStart(error, 300)}`,
  );
  return false;
}
