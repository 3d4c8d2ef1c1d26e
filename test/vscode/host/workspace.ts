/** A folder with a catalog, to open in a window. */

import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { type Editor, extensionLog } from "./editor.ts";

export interface TestWorkspace {
  readonly folder: string;
  readonly catalog: string;
  /** The text of the catalog, or the list of its servers. */
  write(content: unknown): Promise<void>;
}

export async function makeWorkspace(
  editor: Editor,
  content?: unknown,
  name = "work",
): Promise<TestWorkspace> {
  const folder = join(editor.folder, name);
  const catalog = join(folder, "catalog.yaml");
  await mkdir(folder, { recursive: true });
  const write = (next: unknown) =>
    writeFile(catalog, typeof next === "string" ? next : JSON.stringify({ servers: next }, undefined, 1));
  if (content !== undefined) await write(content);
  return { folder, catalog, write };
}

/**
 * Runs a part of a test. A failure reports the messages of the window and the extension's log, and saves a screenshot
 * if MCP_TEST_PICTURES names a folder.
 */
export async function pictured(page: Page, name: string, part: () => Promise<void>): Promise<void> {
  try {
    await part();
  } catch (error) {
    const folder = process.env["MCP_TEST_PICTURES"];
    if (folder) await page.screenshot({ path: join(folder, `${name.replaceAll(/\W+/g, "-")}.png`) });
    // A failed test shows the stack of its error.
    const log = await extensionLog(page).catch(String);
    if (error instanceof Error)
      error.stack += `\nThe window says: ${await textOf(page)}\nThe extension has logged:\n${log}`;
    throw error;
  }
}

async function textOf(page: Page): Promise<string> {
  const text = await page
    .locator("body")
    .innerText({ timeout: 2_000 })
    .catch((error: unknown) => `nothing (${error})`);
  return text.replaceAll(/\s+/g, " ").slice(0, 2_000);
}
