/**
 * The MCPServers of a cluster as a source of entries (platform.md, *Deploying the gateway itself*). A cluster that does
 * not answer takes nothing away: what was known of it stays, and it is asked again.
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

/** Between two tries to reach a cluster that did not answer. */
const retryMs = 5_000;
/** Several changes at a time are one. */
const settleMs = 200;

export class ClusterSource implements CatalogSource {
  readonly baseDir: string;
  readonly #choice: CatalogSourceChoice;
  readonly #log: Log;
  #entries: readonly Entry[] = [];
  #watched: Informer<McpServer> | undefined;
  #lastTrouble: string | undefined;

  /** `baseDir`: where a relative kubeconfig starts; absolute. */
  constructor(choice: CatalogSourceChoice, baseDir: string, log: Log) {
    this.#choice = choice;
    this.baseDir = baseDir;
    this.#log = log;
  }

  async read(): Promise<CatalogReading> {
    if (this.#watched) this.#entries = this.#entriesOf(this.#watched.all());
    else await this.#ask();
    return { kind: "valid", entries: this.#entries };
  }

  watch(changed: () => void): { close(): void } {
    const abort = new AbortController();
    let timer: NodeJS.Timeout | undefined;
    let retry: NodeJS.Timeout | undefined;
    let last = "";
    const look = () => {
      const entries = JSON.stringify(this.#entriesOf(this.#watched?.all() ?? []));
      if (entries === last) return;
      last = entries;
      changed();
    };
    const soon = () => {
      timer ??= setTimeout(() => {
        timer = undefined;
        look();
      }, settleMs);
    };
    const open = async () => {
      try {
        await this.#open(soon, abort.signal);
        if (!abort.signal.aborted) soon();
      } catch (error) {
        this.#tell(error);
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
        failed: (error) => this.#tell(error, cluster),
      },
    );
    if (signal.aborted) return watched.close();
    this.#watched = watched;
    this.#lastTrouble = undefined;
  }

  async #ask(): Promise<void> {
    try {
      const servers = new PlatformServers(await this.#cluster(), apiGroup(process.env));
      this.#entries = this.#entriesOf(await servers.list(this.#choice.namespace));
    } catch (error) {
      this.#tell(error);
    }
  }

  #cluster(): Promise<Cluster> {
    return openCluster(this.#clusterChoice(), this.baseDir);
  }

  /** The file in full, as its entries stand in a catalog elsewhere. */
  #clusterChoice(): ClusterChoice {
    const { kubeconfig, context } = this.#choice;
    return {
      ...(kubeconfig !== undefined && { kubeconfig: fullPath(kubeconfig, homedir(), this.baseDir) }),
      ...(context !== undefined && { context }),
    };
  }

  /** By name, so that the order in which a watch tells of them changes nothing. */
  #entriesOf(servers: readonly McpServer[]): readonly Entry[] {
    const key = ({ metadata }: McpServer) => `${metadata.name}/${metadata.namespace}`;
    const sorted = [...servers].sort((a, b) => (key(a) < key(b) ? -1 : 1));
    return catalogEntries(sorted, this.#clusterChoice());
  }

  /** Each trouble once, until it is another one. */
  #tell(error: unknown, cluster?: Cluster): void {
    const words = cluster ? clusterErrorText(error, cluster.server) : messageOf(error);
    if (words === this.#lastTrouble) return;
    this.#lastTrouble = words;
    this.#log.warn(`the servers of the cluster cannot be listed: ${words}`);
  }
}
