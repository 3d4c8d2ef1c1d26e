/** The plugins a config names, loaded; a config without any loads nothing. */

import { homedir } from "node:os";
import { dirname } from "node:path";
import type { LoadedConfig } from "../config/load-config.ts";
import { loadPlugins } from "../runtime/plugin/load-plugins.ts";
import { PluginRegistry } from "../runtime/plugin/plugin-registry.ts";

export interface ConfigPlugins {
  readonly plugins: PluginRegistry;
  /** A line for each that cannot be used: `file:line:column: message`. */
  readonly problems: readonly string[];
}

/** Never rejects. */
export async function pluginsOf({
  config,
  lineOf,
}: Extract<LoadedConfig, { kind: "loaded" }>): Promise<ConfigPlugins> {
  const plugins = new PluginRegistry();
  const baseDir = config.file === undefined ? process.cwd() : dirname(config.file);
  const places = { baseDir, userHome: homedir() };
  const troubles = await loadPlugins(config.runtimePlugins, places, plugins);
  const problems = troubles.map(({ index, message }) => lineOf(["runtime_plugins", index], message));
  return { plugins, problems };
}
