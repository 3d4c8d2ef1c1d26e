/** Actions and observations of a user in a window. */

import type { Locator, Page } from "playwright-core";

/** Runs a command by its title through the command palette. */
export async function palette(page: Page, title: string): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      await page.keyboard.press("F1");
      await input(page).fill(`>${title}`, { timeout: 2_000 });
      // An extension's command appears after its manifest was read.
      return await quickPick(page, title).click({ timeout: 3_000 });
    } catch (error) {
      if (attempt > 8) throw error;
      await page.keyboard.press("Escape");
    }
  }
}

export function input(page: Page): Locator {
  return page
    .locator(".quick-input-widget input[type=text], .quick-input-widget input[type=password]")
    .first();
}

export function quickPick(page: Page, text: string | RegExp): Locator {
  return page.locator(".quick-input-list .monaco-list-row").filter({ hasText: text }).first();
}

/** Opens the Servers view. */
export async function showServers(page: Page): Promise<void> {
  const tab = page.locator(".activitybar").getByRole("tab", { name: "MCP Gateway" });
  await tab.waitFor({ timeout: 30_000 });
  if ((await tab.getAttribute("aria-selected")) !== "true") await tab.click();
}

/** Opens the Platform view below it. */
export async function showPlatform(page: Page): Promise<void> {
  await foldPlatform(page, true);
}

/** Collapses it to its header. */
export async function hidePlatform(page: Page): Promise<void> {
  await foldPlatform(page, false);
}

async function foldPlatform(page: Page, isOpen: boolean): Promise<void> {
  const header = page.locator(".pane-header").filter({ hasText: "Platform" });
  await header.waitFor();
  if ((await header.getAttribute("aria-expanded")) !== String(isOpen)) await header.click();
}

/** A row of the view, by its label for screen readers, which has name and facts. */
export function row(page: Page, spoken: string | RegExp): Locator {
  return page.locator(".pane-body .monaco-list-row").and(page.getByRole("treeitem", { name: spoken }));
}

/** The labels of all rows, top to bottom. */
export async function rows(page: Page): Promise<string[]> {
  const items = page.locator(".pane-body .monaco-list-row");
  return Promise.all((await items.all()).map(async (item) => (await item.getAttribute("aria-label")) ?? ""));
}

/** Points at a row until the hover shows the text. Points again where the row was redrawn meanwhile. */
export async function pointedAt(page: Page, spoken: string | RegExp, text: string): Promise<void> {
  const hover = page.locator(".workbench-hover").filter({ hasText: text });
  for (let attempt = 0; ; attempt++) {
    await page.mouse.move(900, 400);
    await row(page, spoken).first().hover();
    try {
      return await hover.waitFor({ timeout: 3_000 });
    } catch (error) {
      if (attempt > 3) throw error;
    }
  }
}

/** Presses a button that a row shows on hover. Points again where the row has moved meanwhile. */
export async function inline(page: Page, spoken: string | RegExp, button: string): Promise<void> {
  const item = row(page, spoken).first();
  await item.waitFor();
  for (let attempt = 0; ; attempt++) {
    try {
      await item.hover({ timeout: 2_000 });
      return await item.getByRole("button", { name: button }).click({ timeout: 2_000 });
    } catch (error) {
      if (attempt > 5) throw error;
      await page.mouse.move(640, 500);
    }
  }
}

/** Chooses from the menu of a row. A menu does not accept a click right after it opens. */
export async function choose(page: Page, spoken: string | RegExp, item: string): Promise<void> {
  await row(page, spoken).first().click({ button: "right" });
  const entry = page.getByRole("menuitem", { name: item });
  for (let attempt = 0; attempt < 5; attempt++) {
    await entry.click({ delay: 50 });
    try {
      return await entry.waitFor({ state: "detached", timeout: 1_000 });
    } catch {
      // Try once more.
    }
  }
  throw new Error(`the menu stays open: ${item}`);
}

export function dialog(page: Page): Locator {
  return page.locator(".monaco-dialog-box");
}

/**
 * Answers the question before a start for all servers of the catalog, in the dialog, or beside a text too long for it.
 */
export async function approveAll(page: Page): Promise<void> {
  await dialog(page).getByRole("button", { name: "Review All Servers in This Catalog" }).click();
  const button = dialog(page).getByRole("button", { name: /^(?:Run|Show) All$/ });
  const label = await button.textContent();
  await button.click();
  if (label?.includes("Show")) await quickPick(page, "Run All").click();
}

export function notification(page: Page, text: string | RegExp): Locator {
  return page.locator(".notification-list-item").filter({ hasText: text }).first();
}

export function statusBar(page: Page): Locator {
  return page.locator(".statusbar-item").filter({ hasText: /MCP/ }).first();
}
