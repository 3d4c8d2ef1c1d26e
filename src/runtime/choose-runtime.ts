/** The only place that maps an entry's `runtime.type` to a runtime. Starts nothing. */

import { setImmediate } from "node:timers/promises";
import { GatewayError } from "../base/errors.ts";
import { lazyModule } from "../base/lazy-module.ts";
import type { RuntimeConfig } from "../catalog/entry.ts";
import { LocalProcessRuntime } from "./local/local-process-runtime.ts";
import { formatOwner } from "./local/process-marker.ts";
import type { ProcessTracker } from "./local/process-tracker.ts";
import { RemoteRuntime } from "./remote/remote-runtime.ts";
import type { Runtime } from "./runtime.ts";

export type Runtimes = ReadonlyMap<string, Runtime>;

/** The runtimes of this gateway by `runtime.type`. `remote` connects to servers that run already. */
export function runtimesOf(processes: ProcessTracker, remote: Runtime = new RemoteRuntime()): Runtimes {
  const containers = onDemand(async () => {
    const { ContainerRuntime } = await import("./container/container-runtime.ts");
    return new ContainerRuntime(formatOwner(processes.owner));
  });
  const jobs = onDemand(async () => {
    const { JobRuntime } = await import("./kube/job-runtime.ts");
    return new JobRuntime(formatOwner(processes.owner));
  });
  const services = onDemand(async () => {
    const { ServiceRuntime } = await import("./kube/service-runtime.ts");
    return new ServiceRuntime();
  });
  return new Map<string, Runtime>([
    ["local-process", new LocalProcessRuntime(processes)],
    ["remote-sse", remote],
    ["docker", containers],
    ["podman", containers],
    ["k8s-job", jobs],
    ["k8s-service", services],
  ]);
}

/** Throws `start-failed` for a type that no runtime handles. A plugin never replaces a built-in runtime. */
export function chooseRuntime(runtimes: Runtimes, type: string, ofPlugins?: Runtimes): Runtime {
  const runtime = runtimes.get(type) ?? ofPlugins?.get(type);
  if (!runtime)
    throw new GatewayError("start-failed", `runtime type '${type}' is not supported by this gateway`);
  return runtime;
}

/** A runtime whose code is loaded before its first start, or by `load`. */
function onDemand(load: () => Promise<Runtime>): Runtime {
  const runtime = lazyModule(load);
  return {
    async load(config) {
      await (await runtime()).load?.(config);
    },
    async start(launch, events, signal) {
      return (await runtime()).start(launch, events, signal);
    },
    async endOrphans(launches) {
      return (await (await runtime()).endOrphans?.(launches)) ?? [];
    },
  };
}

/**
 * Loads the code for these entries one after the other, so that requests are handled in between. Never rejects: code
 * that cannot be loaded fails when it is used.
 */
export async function preload(runtimes: Runtimes, configs: readonly RuntimeConfig[]): Promise<void> {
  for (const config of configs) {
    await runtimes
      .get(config.type)
      ?.load?.(config)
      .catch(() => undefined);
    await setImmediate();
  }
}
