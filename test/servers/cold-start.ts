/** The first start of all servers at once, by a gateway without cached lists, as one client of `/mcp` sees it. */

import type { TestContext } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { startGateway } from "../support/gateway.ts";
import { McpClient, type RpcMessage } from "../support/mcp-client.ts";
import { until } from "../support/until.ts";

export interface ColdStart {
  /** Time from the first list until every tool was listed, in seconds. */
  readonly completeAfter: number;
  /** Duration of the first lists, in seconds. */
  readonly firstLists: number;
  /** Number of tools in the first lists. */
  readonly firstTools: number;
  readonly tools: number;
  /** Number of times that the client received each `list_changed`. */
  readonly changes: Readonly<Record<string, number>>;
  readonly warnings: readonly string[];
}

const kinds = {
  "notifications/tools/list_changed": ["tools/list"],
  "notifications/resources/list_changed": ["resources/list", "resources/templates/list"],
  "notifications/prompts/list_changed": ["prompts/list"],
} as const;

/** Longer than the time in which the gateway combines changes. */
const quietMs = 2_000;

const count = (changes: Readonly<Record<string, number>>) =>
  Object.values(changes).reduce((sum, one) => sum + one, 0);

async function areSettled(url: string): Promise<boolean> {
  const response = await fetch(`${url}/servers`);
  const servers = (await response.json()) as { status: string }[];
  return servers.every(({ status }) => status !== "starting");
}

/**
 * A client that lists again after each `list_changed`. Resolves once it has seen `expected` tools. Rejects after
 * `longestMs`.
 */
export async function coldStart(
  t: TestContext,
  entries: readonly object[],
  expected: number,
  longestMs: number,
): Promise<ColdStart> {
  const gateway = await startGateway(t, entries);
  const client = await McpClient.open(gateway.url, "");
  const changes: Record<string, number> = {};
  const warnings: string[] = [];
  const end = new AbortController();
  let tools = 0;
  const list = async (method: string) => {
    let listed = 0;
    let cursor: unknown;
    do {
      const params = cursor === undefined ? {} : { cursor };
      const result: RpcMessage["result"] = (await client.request(method, params))?.result;
      listed += result?.tools?.length ?? 0;
      cursor = result?.nextCursor;
    } while (cursor !== undefined);
    if (method === "tools/list") tools = listed;
  };
  const stream = await client.listen(end.signal);
  const heard = (async () => {
    for await (const { data } of stream) {
      const { method = "", params } = (data === "" ? {} : JSON.parse(data)) as RpcMessage;
      if (method === "notifications/message") warnings.push(JSON.stringify(params));
      if (!(method in kinds)) continue;
      changes[method] = (changes[method] ?? 0) + 1;
      for (const one of kinds[method as keyof typeof kinds]) void list(one).catch(() => undefined);
    }
  })().catch(() => undefined);
  const begin = performance.now();
  const seconds = () => Math.round((performance.now() - begin) / 100) / 10;
  await Promise.all(Object.values(kinds).flat().map(list));
  const [firstLists, firstTools] = [seconds(), tools];
  await until("all tools are listed", async () => tools >= expected, longestMs);
  const completeAfter = seconds();
  // The last notifications of the start come soon after every server has sent all its lists.
  await until("no server is starting", () => areSettled(gateway.url), longestMs);
  let told = -1;
  while (told !== count(changes)) {
    told = count(changes);
    await Promise.all(Object.values(kinds).flat().map(list));
    await wait(quietMs);
  }
  end.abort();
  await heard;
  await gateway.stop();
  return { completeAfter, firstLists, firstTools, tools, changes, warnings };
}
