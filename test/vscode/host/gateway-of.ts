/** The gateway behind the windows of an editor, as agents outside see it. */

import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { until } from "../../support/until.ts";
import type { Editor } from "./editor.ts";
import { palette } from "./workbench.ts";

export interface Site {
  readonly port: number;
  readonly owner: number;
  readonly stopped: boolean;
}

/** Records that the windows keep of their gateways. */
export async function sites(editor: Editor): Promise<Site[]> {
  const folder = join(storageOf(editor), "gateways");
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith(".json"));
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), "utf8")));
  return texts.map((text) => JSON.parse(text) as Site);
}

export function onlySite(editor: Editor): Promise<Site> {
  return until("the gateway's record", async () => (await sites(editor))[0]);
}

export function storageOf(editor: Editor): string {
  return join(editor.folder, "user/User/globalStorage/open-mcp-gateway.open-mcp-gateway");
}

/** The key, as a user gets it. */
export async function keyOf(page: Page): Promise<string> {
  await palette(page, "MCP Gateway: Copy Gateway Key");
  return until("the key in the clipboard", async () => {
    const text = await page.evaluate("navigator.clipboard.readText()");
    return typeof text === "string" && text.startsWith("omg_") && text;
  });
}

export interface GatewayAccess {
  readonly port: number;
  readonly key: string;
}

/** One tool call of a client that knows URL and key. Resolves with the text of the result. */
export async function callTool(
  { port, key }: GatewayAccess,
  server: string,
  name: string,
  args: object = {},
): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}/mcp`, {
    method: "POST",
    headers: { "Content-Type": "application/json", Authorization: `Bearer ${key}` },
    body: JSON.stringify({ server_id: server, method: "tools/call", params: { name, arguments: args } }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.status} ${text}`);
  const { result } = JSON.parse(text) as { result: { content: { text: string }[] } };
  return result.content[0]?.text ?? "";
}
