/**
 * Watches the servers of one cluster and their Pods until it is closed. Reports an error that prevents this, and retries.
 * The last known servers are kept.
 */

import { homedir } from "node:os";
import { Emitter } from "../../base/emitter.ts";
import { type Cluster, type ClusterChoice, openCluster } from "../../kube/cluster.ts";
import { clusterErrorText, httpStatusOf } from "../../kube/cluster-errors.ts";
import { Informer } from "../../kube/informer.ts";
import type { ClusterObject, ObjectType } from "../../kube/objects.ts";
import { apiVersion, kind, managedByLabel } from "../../platform/identity.ts";
import type { Pod } from "../../platform/operator/observed-state.ts";
import type { McpServer } from "../../platform/resource/mcp-server.ts";
import { type ClusterServerDetails, clusterServerDetails } from "./cluster-server-details.ts";
import { type PlatformError, platformErrorOf } from "./platform-errors.ts";
import { idOf, type PlatformRow, platformRows } from "./platform-presentation.ts";

export interface ClusterSelection extends ClusterChoice {
  /** The only namespace to show. */
  readonly namespace?: string;
}

/** The content of the view. */
export interface ClusterSnapshot {
  /** Absent until the cluster has listed its servers once. */
  readonly rows?: readonly PlatformRow[];
  /** The error because of which the rows may be out of date. */
  readonly trouble?: PlatformError;
  /** The reason why the rows have no Pods, if the cluster does not allow listing them. */
  readonly withoutPods?: string;
  /** The name of the cluster, if known. */
  readonly context?: string;
}

/** Delay before the next attempt to reach a cluster that did not answer. */
const retryMs = 5_000;
/**
 * Delay that combines several changes into one. It is longer than the time in which a watch is refused after its list.
 */
const settleMs = 150;

export class ClusterWatcher {
  /** Fires when the content of the view changes. */
  readonly changed = new Emitter<ClusterSnapshot>();
  readonly #choice: ClusterSelection;
  readonly #group: string;
  readonly #abort = new AbortController();
  #cluster: Cluster | undefined;
  #servers: Informer<McpServer> | undefined;
  #pods: Informer<Pod> | undefined;
  #error: PlatformError | undefined;
  #withoutPods: string | undefined;
  #isOpening = false;
  #retry: NodeJS.Timeout | undefined;
  #settle: NodeJS.Timeout | undefined;

  /** `group`: API group of the MCPServers. Nothing is sent before `open`. */
  constructor(choice: ClusterSelection, group: string) {
    this.#choice = choice;
    this.#group = group;
  }

  /**
   * Resolves when the cluster has answered or an error is known. Then it continues by itself. A second call retries at
   * once.
   */
  async open(): Promise<void> {
    if (this.#isOpening || this.#servers) return;
    this.#isOpening = true;
    clearTimeout(this.#retry);
    try {
      await this.#watchServers();
      this.#error = undefined;
    } catch (error) {
      this.#error = platformErrorOf(error, this.#cluster?.server ?? "");
      if (!this.#abort.signal.aborted) this.#retry = setTimeout(() => void this.open(), retryMs);
    } finally {
      this.#isOpening = false;
    }
    this.#emit();
  }

  close(): void {
    this.#abort.abort();
    clearTimeout(this.#retry);
    clearTimeout(this.#settle);
    this.#servers?.close();
    this.#pods?.close();
  }

  /** The last known facts of a server. */
  facts(id: string): ClusterServerDetails | undefined {
    const server = this.#servers?.all().find((candidate) => idOf(candidate) === id);
    return server && clusterServerDetails(server, this.#pods?.all() ?? []);
  }

  async #watchServers(): Promise<void> {
    const cluster = await openCluster(this.#choice, homedir());
    this.#cluster = cluster;
    const type = { apiVersion: apiVersion(this.#group), kind };
    const servers = await this.#watch<McpServer>(cluster, type);
    if (this.#abort.signal.aborted) return servers.close();
    this.#servers = servers;
    await this.#watchPods(cluster);
  }

  /** Servers are shown even if their Pods cannot be listed. */
  async #watchPods(cluster: Cluster): Promise<void> {
    const labelSelector = Object.entries(managedByLabel).map(([label, value]) => `${label}=${value}`);
    const type = { apiVersion: "v1", kind: "Pod" };
    try {
      const pods = await this.#watch<Pod>(cluster, type, labelSelector[0]);
      if (this.#abort.signal.aborted) return pods.close();
      this.#pods = pods;
      this.#withoutPods = undefined;
    } catch (error) {
      this.#withoutPods = clusterErrorText(error, cluster.server);
      // A missing permission is unlikely to change soon, so there is no retry.
      if (httpStatusOf(error) === 403 || this.#abort.signal.aborted) return;
      this.#retry = setTimeout(() => void this.#watchPods(cluster).then(() => this.#emit()), retryMs);
    }
  }

  #watch<T extends ClusterObject>(
    cluster: Cluster,
    type: ObjectType,
    labelSelector?: string,
  ): Promise<Informer<T>> {
    const { namespace } = this.#choice;
    const soon = () => this.#emitSoon();
    return Informer.open<T>(
      cluster.objects,
      type,
      { namespace, labelSelector },
      {
        changed: soon,
        gone: soon,
        failed: (error) => {
          this.#error = platformErrorOf(error, cluster.server);
          soon();
        },
        listed: () => {
          this.#error = undefined;
          soon();
        },
      },
    );
  }

  #emitSoon(): void {
    if (this.#abort.signal.aborted || !this.#servers) return;
    this.#settle ??= setTimeout(() => {
      this.#settle = undefined;
      this.#emit();
    }, settleMs);
  }

  #emit(): void {
    if (this.#abort.signal.aborted) return;
    const context = this.#cluster?.context;
    this.changed.fire({
      ...(this.#servers && { rows: platformRows(this.#servers.all(), this.#pods?.all() ?? []) }),
      ...(this.#error && { trouble: this.#error }),
      ...(this.#withoutPods !== undefined && { withoutPods: this.#withoutPods }),
      ...(context !== undefined && { context }),
    });
  }
}
