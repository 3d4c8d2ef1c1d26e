/**
 * The servers of a gateway behind an address: of another window or another machine. Does not start or stop the gateway.
 */

import { Emitter } from "../../base/emitter.ts";
import { type Address, ask, listen } from "./gateway-client.ts";
import {
  type Overview,
  type ReloadCounts,
  rowAt,
  type ServerDetail,
  type ServerRow,
  type ServerStatistics,
  type Servers,
} from "./servers.ts";

/** Delay that combines a burst of events into one request. */
const togetherMs = 30;
const tailLines = 500;

export class RemoteServers implements Servers {
  readonly changed = new Emitter<void>();
  /** Resolves when the gateway has ended, or when this object is closed. */
  readonly ended: Promise<void>;
  readonly #address: Address;
  readonly #abort = new AbortController();
  #overview: Overview;
  #timer: NodeJS.Timeout | undefined;
  #lastRequest = 0;
  #lastShown = 0;

  /** Rejects if no gateway answers, or if it refuses the key. */
  static async attach(address: Address): Promise<RemoteServers> {
    return new RemoteServers(address, await overviewAt(address));
  }

  private constructor(address: Address, overview: Overview) {
    this.#address = address;
    this.#overview = overview;
    this.ended = listen(address, "/events", {
      // Servers may have changed before the event stream was open.
      onOpen: () => this.#soon(),
      onMessage: () => this.#soon(),
      signal: this.#abort.signal,
    }).catch(() => undefined);
  }

  get overview(): Overview {
    return this.#overview;
  }

  async refresh(): Promise<void> {
    const request = ++this.#lastRequest;
    const overview = await overviewAt(this.#address);
    // The answer is out of date if a later request was answered first.
    if (this.#abort.signal.aborted || request < this.#lastShown) return;
    this.#lastShown = request;
    this.#overview = overview;
    this.changed.fire();
  }

  async start(id: string): Promise<void> {
    await this.#command(id, "start");
  }

  async stop(id: string): Promise<void> {
    await this.#command(id, "stop");
  }

  async restart(id: string): Promise<void> {
    await this.#command(id, "restart");
  }

  async reload(): Promise<ReloadCounts> {
    const answer = await ask(this.#address, "/admin/reload", { method: "POST" });
    const counts = answer as Record<`servers_${keyof ReloadCounts}`, number>;
    return {
      loaded: counts.servers_loaded,
      added: counts.servers_added,
      removed: counts.servers_removed,
      modified: counts.servers_modified,
    };
  }

  async statistics(): Promise<ServerStatistics> {
    return (await ask(this.#address, "/stats")) as ServerStatistics;
  }

  async detail(id: string): Promise<ServerDetail> {
    return (await ask(this.#address, `/servers/${encodeURIComponent(id)}`)) as ServerDetail;
  }

  async request(id: string, method: string, params: object): Promise<unknown> {
    const { mcpRequest } = await import("./mcp-request.ts");
    return mcpRequest(this.#address, id, method, params);
  }

  followLog(id: string, onLine: (line: string) => void): () => void {
    const abort = new AbortController();
    const signal = AbortSignal.any([abort.signal, this.#abort.signal]);
    const path = `/servers/${encodeURIComponent(id)}/logs?follow=1&tail=${tailLines}`;
    listen(this.#address, path, { onMessage: onLine, signal }).catch(() => undefined);
    return () => abort.abort();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#abort.abort();
  }

  async #command(id: string, command: "start" | "stop" | "restart"): Promise<void> {
    await ask(this.#address, `/servers/${encodeURIComponent(id)}/${command}`, {
      method: "POST",
      withinMs: 0,
    });
  }

  #soon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      // The end of the event stream reports a gateway that has ended.
      this.refresh().catch(() => undefined);
    }, togetherMs);
  }
}

async function overviewAt(address: Address): Promise<Overview> {
  const [rows, stats] = await Promise.all([ask(address, "/servers"), ask(address, "/stats")]);
  const problem = (stats as { last_reload_error?: string }).last_reload_error;
  return { rows: (rows as ServerRow[]).map((row) => rowAt(row)), ...(problem !== undefined && { problem }) };
}
