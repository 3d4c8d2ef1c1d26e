/** The registered plugins: their types for reading catalogs, and their runtimes for starting servers. */

import { Emitter } from "../../base/emitter.ts";
import { messageOf } from "../../base/errors.ts";
import type { PluginType } from "../../catalog/plugin-types.ts";
import { pluginType, typeNameError } from "../../catalog/plugin-types.ts";
import type { Runtime } from "../runtime.ts";
import type { RuntimePlugin } from "./plugin.ts";

export class PluginRegistry {
  /** Emits when a plugin is added or removed. */
  readonly changed = new Emitter<void>();
  readonly #types = new Map<string, PluginType>();
  readonly #runtimes = new Map<string, Runtime>();

  /** A live view. */
  get types(): ReadonlyMap<string, PluginType> {
    return this.#types;
  }

  /** A live view. */
  get runtimes(): ReadonlyMap<string, Runtime> {
    return this.#runtimes;
  }

  /**
   * Adds a plugin after checking it. Resolves with a function that removes it again; its running servers continue.
   * Rejects with a plain `Error` that names the error and the fix.
   */
  async add(plugin: unknown): Promise<() => void> {
    const checked = checkedPlugin(plugin, this.#types);
    // Loaded on demand, so that windows without plugins do not pay for it.
    const [type, { PluginRuntime }] = await Promise.all([compiled(checked), import("./plugin-runtime.ts")]);
    // Another plugin may have taken the type while the schema was compiled.
    if (this.#types.has(type.type)) throw new Error(typeNameError(type.type, this.#types));
    this.#types.set(type.type, type);
    this.#runtimes.set(type.type, new PluginRuntime(checked, type));
    this.changed.fire();
    return () => this.#remove(type);
  }

  #remove(type: PluginType): void {
    if (this.#types.get(type.type) !== type) return;
    this.#types.delete(type.type);
    this.#runtimes.delete(type.type);
    this.changed.fire();
  }
}

function checkedPlugin(plugin: unknown, taken: ReadonlyMap<string, PluginType>): RuntimePlugin {
  if (typeof plugin !== "object" || plugin === null)
    throw new Error("it is not an object: a plugin has 'type', 'schema' and 'start'");
  const { type, start } = plugin as Record<string, unknown>;
  const error = typeNameError(type, taken);
  if (error !== undefined) throw new Error(error);
  if (typeof start !== "function") throw new Error(`it has no function 'start' (type '${String(type)}')`);
  return plugin as RuntimePlugin;
}

async function compiled({ type, schema }: RuntimePlugin): Promise<PluginType> {
  try {
    return await pluginType(type, schema);
  } catch (error) {
    throw new Error(`the schema of type '${type}' cannot be used: ${messageOf(error)}`, { cause: error });
  }
}
