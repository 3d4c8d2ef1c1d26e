/** All data that a server sends about itself, requested in one era, and the comparison of two such sets. */

import { isDeepStrictEqual } from "node:util";
import type { RpcMessage } from "../support/mcp-client.ts";

export const lists = {
  "tools/list": "tools",
  "resources/list": "resources",
  "resources/templates/list": "resourceTemplates",
  "prompts/list": "prompts",
} as const;

type Item = Readonly<Record<string, unknown>>;

export interface Snapshot {
  readonly serverInfo: unknown;
  readonly instructions: unknown;
  /** By the key of the list. A number is the code of the error that the server returned instead of a list. */
  readonly lists: Readonly<Record<string, readonly Item[] | number>>;
}

/** Sends one request. */
export type Ask = (method: string, params: Record<string, unknown>) => Promise<RpcMessage>;

const mostPages = 50;

/** `introduction` is the result of `initialize` or `server/discover`. */
export async function snapshot(introduction: Item, ask: Ask): Promise<Snapshot> {
  const found: Record<string, readonly Item[] | number> = {};
  for (const [method, key] of Object.entries(lists)) found[key] = await listed(method, key, ask);
  const meta = introduction["_meta"] as Item | undefined;
  return {
    serverInfo: introduction["serverInfo"] ?? meta?.["io.modelcontextprotocol/serverInfo"],
    instructions: introduction["instructions"],
    lists: found,
  };
}

async function listed(method: string, key: string, ask: Ask): Promise<readonly Item[] | number> {
  const items: Item[] = [];
  let cursor: unknown;
  for (let page = 0; page < mostPages; page++) {
    const { result, error } = await ask(method, cursor === undefined ? {} : { cursor });
    if (error) return error.code;
    items.push(...((result?.[key] ?? []) as Item[]));
    cursor = result?.nextCursor;
    if (cursor === undefined) break;
  }
  return items;
}

/** The differences, one line each. Empty if all is equal. */
export function differences(expected: Snapshot, found: Snapshot): string[] {
  return [
    ...(isDeepStrictEqual(expected.serverInfo, found.serverInfo) ? [] : ["serverInfo"]),
    ...(expected.instructions === found.instructions ? [] : ["instructions"]),
    ...listDifferences(expected.lists, found.lists),
  ];
}

/**
 * The same for all servers as one: names and URIs, and their positions in `_meta`, are not compared. A schema without a
 * type has to be one of an object there, because strict clients need it.
 */
export function differencesAsOne(expected: Snapshot, found: Snapshot, id: string): string[] {
  const tools = listIn(expected.lists, "tools").map((tool) => ({ ...tool, ...typed(tool) }));
  return listDifferences(nameless({ ...expected.lists, tools }, id), nameless(partOf(found.lists, id), id));
}

function listDifferences(expected: Snapshot["lists"], found: Snapshot["lists"]): string[] {
  return Object.values(lists).flatMap((key) => {
    // A server without such a list counts as one with an empty list.
    const [one, other] = [listIn(expected, key), listIn(found, key)];
    if (isDeepStrictEqual(one, other)) return [];
    if (one.length !== other.length) return [`${key}: ${other.length} instead of ${one.length}`];
    const at = one.findIndex((item, index) => !isDeepStrictEqual(item, other[index]));
    return [`${key}[${at}] (${String(one[at]?.["name"] ?? at)})`];
  });
}

function listIn(all: Snapshot["lists"], key: string): readonly Item[] {
  const list = all[key];
  return Array.isArray(list) ? list : [];
}

function partOf(all: Snapshot["lists"], id: string): Snapshot["lists"] {
  const isOf = ({ name, uri, uriTemplate }: Item, key: string) =>
    key === "tools" || key === "prompts"
      ? String(name).startsWith(`${id}__`)
      : [`${id}+`, `ui://${id}+`].some((start) => String(uri ?? uriTemplate).startsWith(start));
  return Object.fromEntries(
    Object.values(lists).map((key) => [key, listIn(all, key).filter((item) => isOf(item, key))]),
  );
}

function nameless(all: Snapshot["lists"], id: string): Snapshot["lists"] {
  const without = (item: Item, key: string): Item => {
    const { uri: _uri, uriTemplate: _template, name, ...rest } = item;
    const isNamed = key === "resources" || key === "resourceTemplates";
    const plain = JSON.stringify(rest).replaceAll(`ui://${id}+`, "").replaceAll(`${id}+`, "");
    const same = JSON.parse(plain.replaceAll('"ui://', '"')) as Item;
    return { ...same, ...(isNamed && { name }) };
  };
  return Object.fromEntries(
    Object.values(lists).map((key) => [key, listIn(all, key).map((item) => without(item, key))]),
  );
}

function typed({ inputSchema }: Item): Item {
  return { inputSchema: { type: "object", ...(inputSchema as Item | undefined) } };
}
