/** `/metrics` in the text format of Prometheus. Reads the statistics of the servers. */

import { counter, gauge, histogram, type Sample } from "../../base/prometheus.ts";
import type { ManagedServer } from "../../supervisor/managed-server.ts";
import { statuses } from "../../supervisor/state.ts";
import type { GatewayApi } from "../gateway-api.ts";

/** `sessions` is the number of client sessions over HTTP. */
export function metrics(core: GatewayApi, sessions: number): string {
  return serverMetrics(core.servers()) + gatewayMetrics(core, sessions) + processMetrics(core);
}

function serverMetrics(servers: readonly ManagedServer[]): string {
  const each = (value: (server: ManagedServer) => number): Sample[] =>
    servers.map((server) => ({ labels: { server: server.id }, value: value(server) }));
  const inState = servers.flatMap((server) =>
    statuses.map((status) => ({
      labels: { server: server.id, state: status },
      value: status === server.state.kind ? 1 : 0,
    })),
  );
  return [
    counter(
      { name: "mcp_gateway_requests_total", help: "Requests forwarded." },
      each((s) => s.statistics.requests),
    ),
    counter(
      { name: "mcp_gateway_errors_total", help: "Requests that failed." },
      each((s) => s.statistics.errors),
    ),
    histogram(
      { name: "mcp_gateway_request_duration_seconds", help: "Time until the response." },
      servers.map(({ id, statistics }) => ({ labels: { server: id }, histogram: statistics.latency })),
    ),
    counter(
      { name: "mcp_gateway_server_starts_total", help: "Instances started." },
      each((s) => s.statistics.starts),
    ),
    counter(
      { name: "mcp_gateway_server_restarts_total", help: "Restarts after a crash." },
      each((s) => s.statistics.restarts),
    ),
    gauge({ name: "mcp_gateway_server_state", help: "1 for the current state of a server." }, inState),
    gauge(
      { name: "mcp_gateway_server_in_flight", help: "Requests in flight." },
      each((s) => s.inFlight),
    ),
    gauge(
      { name: "mcp_gateway_server_instances", help: "Instances running." },
      each((s) => s.instanceCount),
    ),
    gauge(
      { name: "mcp_gateway_server_sessions", help: "Client sessions attached." },
      each((s) => s.subscriptions.subscriberCount),
    ),
  ].join("");
}

function gatewayMetrics({ version }: GatewayApi, sessions: number): string {
  return [
    gauge({ name: "mcp_gateway_sessions", help: "Client sessions over HTTP." }, [{ value: sessions }]),
    gauge({ name: "mcp_gateway_info", help: "Version of the gateway." }, [{ labels: { version }, value: 1 }]),
  ].join("");
}

/** The names are those of the official client libraries of Prometheus. */
function processMetrics({ startedAt }: GatewayApi): string {
  const memory = process.memoryUsage();
  const cpu = process.cpuUsage();
  const startSeconds = startedAt.date.getTime() / 1000;
  return [
    counter({ name: "process_cpu_seconds_total", help: "CPU time used." }, [
      { value: (cpu.user + cpu.system) / 1e6 },
    ]),
    gauge({ name: "process_resident_memory_bytes", help: "Resident memory." }, [{ value: memory.rss }]),
    gauge({ name: "process_heap_bytes", help: "JavaScript heap in use." }, [{ value: memory.heapUsed }]),
    gauge({ name: "process_start_time_seconds", help: "Start time of the gateway." }, [
      { value: startSeconds },
    ]),
  ].join("");
}
