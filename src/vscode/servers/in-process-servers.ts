/** The servers of the gateway in this window. Does not own the servers: closing it only ends its subscriptions. */

import { Emitter } from "../../base/emitter.ts";
import { Scope } from "../../base/scope.ts";
import { serverDetail, serverRow, statistics } from "../../frontend/http/server-view.ts";
import type { Gateway } from "../../gateway/gateway.ts";
import type { ManagedServer } from "../../supervisor/managed-server.ts";
import type { Address } from "./gateway-client.ts";
import {
  type Overview,
  type ReloadCounts,
  rowAt,
  type ServerDetail,
  type ServerStatistics,
  type Servers,
} from "./servers.ts";

const tailLines = 500;

export class InProcessServers implements Servers {
  readonly changed = new Emitter<void>();
  readonly #gateway: Gateway;
  readonly #address: Address | undefined;
  readonly #scope = new Scope();
  #overview: Overview;
  #pending: NodeJS.Immediate | undefined;

  /** `address` is the gateway's address, if it is listening. */
  constructor(gateway: Gateway, address: Address | undefined) {
    this.#gateway = gateway;
    this.#address = address;
    this.#overview = overviewOf(gateway);
    this.#scope.add(gateway.events.on(() => this.#soon()));
    this.#scope.add(() => clearImmediate(this.#pending));
  }

  get overview(): Overview {
    return this.#overview;
  }

  async refresh(): Promise<void> {
    this.#look();
  }

  async start(id: string): Promise<void> {
    await this.#server(id).start();
  }

  async stop(id: string): Promise<void> {
    await this.#server(id).stop();
  }

  async restart(id: string): Promise<void> {
    await this.#server(id).restart();
  }

  async reload(): Promise<ReloadCounts> {
    const { loaded, added, removed, modified } = await this.#gateway.reload();
    return { loaded, added: added.length, removed: removed.length, modified: modified.length };
  }

  async statistics(): Promise<ServerStatistics> {
    return statistics(this.#gateway);
  }

  async detail(id: string): Promise<ServerDetail> {
    return serverDetail(this.#server(id));
  }

  async request(id: string, method: string, params: object): Promise<unknown> {
    if (!this.#address) throw new Error("The gateway is not listening");
    const { mcpRequest } = await import("./mcp-request.ts");
    return mcpRequest(this.#address, id, method, params);
  }

  followLog(id: string, onLine: (line: string) => void): () => void {
    const { log } = this.#server(id);
    for (const line of log.tail(tailLines)) onLine(line);
    return this.#scope.add(log.follow(onLine));
  }

  close(): void {
    void this.#scope.close();
  }

  #server(id: string): ManagedServer {
    const server = this.#gateway.server(id);
    if (!server) throw new Error(`Server '${id}' not found`);
    return server;
  }

  /** Combines the events of many servers into one change. */
  #soon(): void {
    this.#pending ??= setImmediate(() => {
      this.#pending = undefined;
      this.#look();
    });
  }

  #look(): void {
    this.#overview = overviewOf(this.#gateway);
    this.changed.fire();
  }
}

function overviewOf(gateway: Gateway): Overview {
  const { error } = gateway.lastReload;
  const rows = gateway.servers().map((server) => rowAt(serverRow(server)));
  return error === undefined ? { rows } : { rows, problem: error };
}
