/** Loads the modules in `runtime_plugins` of a config. Their code runs in this process, with all its permissions. */

import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { messageOf } from "../../base/errors.ts";
import { fullPath } from "../../catalog/variables/user-paths.ts";
import type { PluginRegistry } from "./plugin-registry.ts";

/** Folders to look for modules in; both absolute. */
export interface ModulePlaces {
  /** Folder of the config. Relative paths and packages are resolved from here. */
  readonly baseDir: string;
  readonly userHome: string;
}

/** An error of one of the modules. */
export interface PluginError {
  /** Index of the module in the list. */
  readonly index: number;
  /** One line: which module, what is wrong, what to do. */
  readonly message: string;
}

/** Adds the exported plugins to `plugins`, and resolves with the errors. Never rejects. */
export async function loadPlugins(
  modules: readonly string[],
  places: ModulePlaces,
  plugins: PluginRegistry,
): Promise<readonly PluginError[]> {
  const errors: PluginError[] = [];
  // Loaded one after the other, so that the first of two plugins with the same type wins.
  for (const [index, name] of modules.entries()) {
    const because = await load(name, places, plugins);
    if (because !== undefined) errors.push({ index, message: `plugin '${name}' ${because}` });
  }
  return errors;
}

/** Loads a module, whose default export is a plugin or a list of plugins. */
async function load(
  name: string,
  places: ModulePlaces,
  plugins: PluginRegistry,
): Promise<string | undefined> {
  const found = find(name, places);
  if (found.file === undefined) return found.because;
  let exported: unknown;
  try {
    exported = ((await import(pathToFileURL(found.file).href)) as { default?: unknown }).default;
  } catch (error) {
    return isMissing(error, found.file)
      ? "cannot be found: runtime_plugins takes paths relative to the config, and names of packages installed beside it"
      : `failed to load: ${messageOf(error)}`;
  }
  if (exported === undefined)
    return "has no default export: export the plugin, or a list of plugins, as default";
  for (const plugin of Array.isArray(exported) ? exported : [exported]) {
    try {
      await plugins.add(plugin);
    } catch (error) {
      return `cannot be used: ${messageOf(error)}`;
    }
  }
  return undefined;
}

type Found = { readonly file: string } | { readonly file?: never; readonly because: string };

function find(name: string, { baseDir, userHome }: ModulePlaces): Found {
  if (isPath(name)) return { file: fullPath(name, userHome, baseDir) };
  try {
    return { file: createRequire(join(baseDir, "config.yaml")).resolve(name) };
  } catch (error) {
    const because = `cannot be found: no such package is installed in or above ${baseDir} (npm install it there, or give the path of the module, as in './plugin.mjs')`;
    return { because: isMissing(error) ? because : `cannot be found: ${messageOf(error)}` };
  }
}

/** Every other name is a package. */
function isPath(name: string): boolean {
  return /^(?:\.{0,2}|~|[A-Za-z]:)[\\/]/.test(name) || (!name.startsWith("@") && /\.[cm]?[jt]s$/.test(name));
}

/** Whether the module itself is missing, and not one of its imports. */
function isMissing(error: unknown, file?: string): boolean {
  const code = error instanceof Error && "code" in error ? error.code : "";
  if (code !== "ERR_MODULE_NOT_FOUND" && code !== "MODULE_NOT_FOUND") return false;
  return file === undefined || messageOf(error).includes(`Cannot find module '${file}'`);
}
