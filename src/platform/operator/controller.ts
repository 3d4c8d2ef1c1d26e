/** The work of the leading operator: watch, queue, reconcile. Restarts until the cluster is available. */

import type { Log } from "../../base/log.ts";
import { clusterErrorText } from "../../kube/cluster-errors.ts";
import type { ClusterObjects } from "../../kube/objects.ts";
import type { McpServer } from "../resource/mcp-server.ts";
import { ClusterCache, keyOf } from "./cluster-cache.ts";
import type { Metrics } from "./metrics.ts";
import { Reconciler } from "./reconciler.ts";
import type { OperatorSettings } from "./settings.ts";
import { WorkQueue } from "./work-queue.ts";

export interface ControllerOptions {
  readonly objects: ClusterObjects;
  readonly settings: OperatorSettings;
  /** Address of the cluster, for messages. */
  readonly cluster: string;
  readonly log: Log;
  readonly metrics: Metrics;
}

const retryMs = 3_000;
/** Interval at which all MCPServers are reconciled again, in case a change was missed. */
const resyncMs = 10 * 60_000;
const queueOptions = { atOnce: 8, firstRetryMs: 500, longestRetryMs: 60_000 } as const;

export class Controller {
  readonly #options: ControllerOptions;
  readonly #queue: WorkQueue;
  /** The last logged message of each problem. A message is logged again only when it changes. */
  readonly #logged = new Map<string, string>();
  #cache: ClusterCache | undefined;
  #reconciler: Reconciler | undefined;
  #opening: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: ControllerOptions) {
    this.#options = options;
    this.#queue = new WorkQueue({
      ...queueOptions,
      work: (key) => this.#work(key),
      failed: (key, error) => this.#logError(key, `${key}: ${this.#errorText(error)}`),
    });
  }

  /** Whether the cluster is being watched. */
  get isReady(): boolean {
    return this.#cache !== undefined;
  }

  get queueDepth(): number {
    return this.#queue.depth;
  }

  servers(): readonly McpServer[] {
    return this.#cache?.servers() ?? [];
  }

  start(): void {
    this.#opening = this.#open();
  }

  /** Resolves when the work in progress has ended. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#opening;
    clearTimeout(this.#timer);
    this.#cache?.close();
    await this.#queue.close();
  }

  async #open(): Promise<void> {
    const { objects, settings, cluster, log } = this.#options;
    try {
      const cache = await ClusterCache.open(objects, settings, {
        // No decision is possible before everything is listed.
        changed: (key) => this.#cache && this.#queue.add(key),
        failed: (what, error) =>
          this.#logError(`watch of ${what}`, `the watch of ${what} failed: ${this.#errorText(error)}`),
      });
      this.#reconciler = new Reconciler({ objects, settings, cluster, cache });
      this.#cache = cache;
      this.#logged.clear();
      log.info(`watching ${cache.servers().length} MCPServers of ${settings.group}`);
      this.#resync();
    } catch (error) {
      this.#logError("open", `cannot start: ${this.#errorText(error)}`);
      if (!this.#closed) this.#timer = setTimeout(() => this.start(), retryMs);
    }
  }

  #resync(): void {
    for (const { metadata } of this.servers())
      this.#queue.add(keyOf(metadata.namespace ?? "default", metadata.name));
    if (!this.#closed) this.#timer = setTimeout(() => this.#resync(), resyncMs);
  }

  async #work(key: string): Promise<void> {
    const [namespace = "", name = ""] = key.split("/");
    const begun = performance.now();
    let isError = true;
    try {
      await this.#reconciler?.reconcile(namespace, name);
      isError = false;
      this.#logged.delete(key);
    } finally {
      this.#options.metrics.reconciled((performance.now() - begun) / 1000, isError);
    }
  }

  #logError(about: string, message: string): void {
    if (this.#logged.get(about) === message) return;
    this.#logged.set(about, message);
    this.#options.log.error(message);
  }

  #errorText(error: unknown): string {
    return clusterErrorText(error, this.#options.cluster);
  }
}
