/** A list of tools without those that a client over HTTP must leave out (MCP 2026-07-28, `x-mcp-header`). Pure. */

import { headerAnnotationError } from "../../backend/x-mcp-header-annotations.ts";
import { isObject, parseJson } from "../../base/json.ts";
import { visiblePrefix } from "../../base/visible-text.ts";
import { type Message, parseMessage } from "../../jsonrpc/message.ts";
import { editText, elementsAt } from "../../jsonrpc/text-edit.ts";

/** `report` is called with name and reason of each removed tool. The other tools stay unchanged. */
export function withoutInvalidTools(answer: Message, report: (line: string) => void): Message {
  const tools = answer.text.includes("x-mcp-header") ? elementsAt(answer, ["result", "tools"]) : undefined;
  const kept = tools?.filter((text) => isValid(text, report));
  if (!tools || !kept || kept.length === tools.length) return answer;
  const text = editText(answer, [{ path: ["result", "tools"], json: `[${kept.join(",")}]` }]);
  return parseMessage(text) ?? answer;
}

function isValid(text: string, report: (line: string) => void): boolean {
  const tool = text.includes("x-mcp-header") ? parseJson(text) : undefined;
  const error = isObject(tool) ? headerAnnotationError(tool["inputSchema"]) : undefined;
  if (!isObject(tool) || error === undefined) return true;
  report(
    `warning: tool '${visiblePrefix(String(tool["name"]), 100)}' is left out: ${visiblePrefix(error, 300)}`,
  );
  return false;
}
