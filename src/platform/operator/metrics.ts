/** Metrics of the operator in the format of Prometheus (text format 0.0.4). Opens no port. */

import type { McpServer, Phase } from "../resource/mcp-server.ts";

/** Upper bounds of the durations, in seconds. */
const bounds = [0.01, 0.05, 0.1, 0.5, 1, 5, 30] as const;
const phases: readonly Phase[] = ["Pending", "PartiallyReady", "Ready", "Error"];

/** Values that are read at each request. */
export interface Gauges {
  readonly queueDepth: number;
  readonly isLeading: boolean;
  readonly servers: readonly McpServer[];
}

export class Metrics {
  readonly #counts = bounds.map(() => 0);
  #reconciles = 0;
  #errors = 0;
  #seconds = 0;

  reconciled(seconds: number, isError: boolean): void {
    this.#reconciles += 1;
    if (isError) this.#errors += 1;
    this.#seconds += seconds;
    bounds.forEach((bound, index) => {
      if (seconds <= bound) this.#counts[index] = (this.#counts[index] ?? 0) + 1;
    });
  }

  text({ queueDepth, isLeading, servers }: Gauges): string {
    const duration = "mcp_runtime_reconcile_duration_seconds";
    const inPhase = (phase: Phase) =>
      servers.filter(({ status }) => (status?.phase ?? "Pending") === phase).length;
    const lines = [
      ...metric("mcp_runtime_reconciles_total", "counter", "Reconciles.", { "": this.#reconciles }),
      ...metric("mcp_runtime_reconcile_errors_total", "counter", "Reconciles that failed.", {
        "": this.#errors,
      }),
      `# HELP ${duration} Duration of a reconcile.`,
      `# TYPE ${duration} histogram`,
      ...bounds.map((bound, index) => `${duration}_bucket{le="${bound}"} ${this.#counts[index]}`),
      `${duration}_bucket{le="+Inf"} ${this.#reconciles}`,
      `${duration}_sum ${this.#seconds}`,
      `${duration}_count ${this.#reconciles}`,
      ...metric("mcp_runtime_queue_depth", "gauge", "MCPServers that wait to be reconciled.", {
        "": queueDepth,
      }),
      ...metric("mcp_runtime_leader", "gauge", "1 while this operator leads.", { "": isLeading ? 1 : 0 }),
      ...metric(
        "mcp_runtime_servers",
        "gauge",
        "MCPServers by their phase.",
        Object.fromEntries(phases.map((phase) => [`{phase="${phase}"}`, inPhase(phase)])),
      ),
    ];
    return `${lines.join("\n")}\n`;
  }
}

function metric(
  name: string,
  type: "counter" | "gauge",
  help: string,
  values: Readonly<Record<string, number>>,
): string[] {
  const lines = Object.entries(values).map(([labels, value]) => `${name}${labels} ${value}`);
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...lines];
}
