/** Entry point of the extension: activate and deactivate. */

import type { ExtensionContext } from "vscode";
import { type ExtensionApi, extensionApi } from "./vscode/extension-api.ts";
import { Window } from "./vscode/window.ts";

let window: Window | undefined;

/** Returns at once, and the gateway starts afterwards. The returned API is for other extensions. */
export function activate(context: ExtensionContext): ExtensionApi {
  const begun = performance.now();
  window = new Window(context);
  void window.open();
  window.logs.log.info(`activated in ${(performance.now() - begun).toFixed(1)} ms`);
  return extensionApi(window.plugins);
}

/** Resolves when every server has ended. */
export async function deactivate(): Promise<void> {
  await window?.close();
  window = undefined;
}
