/** What a person does and sees in a text editor of a window: with the keyboard, as one writes. */

import { readFile } from "node:fs/promises";
import type { Locator, Page } from "playwright-core";
import { until } from "../../support/until.ts";
import { input } from "./workbench.ts";

/** Opens a file of the workspace by its name, with the cursor in it. */
export async function openFile(page: Page, name: string): Promise<void> {
  const file = name.replace(/^.*\//, "");
  await page.keyboard.press("Control+KeyP");
  await input(page).fill(name);
  const named = page.locator(".label-name", { hasText: new RegExp(`^${file}$`) });
  await page.locator(".quick-input-list .monaco-list-row", { has: named }).first().click();
  await page.locator(".tab.active").filter({ hasText: file }).waitFor();
  await page.locator(".editor-instance .monaco-editor.focused").first().waitFor();
}

/** The suggestion of that name, chosen but not taken yet. */
export async function choose(page: Page, label: string): Promise<Locator> {
  const rows = page.locator(".suggest-widget.visible .monaco-list-row");
  const chosen = page.locator(".suggest-widget.visible .monaco-list-row.focused", {
    has: page.locator(".label-name", { hasText: new RegExp(`^${label}$`) }),
  });
  await page.keyboard.press("Control+Space");
  await rows.first().waitFor();
  for (let step = 0; step < 60 && !(await chosen.isVisible()); step++) await page.keyboard.press("ArrowDown");
  await chosen.waitFor();
  return chosen;
}

/** Takes a suggestion as it is, and goes through its places with Tab. */
export async function take(page: Page, label: string, places = 0): Promise<void> {
  await choose(page, label);
  await page.keyboard.press("Enter");
  await page.locator(".suggest-widget.visible").waitFor({ state: "hidden" });
  for (let place = 0; place < places; place++) await page.keyboard.press("Tab");
}

/** Puts the cursor into a word of the text. */
export async function pointAt(page: Page, word: string, nth = 0): Promise<void> {
  await page.locator(".view-line span span", { hasText: word }).nth(nth).click();
}

/** The menu of fixes where the cursor stands. */
export async function showFixes(page: Page, title: string): Promise<Locator> {
  await page.keyboard.press("Control+Period");
  const fix = page.locator(".action-widget").getByText(title);
  await fix.waitFor();
  return fix;
}

/** What stands above a server. */
export function lens(page: Page, text: string): Locator {
  return page.locator(".codelens-decoration a", { hasText: text }).first();
}

/** Saves what is written, and reads the file once it is there. */
export async function saved(page: Page, file: string, what: RegExp): Promise<string> {
  await page.keyboard.press("Control+KeyS");
  return until(`${what} in ${file}`, async () => {
    const text = await readFile(file, "utf8");
    return what.test(text) && text;
  });
}
