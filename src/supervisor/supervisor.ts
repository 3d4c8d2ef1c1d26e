/** Keeps servers as the registry wants them. Knows no file and no client protocol. */

import type { Entry } from "../catalog/entry.ts";
import type { CatalogDiff } from "../catalog/live/catalog-diff.ts";
import { ManagedServer, type ManagedServerHost } from "./managed-server.ts";

export class Supervisor {
  readonly #host: ManagedServerHost;
  readonly #version: string;
  readonly #servers = new Map<string, ManagedServer>();
  readonly #leaving = new Map<ManagedServer, Promise<void>>();
  /** Those that were removed: who holds on to one finds it again when it comes back. */
  readonly #removed = new Map<string, ManagedServer>();

  /** `version` is the gateway's own, told to backends. */
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

  /** Brings the servers in line with the registry, at once. Removed ones finish what they have in flight. */
  apply(entries: readonly Entry[], difference: CatalogDiff): void {
    for (const id of difference.removed) this.#remove(id);
    const servers = entries.map((entry) => this.#upsert(entry, difference));
    this.#servers.clear();
    for (const server of servers) this.#servers.set(server.id, server);
  }

  /** Ends every instance. */
  async close(): Promise<void> {
    await Promise.all([...this.all(), ...this.#leaving.keys()].map((server) => server.close()));
    await Promise.all(this.#leaving.values());
  }

  #upsert(entry: Entry, difference: CatalogDiff): ManagedServer {
    const known = this.#servers.get(entry.id);
    if (!known) return this.#revive(entry) ?? new ManagedServer(entry, this.#host, this.#version);
    if (difference.modified.includes(entry.id)) known.update(entry);
    return known;
  }

  #revive(entry: Entry): ManagedServer | undefined {
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
    const gone = server.remove().finally(() => this.#leaving.delete(server));
    this.#leaving.set(server, gone);
  }
}
