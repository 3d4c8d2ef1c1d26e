/** The API for other extensions: `vscode.extensions.getExtension("open-mcp-gateway.open-mcp-gateway").exports`. */

import { Disposable } from "vscode";
import type { RuntimePlugin } from "../runtime/plugin/plugin.ts";
import type { PluginRegistry } from "../runtime/plugin/plugin-registry.ts";

export interface ExtensionApi {
  /**
   * Adds a runtime type (docs/plugins.md). Catalogs that use it are loaded at once, and the editor knows
   * its fields. Resolves with a `Disposable` that removes the type. Running servers then continue until they are stopped.
   * Rejects with an `Error` that describes the problem of the plugin.
   */
  registerRuntime(plugin: RuntimePlugin): Promise<Disposable>;
}

export function extensionApi(plugins: PluginRegistry): ExtensionApi {
  return {
    async registerRuntime(plugin) {
      return new Disposable(await plugins.add(plugin));
    },
  };
}
