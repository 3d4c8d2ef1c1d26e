/** Actions and observations of a user in a text editor of a window, with the keyboard. */

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

/** The suggestion of that name, selected but not accepted yet. */
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

/** Accepts a suggestion unchanged, and moves through its placeholders with Tab. */
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

/** A fix in the menu at the cursor. The menu closes when its surroundings are redrawn, so it is requested again. */
export async function showFixes(page: Page, title: string): Promise<Locator> {
  const fix = page.locator(".action-widget").getByText(title);
  for (let attempt = 0; ; attempt++) {
    try {
      await page.keyboard.press("Control+Period");
      await fix.waitFor({ timeout: 2_000 });
      return fix;
    } catch (error) {
      if (attempt > 5) throw error;
      await page.keyboard.press("Escape");
    }
  }
}

/** Applies a fix at the cursor. */
export async function makeFix(page: Page, title: string): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await (await showFixes(page, title)).click({ timeout: 2_000 });
    } catch (error) {
      if (attempt > 3) throw error;
    }
  }
}

/** A code lens above a server. */
export function lens(page: Page, text: string): Locator {
  return page.locator(".codelens-decoration a", { hasText: text }).first();
}

/** Saves the document, and reads the file once it is written. */
export async function saved(page: Page, file: string, what: RegExp): Promise<string> {
  await page.keyboard.press("Control+KeyS");
  return until(`${what} in ${file}`, async () => {
    const text = await readFile(file, "utf8");
    return what.test(text) && text;
  });
}
