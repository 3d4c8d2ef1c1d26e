/** Statistics of the current servers of the window, refreshed while they are visible. */

import { Scope } from "../../base/scope.ts";
import type { ServerRow, ServerStatistics, Servers } from "../servers/servers.ts";

export interface StatisticsHost {
  servers(): Servers | undefined;
  /** Calls `changed` when `servers()` returns another object. Returns a function that ends this. */
  onServers(changed: () => void): () => void;
  isVisible(): boolean;
  show(rows: readonly ServerRow[], statistics: ServerStatistics): void;
}

const refreshMs = 2_000;

export class StatisticsPoller {
  readonly #host: StatisticsHost;
  readonly #scope = new Scope();
  #unfollow: () => void = () => undefined;

  constructor(host: StatisticsHost) {
    this.#host = host;
    const timer = setInterval(() => void this.draw(), refreshMs);
    this.#scope.add(() => clearInterval(timer));
    this.#scope.add(host.onServers(() => this.#follow()));
    this.#scope.add(() => this.#unfollow());
    this.#follow();
  }

  close(): void {
    void this.#scope.close();
  }

  /** Keeps the last figures if there are no servers. Never rejects. */
  async draw(): Promise<void> {
    const servers = this.#host.servers();
    if (!servers || !this.#host.isVisible()) return;
    const statistics = await servers.statistics().catch(() => undefined);
    if (statistics && servers === this.#host.servers()) this.#host.show(servers.overview.rows, statistics);
  }

  #follow(): void {
    this.#unfollow();
    this.#unfollow = this.#host.servers()?.changed.on(() => void this.draw()) ?? (() => undefined);
    void this.draw();
  }
}
