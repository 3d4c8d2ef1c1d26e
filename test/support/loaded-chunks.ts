/** Detects the parts of its bundle that a gateway loads. */

import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { startGateway, temporaryFolder } from "./gateway.ts";
import { McpClient } from "./mcp-client.ts";

/** Whether a gateway with only this entry has loaded the chunk of that name, once the entry's `echo` was called. */
export async function loadsChunk(
  t: TestContext,
  chunk: string,
  entry: { readonly id: string; readonly runtime: object },
): Promise<boolean> {
  const folder = await temporaryFolder(t);
  const gateway = await startGateway(t, [entry], { env: { NODE_V8_COVERAGE: folder } });
  await (await McpClient.open(gateway.url, entry.id)).callTool("echo");
  await gateway.stop();
  const reports = (await readdir(folder)).map((name) => readFile(join(folder, name), "utf8"));
  return (await Promise.all(reports)).some((text) => text.includes(`/chunks/${chunk}-`));
}
