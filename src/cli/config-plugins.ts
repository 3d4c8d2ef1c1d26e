/** Loads the plugins of a config. */

import { homedir } from "node:os";
import { dirname } from "node:path";
import type { LoadedConfig } from "../config/load-config.ts";
import { loadPlugins } from "../runtime/plugin/load-plugins.ts";
import { PluginRegistry } from "../runtime/plugin/plugin-registry.ts";

export interface ConfigPlugins {
  readonly plugins: PluginRegistry;
  /** A line for each plugin that could not be loaded: `file:line:column: message`. */
  readonly problems: readonly string[];
}

/** Never rejects. */
export async function pluginsOf({
  config,
  lineOf,
}: Extract<LoadedConfig, { kind: "loaded" }>): Promise<ConfigPlugins> {
  const plugins = new PluginRegistry();
  const baseDir = config.file === undefined ? process.cwd() : dirname(config.file);
  const directories = { baseDir, userHome: homedir() };
  const errors = await loadPlugins(config.runtimePlugins, directories, plugins);
  const problems = errors.map(({ index, message }) => lineOf(["runtime_plugins", index], message));
  return { plugins, problems };
}
