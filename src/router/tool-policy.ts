/**
 * Decides which tools a client may see and call. This is the only place that applies rules for tools, to calls (requests
 * or notifications) and to lists. A new kind of rule is another `ToolRule` here. Pure.
 */

import { isObject } from "../base/json.ts";
import type { Entry } from "../catalog/entry.ts";
import { type Message, parseMessage } from "../jsonrpc/message.ts";
import { editText, elementsAt } from "../jsonrpc/text-edit.ts";
import { matchesGlob } from "./glob.ts";
import type { ListKind } from "./lists/list-kinds.ts";

/** Longest name of a tool. Clients do not accept longer names, and each name is matched against globs. */
export const longestToolName = 256;

/** Returns whether a tool of an entry is offered to clients. */
export type ToolRule = (tool: string, entry: Entry) => boolean;

/** The `tools` field of the catalog. `deny` has priority over `allow`. Without `allow` all tools are allowed. */
const byCatalog: ToolRule = (tool, { tools }) => {
  if (!tools) return true;
  if (tools.deny?.some((glob) => matchesGlob(tool, glob, true))) return false;
  return !tools.allow || tools.allow.some((glob) => matchesGlob(tool, glob, false));
};

const rules: readonly ToolRule[] = [byCatalog];

/** Whether clients see and may call this tool. A NUL in the name is refused, because a server written in C cuts it there. */
export function isOffered(tool: string, entry: Entry): boolean {
  return tool.length <= longestToolName && !tool.includes("\0") && rules.every((rule) => rule(tool, entry));
}

/** The name of the tool that a message must not call; `undefined` for every other message. */
export function refusedTool({ json }: Message, entry: Entry): string | undefined {
  if (json.method !== "tools/call") return undefined;
  const name = json.params?.["name"];
  if (typeof name !== "string") return "(no name)";
  return isOffered(name, entry) ? undefined : name;
}

/** Error message for a tool that is not offered. It is the same as for a tool that does not exist. */
export function unknownToolText(name: string): string {
  return `Unknown tool: ${name.slice(0, longestToolName)}`;
}

/** Cache of the names of each list. */
const namesRead = new WeakMap<readonly string[], readonly string[]>();

/** The server's own names of the items of a list. */
export function namesOf(items: readonly string[]): readonly string[] {
  const read = namesRead.get(items) ?? items.map(nameOf);
  namesRead.set(items, read);
  return read;
}

/** Cache of the visible items for each list and entry, because lists are long and requested page by page. */
const visibleOf = new WeakMap<
  readonly string[],
  { readonly entry: Entry; readonly visible: readonly string[] }
>();

/** The items of a server's list that clients may see. The same array for the same list and entry. */
export function visibleItems(kind: ListKind, items: readonly string[], entry: Entry): readonly string[] {
  if (kind !== "tools") return items;
  const known = visibleOf.get(items);
  if (known?.entry === entry) return known.visible;
  const names = namesOf(items);
  const offered = items.filter((_, index) => isOffered(names[index] ?? "", entry));
  const visible = offered.length === items.length ? items : offered;
  visibleOf.set(items, { entry, visible });
  return visible;
}

/** The text of a `tools/list` response without the tools that are not offered. The others keep their original text. */
export function visibleAnswer(text: string, answer: Message, entry: Entry): string {
  const result = answer.json.result;
  const tools = isObject(result) ? result["tools"] : undefined;
  if (!Array.isArray(tools)) return text;
  const isVisible = (tool: unknown) => isObject(tool) && isOffered(String(tool["name"]), entry);
  if (tools.every(isVisible)) return text;
  const written =
    elementsAt({ text, json: answer.json }, ["result", "tools"]) ?? tools.map((tool) => JSON.stringify(tool));
  const visible = written.filter((_, index) => isVisible(tools[index]));
  return editText({ text, json: answer.json }, [
    { path: ["result", "tools"], json: `[${visible.join(",")}]` },
  ]);
}

function nameOf(item: string): string {
  const name = (parseMessage(item)?.json as { name?: unknown } | undefined)?.name;
  return typeof name === "string" ? name : "";
}
