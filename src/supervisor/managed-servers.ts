/** Owns the servers of the live catalog. Independent of files and of the client protocol. */

import type { Entry } from "../catalog/entry.ts";
import type { CatalogDiff } from "../catalog/live/catalog-diff.ts";
import { ManagedServer, type ManagedServerHost } from "./managed-server.ts";

export class ManagedServers {
  readonly #host: ManagedServerHost;
  readonly #version: string;
  readonly #servers = new Map<string, ManagedServer>();
  readonly #leaving = new Map<ManagedServer, Promise<void>>();
  /** Removed servers. Sessions that refer to one use it again when it is restored. */
  readonly #removed = new Map<string, ManagedServer>();

  /** `version` is the version of the gateway that is sent to backends. */
  constructor(host: ManagedServerHost, version: string) {
    this.#host = host;
    this.#version = version;
  }

  get(id: string): ManagedServer | undefined {
    return this.#servers.get(id);
  }

  /** In the order of the catalog. */
  all(): ManagedServer[] {
    return [...this.#servers.values()];
  }

  /** Applies a change of the catalog at once. Removed servers finish their calls in flight. */
  apply(entries: readonly Entry[], difference: CatalogDiff): void {
    for (const id of difference.removed) this.#remove(id);
    const servers = entries.map((entry) => this.#upsert(entry, difference));
    this.#servers.clear();
    for (const server of servers) this.#servers.set(server.id, server);
  }

  /** Stops every instance. */
  async close(): Promise<void> {
    await Promise.all([...this.all(), ...this.#leaving.keys()].map((server) => server.close()));
    await Promise.all(this.#leaving.values());
  }

  #upsert(entry: Entry, difference: CatalogDiff): ManagedServer {
    const known = this.#servers.get(entry.id);
    if (!known) return this.#restore(entry) ?? new ManagedServer(entry, this.#host, this.#version);
    if (difference.modified.includes(entry.id)) known.update(entry);
    return known;
  }

  #restore(entry: Entry): ManagedServer | undefined {
    const server = this.#removed.get(entry.id);
    this.#removed.delete(entry.id);
    server?.restore(entry);
    return server;
  }

  #remove(id: string): void {
    const server = this.#servers.get(id);
    if (!server) return;
    this.#servers.delete(id);
    this.#removed.set(id, server);
    const removal = server.remove().finally(() => this.#leaving.delete(server));
    this.#leaving.set(server, removal);
  }
}
