/**
 * The operator as a whole: takes part in the leader election, works while it leads, reports its state, and shuts down
 * in order.
 */

import { randomBytes } from "node:crypto";
import { hostname } from "node:os";
import type { Log } from "../../base/log.ts";
import { Scope } from "../../base/scope.ts";
import { type Cluster, type ClusterChoice, openCluster } from "../../kube/cluster.ts";
import type { Env } from "../env.ts";
import { leaseName, namespaces } from "../identity.ts";
import { Controller } from "./controller.ts";
import { openEndpoint } from "./http-endpoints.ts";
import { leaseStore } from "./kubernetes-lease-store.ts";
import { Leader } from "./leader.ts";
import { Metrics } from "./metrics.ts";
import { operatorSettings } from "./settings.ts";

export interface OperatorOptions {
  readonly choice: ClusterChoice;
  /** Base of a relative kubeconfig path. */
  readonly baseDir: string;
  readonly env: Env;
  readonly log: Log;
  /** Whether only one of several operators may work. */
  readonly isElecting: boolean;
  /** Namespace of the Lease. Unset: `POD_NAMESPACE`, or else the platform's. */
  readonly leaseNamespace?: string;
  readonly leaseSeconds?: number;
  /** Such as `:8080`. */
  readonly metricsAddress: string;
  readonly probeAddress: string;
}

export interface RunningOperator {
  readonly metricsUrl: string;
  readonly probeUrl: string;
  /** Ends the work in progress and releases the Lease. */
  close(): Promise<void>;
}

const defaultLeaseSeconds = 15;

/**
 * Resolves once its ports are open; the cluster need not answer yet. Rejects with `start-failed` without a kubeconfig.
 */
export async function runOperator(options: OperatorOptions): Promise<RunningOperator> {
  const { choice, baseDir, log, metricsAddress, probeAddress, isElecting } = options;
  const operator = new Operator(options, await openCluster(choice, baseDir));
  const scope = new Scope();
  scope.add(() => operator.close());
  try {
    const metrics = await openEndpoint(metricsAddress, { "/metrics": () => ok(operator.metrics()) });
    scope.add(() => metrics.close());
    const probes = await openEndpoint(probeAddress, {
      "/healthz": () => ok("ok\n"),
      "/readyz": () => (operator.isReady ? ok("ok\n") : { status: 503, text: "not ready\n" }),
    });
    scope.add(() => probes.close());
    log.info(`metrics at ${metrics.url}/metrics, probes at ${probes.url}/readyz`);
    operator.start(isElecting);
    return { metricsUrl: metrics.url, probeUrl: probes.url, close: () => scope.close() };
  } catch (error) {
    await scope.close();
    throw error;
  }
}

class Operator {
  readonly #options: OperatorOptions;
  readonly #cluster: Cluster;
  readonly #metrics = new Metrics();
  readonly #leader: Leader;
  #controller: Controller | undefined;
  #ending: Promise<void> = Promise.resolve();
  #isElecting = true;
  #logged = "";
  #hasSeenLease = false;

  constructor(options: OperatorOptions, cluster: Cluster) {
    this.#options = options;
    this.#cluster = cluster;
    const { env, leaseNamespace, leaseSeconds = defaultLeaseSeconds } = options;
    const namespace = leaseNamespace ?? (env["POD_NAMESPACE"] || namespaces.operator);
    const me = `${env["POD_NAME"] || hostname()}_${randomBytes(4).toString("hex")}`;
    const store = leaseStore(cluster.objects, namespace, leaseName);
    this.#leader = new Leader(
      { store, me, leaseSeconds, server: cluster.server },
      {
        leads: () => {
          this.#log("info", `acquired the leader lease as ${me}`);
          this.#hasSeenLease = true;
          this.#begin();
        },
        lost: (because) => {
          this.#log("warn", `lost the leader lease: ${because}`);
          void this.#end();
        },
        waits: (other) => {
          this.#hasSeenLease = true;
          this.#log("info", `standing by: ${other} is the leader`);
        },
        failed: (message) =>
          this.#log(
            "error",
            `the Lease ${leaseName} in namespace ${namespace} cannot be acquired: ${message}`,
          ),
      },
    );
  }

  /** An operator that stands by is ready, because it takes over at once when it may. */
  get isReady(): boolean {
    return this.#controller ? this.#controller.isReady : this.#hasSeenLease;
  }

  metrics(): string {
    const { queueDepth = 0 } = this.#controller ?? {};
    const servers = this.#controller?.servers() ?? [];
    return this.#metrics.text({ queueDepth, servers, isLeading: this.#controller !== undefined });
  }

  start(isElecting: boolean): void {
    this.#isElecting = isElecting;
    if (isElecting) this.#leader.start();
    else this.#begin();
  }

  /** The work first, because another operator starts when the Lease is released. */
  async close(): Promise<void> {
    await this.#end();
    if (this.#isElecting) await this.#leader.close();
    await this.#end();
  }

  #begin(): void {
    const { env, log } = this.#options;
    const { objects, server } = this.#cluster;
    const controller = new Controller({
      objects,
      settings: operatorSettings(env),
      cluster: server,
      log,
      metrics: this.#metrics,
    });
    this.#controller = controller;
    // Starts only after the work from before the loss of the Lease has ended.
    void this.#ending.then(() => this.#controller === controller && controller.start());
  }

  #end(): Promise<void> {
    const controller = this.#controller;
    this.#controller = undefined;
    if (controller) this.#ending = controller.close();
    return this.#ending;
  }

  #log(level: "info" | "warn" | "error", message: string): void {
    if (this.#logged === message) return;
    this.#logged = message;
    this.#options.log.write(level, message);
  }
}

function ok(text: string): { status: number; text: string } {
  return { status: 200, text };
}
