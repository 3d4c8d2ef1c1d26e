/**
 * A plugin as a runtime. Enforces the parts of the contract (runtime.ts) that a plugin may forget. Entries are checked
 * by the plugin's schema once their variables have values. Errors become `start-failed` without secrets.
 */

import type { ChannelEvents } from "../../backend/channel.ts";
import { GatewayError, messageOf } from "../../base/errors.ts";
import type { PluginType } from "../../catalog/plugin-types.ts";
import { fieldsOf } from "../../catalog/plugin-types.ts";
import { schemaProblems } from "../../catalog/schema-problems.ts";
import type { Instance, Launch, Runtime } from "../runtime.ts";
import { StartAbortedError } from "../start-aborted.ts";
import type { PluginInstance, PluginLaunch, RuntimePlugin } from "./plugin.ts";
import { OrderedEvents } from "./plugin-events.ts";
import { PluggedInstance, stopLimitMs } from "./plugin-instance.ts";

export class PluginRuntime implements Runtime {
  readonly #plugin: RuntimePlugin;
  readonly #type: PluginType;
  readonly #stopLimitMs: number;

  constructor(plugin: RuntimePlugin, type: PluginType, limits: { readonly stopLimitMs?: number } = {}) {
    this.#plugin = plugin;
    this.#type = type;
    this.#stopLimitMs = limits.stopLimitMs ?? stopLimitMs;
  }

  async start(launch: Launch, events: ChannelEvents, signal: AbortSignal): Promise<Instance> {
    const redact = (text: string) => launch.redact(text);
    if (signal.aborted) throw new StartAbortedError();
    this.#check(launch);
    const ordered = new OrderedEvents(events, redact);
    const instance = await this.#begin(launch, ordered, signal);
    const opened = Promise.withResolvers<void>();
    // Delayed, so that the caller of the start continues first.
    setImmediate(() => {
      ordered.open();
      opened.resolve();
    });
    return new PluggedInstance(instance, ordered, {
      redact,
      opened: opened.promise,
      stopLimitMs: this.#stopLimitMs,
    });
  }

  async endOrphans(launches: readonly Launch[]): Promise<readonly string[]> {
    return (await this.#plugin.endOrphans?.(launches.map(launchOf))) ?? [];
  }

  async #begin(launch: Launch, events: OrderedEvents, signal: AbortSignal): Promise<PluginInstance> {
    const off = Promise.withResolvers<never>();
    const abort = () => off.reject(new StartAbortedError());
    signal.addEventListener("abort", abort, { once: true });
    const starting = (async () => this.#plugin.start(launchOf(launch), events, signal))();
    try {
      return checkedInstance(await Promise.race([starting, off.promise]));
    } catch (error) {
      if (signal.aborted) endLate(starting);
      if (error instanceof GatewayError) throw error;
      throw new GatewayError("start-failed", launch.redact(messageOf(error)), { cause: error });
    } finally {
      signal.removeEventListener("abort", abort);
    }
  }

  /** Checks the values that contained variables before. */
  #check({ runtime }: Launch): void {
    const [problem] = schemaProblems(this.#type.check(runtime), runtime, {
      subjectOf: (path) => ({ name: "The entry", field: ["runtime", ...path] }),
      elsewhere: () => undefined,
      required: [],
    });
    if (problem) throw new GatewayError("start-failed", problem.message);
  }
}

function launchOf(launch: Launch): PluginLaunch {
  const { id, runtime, env, baseDir } = launch;
  return { id, runtime: fieldsOf(runtime), env, baseDir, redact: (text) => launch.redact(text) };
}

/** Stops a server that a plugin starts although the start was aborted. */
function endLate(starting: Promise<PluginInstance>): void {
  starting.then((instance) => instance.stop()).catch(() => undefined);
}

function checkedInstance(instance: unknown): PluginInstance {
  const { send, stop, exited } = (instance ?? {}) as Record<string, unknown>;
  if (typeof send === "function" && typeof stop === "function" && isPromise(exited))
    return instance as PluginInstance;
  throw new GatewayError(
    "start-failed",
    "the plugin's start did not resolve with an instance: it must have send(text), stop() and exited, a promise",
  );
}

function isPromise(value: unknown): boolean {
  return typeof (value as { then?: unknown } | undefined)?.then === "function";
}
