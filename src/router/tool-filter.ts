/** Which tools of a server its clients see and may call (catalog field `tools`). Pure. */

import picomatch from "picomatch";
import type { Entry } from "../catalog/entry.ts";
import { isObject, type Message } from "../connection/message.ts";
import { splice } from "../connection/splice.ts";

type Filter = NonNullable<Entry["tools"]>;

/** `deny` wins over `allow`; no `allow` allows all. Tool names have no folders: `*` matches any characters. */
export function isAllowed(name: string, filter: Filter | undefined): boolean {
  if (!filter) return true;
  const matches = (globs: string[]) =>
    globs.some((glob) => picomatch.isMatch(name, glob, { bash: true, dot: true }));
  if (filter.deny && matches(filter.deny)) return false;
  return !filter.allow || matches(filter.allow);
}

/** The text of a `tools/list` response without the tools that are filtered out. */
export function withoutHidden(text: string, response: Message, filter: Filter): string {
  const result = response.json.result;
  const tools = isObject(result) ? result["tools"] : undefined;
  if (!Array.isArray(tools)) return text;
  const visible = tools.filter((tool) => isObject(tool) && isAllowed(String(tool["name"]), filter));
  if (visible.length === tools.length) return text;
  return splice({ text, json: response.json }, [
    { path: ["result", "tools"], json: JSON.stringify(visible) },
  ]);
}
