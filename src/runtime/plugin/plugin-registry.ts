/** The plugins there are now: their types for whoever reads catalogs, their runtimes for whoever starts servers. */

import { Emitter } from "../../base/emitter.ts";
import { messageOf } from "../../base/errors.ts";
import type { PluginType } from "../../catalog/plugin-types.ts";
import { pluginType, typeNameError } from "../../catalog/plugin-types.ts";
import type { Runtime } from "../runtime.ts";
import type { RuntimePlugin } from "./plugin.ts";

export class PluginRegistry {
  /** One came or went. */
  readonly changed = new Emitter<void>();
  readonly #types = new Map<string, PluginType>();
  readonly #runtimes = new Map<string, Runtime>();

  /** Always up to date. */
  get types(): ReadonlyMap<string, PluginType> {
    return this.#types;
  }

  /** Always up to date. */
  get runtimes(): ReadonlyMap<string, Runtime> {
    return this.#runtimes;
  }

  /**
   * Takes a plugin from outside, whatever it is. Resolves with how to take it out again; what it runs then goes on.
   * Rejects with a plain `Error` that says what is wrong with it and what to do.
   */
  async add(plugin: unknown): Promise<() => void> {
    const checked = checkedPlugin(plugin, this.#types);
    // Loaded here: windows without plugins do not pay for them.
    const [type, { PluginRuntime }] = await Promise.all([compiled(checked), import("./plugin-runtime.ts")]);
    // Another may have come while its schema was compiled.
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
    throw new Error("it is no object: a plugin has 'type', 'schema' and 'start'");
  const { type, start } = plugin as Record<string, unknown>;
  const flaw = typeNameError(type, taken);
  if (flaw !== undefined) throw new Error(flaw);
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
