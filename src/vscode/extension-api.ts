/** What other extensions get from ours: `vscode.extensions.getExtension("open-mcp-gateway.open-mcp-gateway").exports`. */

import { Disposable } from "vscode";
import type { RuntimePlugin } from "../runtime/plugin/plugin.ts";
import type { PluginRegistry } from "../runtime/plugin/plugin-registry.ts";

export interface ExtensionApi {
  /**
   * Adds a runtime type (README.md, *Adding a runtime*). Catalogs that use it come into force at once, and the editor
   * knows its fields. Resolves with what takes it out again; servers that run go on until they are stopped. Rejects
   * with an `Error` that says what is wrong with the plugin.
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
