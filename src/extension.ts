/** The extension's entry: activate and deactivate, nothing else. */

import type { ExtensionContext } from "vscode";
import { Window } from "./vscode/window.ts";

let window: Window | undefined;

/** Returns at once: the gateway opens afterwards. */
export function activate(context: ExtensionContext): void {
  window = new Window(context);
  void window.open();
}

/** Resolves once every server has ended. */
export async function deactivate(): Promise<void> {
  await window?.close();
  window = undefined;
}
