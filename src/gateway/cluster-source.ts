/**
 * The MCPServers of a cluster as a source of entries (platform.md, *Deploying the gateway itself*). While the cluster does
 * not answer, the known entries stay, and the request is repeated.
 */

import { homedir } from "node:os";
import { messageOf } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import type { Entry } from "../catalog/entry.ts";
import { fullPath } from "../catalog/variables/user-paths.ts";
import type { CatalogSourceChoice } from "../config/config-values.ts";
import { type Cluster, type ClusterChoice, openCluster } from "../kube/cluster.ts";
import { clusterErrorText } from "../kube/cluster-errors.ts";
import { Informer } from "../kube/informer.ts";
import { catalogEntries } from "../platform/catalog-entries.ts";
import { apiGroup, apiVersion, kind } from "../platform/identity.ts";
import type { McpServer } from "../platform/resource/mcp-server.ts";
import { PlatformServers } from "../platform/servers/platform-servers.ts";
import type { CatalogReading, CatalogSource } from "./catalog-source.ts";

/** Delay between two attempts to reach the cluster. */
const retryMs = 5_000;
/** Changes within this time are combined. */
const settleMs = 200;

export class ClusterSource implements CatalogSource {
  readonly baseDir: string;
  readonly #choice: CatalogSourceChoice;
  readonly #log: Log;
  #entries: readonly Entry[] = [];
  #watched: Informer<McpServer> | undefined;
  #lastError: string | undefined;

  /** `baseDir` is the absolute base directory of a relative kubeconfig path. */
  constructor(choice: CatalogSourceChoice, baseDir: string, log: Log) {
    this.#choice = choice;
    this.baseDir = baseDir;
    this.#log = log;
  }

  async read(): Promise<CatalogReading> {
    if (this.#watched) this.#entries = this.#entriesOf(this.#watched.all());
    else await this.#list();
    return { kind: "valid", entries: this.#entries };
  }

  watch(changed: () => void): { close(): void } {
    const abort = new AbortController();
    let timer: NodeJS.Timeout | undefined;
    let retry: NodeJS.Timeout | undefined;
    let last = "";
    const compare = () => {
      const entries = JSON.stringify(this.#entriesOf(this.#watched?.all() ?? []));
      if (entries === last) return;
      last = entries;
      changed();
    };
    const soon = () => {
      timer ??= setTimeout(() => {
        timer = undefined;
        compare();
      }, settleMs);
    };
    const open = async () => {
      try {
        await this.#open(soon, abort.signal);
        if (!abort.signal.aborted) soon();
      } catch (error) {
        this.#warn(error);
        if (!abort.signal.aborted) retry = setTimeout(() => void open(), retryMs);
      }
    };
    last = JSON.stringify(this.#entries);
    void open();
    return {
      close: () => {
        abort.abort();
        clearTimeout(timer);
        clearTimeout(retry);
        this.#watched?.close();
      },
    };
  }

  async #open(changed: () => void, signal: AbortSignal): Promise<void> {
    const cluster = await this.#cluster();
    const type = { apiVersion: apiVersion(apiGroup(process.env)), kind };
    const { namespace } = this.#choice;
    const watched = await Informer.open<McpServer>(
      cluster.objects,
      type,
      { namespace },
      {
        changed,
        gone: changed,
        failed: (error) => this.#warn(error, cluster),
      },
    );
    if (signal.aborted) return watched.close();
    this.#watched = watched;
    this.#lastError = undefined;
  }

  async #list(): Promise<void> {
    try {
      const servers = new PlatformServers(await this.#cluster(), apiGroup(process.env));
      this.#entries = this.#entriesOf(await servers.list(this.#choice.namespace));
    } catch (error) {
      this.#warn(error);
    }
  }

  #cluster(): Promise<Cluster> {
    return openCluster(this.#clusterChoice(), this.baseDir);
  }

  /** With the full path of the kubeconfig, because the entries go to a catalog in another directory. */
  #clusterChoice(): ClusterChoice {
    const { kubeconfig, context } = this.#choice;
    return {
      ...(kubeconfig !== undefined && { kubeconfig: fullPath(kubeconfig, homedir(), this.baseDir) }),
      ...(context !== undefined && { context }),
    };
  }

  /** Sorted by name, so that the order of watch events does not matter. */
  #entriesOf(servers: readonly McpServer[]): readonly Entry[] {
    const key = ({ metadata }: McpServer) => `${metadata.name}/${metadata.namespace}`;
    const sorted = [...servers].sort((a, b) => (key(a) < key(b) ? -1 : 1));
    return catalogEntries(sorted, this.#clusterChoice());
  }

  /** Logs an error, unless it is the same as the last one. */
  #warn(error: unknown, cluster?: Cluster): void {
    const message = cluster ? clusterErrorText(error, cluster.server) : messageOf(error);
    if (message === this.#lastError) return;
    this.#lastError = message;
    this.#log.warn(`could not list the servers of the cluster: ${message}`);
  }
}
