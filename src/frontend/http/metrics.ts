/** `/metrics` in the Prometheus text format (exposition format 0.0.4). Reads the statistics of the servers. */

import type { ManagedServer } from "../../supervisor/managed-server.ts";
import { statuses } from "../../supervisor/state.ts";
import { latencyBounds } from "../../supervisor/statistics.ts";
import type { GatewayApi } from "../gateway-api.ts";

type Labels = Readonly<Record<string, string>>;
type Sample = readonly [labels: Labels, value: number, suffix?: string];

export const metricsType = "text/plain; version=0.0.4; charset=utf-8";

/** `sessions` is the number of client sessions over HTTP. */
export function metrics(core: GatewayApi, sessions: number): string {
  const servers = core.servers();
  const each = (value: (server: ManagedServer) => number): Sample[] =>
    servers.map((server) => [{ server: server.id }, value(server)]);
  const memory = process.memoryUsage();
  const cpu = process.cpuUsage();
  return [
    family(
      "mcp_gateway_requests_total",
      "counter",
      "Requests forwarded.",
      each((s) => s.statistics.requests),
    ),
    family(
      "mcp_gateway_errors_total",
      "counter",
      "Requests that failed.",
      each((s) => s.statistics.errors),
    ),
    family(
      "mcp_gateway_request_duration_seconds",
      "histogram",
      "Time until the response.",
      servers.flatMap(latency),
    ),
    family(
      "mcp_gateway_server_starts_total",
      "counter",
      "Instances started.",
      each((s) => s.statistics.starts),
    ),
    family(
      "mcp_gateway_server_restarts_total",
      "counter",
      "Restarts after a crash.",
      each((s) => s.statistics.restarts),
    ),
    family(
      "mcp_gateway_server_state",
      "gauge",
      "1 for the current state of a server.",
      servers.flatMap(state),
    ),
    family(
      "mcp_gateway_server_in_flight",
      "gauge",
      "Requests in flight.",
      each((s) => s.inFlight),
    ),
    family(
      "mcp_gateway_server_instances",
      "gauge",
      "Instances running.",
      each((s) => s.connectionCount),
    ),
    family(
      "mcp_gateway_server_sessions",
      "gauge",
      "Client sessions attached.",
      each((s) => s.subscriptions.size),
    ),
    family("mcp_gateway_sessions", "gauge", "Client sessions over HTTP.", [[{}, sessions]]),
    family("mcp_gateway_info", "gauge", "Version of the gateway.", [[{ version: core.version }, 1]]),
    family("process_cpu_seconds_total", "counter", "CPU time used.", [[{}, (cpu.user + cpu.system) / 1e6]]),
    family("process_resident_memory_bytes", "gauge", "Resident memory.", [[{}, memory.rss]]),
    family("process_heap_bytes", "gauge", "JavaScript heap in use.", [[{}, memory.heapUsed]]),
    family("process_start_time_seconds", "gauge", "Start time of the gateway.", [
      [{}, core.startedAt.date.getTime() / 1000],
    ]),
  ].join("");
}

function latency(server: ManagedServer): Sample[] {
  const { latencyCounts, latencySumSeconds, requests } = server.statistics;
  let total = 0;
  const buckets = latencyBounds.map((bound, index): Sample => {
    total += latencyCounts[index] ?? 0;
    return [{ server: server.id, le: String(bound) }, total, "_bucket"];
  });
  return [
    ...buckets,
    [{ server: server.id, le: "+Inf" }, requests, "_bucket"],
    [{ server: server.id }, latencySumSeconds, "_sum"],
    [{ server: server.id }, requests, "_count"],
  ];
}

function state(server: ManagedServer): Sample[] {
  const now = server.state.kind;
  return statuses.map((status) => [{ server: server.id, state: status }, status === now ? 1 : 0]);
}

function family(name: string, type: string, help: string, samples: Sample[]): string {
  const lines = samples.map(
    ([labels, value, suffix = ""]) => `${name}${suffix}${labelText(labels)} ${value}\n`,
  );
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join("")}`;
}

/** Ids and versions are not escaped, because their syntax does not allow quotes, backslashes or line breaks. */
function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${value}"`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}
