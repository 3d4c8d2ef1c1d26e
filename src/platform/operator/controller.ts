/** The operator at work, as long as it leads: sees, queues, reconciles. Begun anew until the cluster can be seen. */

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
  /** Where the cluster is, for people. */
  readonly cluster: string;
  readonly log: Log;
  readonly metrics: Metrics;
}

const retryMs = 3_000;
/** All are looked at again after this, should a change have gone by unseen. */
const resyncMs = 10 * 60_000;
const queueOptions = { atOnce: 8, firstRetryMs: 500, longestRetryMs: 60_000 } as const;

export class Controller {
  readonly #options: ControllerOptions;
  readonly #queue: WorkQueue;
  /** What was said last of each trouble: said again only when it changes. */
  readonly #told = new Map<string, string>();
  #sight: ClusterCache | undefined;
  #reconciler: Reconciler | undefined;
  #opening: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: ControllerOptions) {
    this.#options = options;
    this.#queue = new WorkQueue({
      ...queueOptions,
      work: (key) => this.#work(key),
      failed: (key, error) => this.#tell(key, `${key}: ${this.#words(error)}`),
    });
  }

  /** Whether it sees the cluster. */
  get isReady(): boolean {
    return this.#sight !== undefined;
  }

  get queueDepth(): number {
    return this.#queue.depth;
  }

  servers(): readonly McpServer[] {
    return this.#sight?.servers() ?? [];
  }

  start(): void {
    this.#opening = this.#open();
  }

  /** Resolves when what is under way has ended. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#opening;
    clearTimeout(this.#timer);
    this.#sight?.close();
    await this.#queue.close();
  }

  async #open(): Promise<void> {
    const { objects, settings, cluster, log } = this.#options;
    try {
      const sight = await ClusterCache.open(objects, settings, {
        // Before all is seen nothing can be decided.
        changed: (key) => this.#sight && this.#queue.add(key),
        failed: (what, error) =>
          this.#tell(`watch of ${what}`, `the watch of ${what} broke off: ${this.#words(error)}`),
      });
      this.#reconciler = new Reconciler({ objects, settings, cluster, sight });
      this.#sight = sight;
      this.#told.clear();
      log.info(`sees ${sight.servers().length} MCPServers of ${settings.group}`);
      this.#resync();
    } catch (error) {
      this.#tell("open", `cannot begin: ${this.#words(error)}`);
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
      this.#told.delete(key);
    } finally {
      this.#options.metrics.reconciled((performance.now() - begun) / 1000, isError);
    }
  }

  #tell(about: string, words: string): void {
    if (this.#told.get(about) === words) return;
    this.#told.set(about, words);
    this.#options.log.error(words);
  }

  #words(error: unknown): string {
    return clusterErrorText(error, this.#options.cluster);
  }
}
