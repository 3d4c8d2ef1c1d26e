/** Metrics of the operator in the text format of Prometheus. Opens no port. */

import { counter, gauge, Histogram, histogram } from "../../base/prometheus.ts";
import type { McpServer, Phase } from "../resource/mcp-server.ts";

/** Upper bounds of the durations, in seconds. */
const bounds = [0.01, 0.05, 0.1, 0.5, 1, 5, 30];
const phases: readonly Phase[] = ["Pending", "PartiallyReady", "Ready", "Error"];

/** Values that are read at each request. */
export interface Gauges {
  readonly queueDepth: number;
  readonly isLeading: boolean;
  readonly servers: readonly McpServer[];
}

export class Metrics {
  readonly #durations = new Histogram(bounds);
  #reconciles = 0;
  #errors = 0;

  reconciled(seconds: number, isError: boolean): void {
    this.#reconciles += 1;
    if (isError) this.#errors += 1;
    this.#durations.observe(seconds);
  }

  text({ queueDepth, isLeading, servers }: Gauges): string {
    const inPhase = (phase: Phase) =>
      servers.filter(({ status }) => (status?.phase ?? "Pending") === phase).length;
    return [
      counter({ name: "mcp_runtime_reconciles_total", help: "Reconciles." }, [{ value: this.#reconciles }]),
      counter({ name: "mcp_runtime_reconcile_errors_total", help: "Reconciles that failed." }, [
        { value: this.#errors },
      ]),
      histogram({ name: "mcp_runtime_reconcile_duration_seconds", help: "Duration of a reconcile." }, [
        { histogram: this.#durations },
      ]),
      gauge({ name: "mcp_runtime_queue_depth", help: "MCPServers that wait to be reconciled." }, [
        { value: queueDepth },
      ]),
      gauge({ name: "mcp_runtime_leader", help: "1 while this operator leads." }, [
        { value: isLeading ? 1 : 0 },
      ]),
      gauge(
        { name: "mcp_runtime_servers", help: "MCPServers by their phase." },
        phases.map((phase) => ({ labels: { phase }, value: inPhase(phase) })),
      ),
    ].join("");
  }
}
