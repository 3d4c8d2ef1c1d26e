/** Counts requests of one server and their durations, across restarts of its instances. Independent of output formats. */

import { Histogram } from "../base/prometheus.ts";

/** Upper bounds of the latency histogram, in seconds. */
const latencyBounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

const windowSize = 1_024;

export class Statistics {
  requests = 0;
  errors = 0;
  starts = 0;
  restarts = 0;
  lastActivity: Date | undefined;
  readonly latency = new Histogram(latencyBounds);
  readonly #recentMs: number[] = [];

  /** One request ended. `ok` is false for a JSON-RPC error too. */
  record(elapsedMs: number, ok: boolean): void {
    this.#recentMs[this.requests % windowSize] = elapsedMs;
    this.requests++;
    if (!ok) this.errors++;
    this.lastActivity = new Date();
    this.latency.observe(elapsedMs / 1000);
  }

  /** Percentiles (0 to 100) of the last 1,024 requests, in milliseconds to two places; 0 before the first. */
  percentilesMs(...percentiles: number[]): number[] {
    const sorted = [...this.#recentMs].sort((a, b) => a - b);
    return percentiles.map((percentile) => {
      const index = Math.min(sorted.length - 1, Math.floor((sorted.length * percentile) / 100));
      return Math.round((sorted[index] ?? 0) * 100) / 100;
    });
  }
}
