/** Metrics of the gateway. */

import assert from "node:assert/strict";
import { test } from "node:test";
import type { GatewayApi } from "../../../../src/frontend/gateway-api.ts";
import { metrics } from "../../../../src/frontend/http/metrics.ts";
import { Statistics } from "../../../../src/supervisor/statistics.ts";

function gatewayWith(...servers: object[]): GatewayApi {
  return {
    version: "1.2.3",
    startedAt: { date: new Date(5_000) },
    servers: () => servers,
  } as unknown as GatewayApi;
}

function server(id: string, statistics: Statistics): object {
  const state = { kind: "running" };
  return { id, state, statistics, inFlight: 1, instanceCount: 2, subscriptions: { subscriberCount: 3 } };
}

test("each server has its figures, and its state is the one with the value 1", () => {
  const statistics = new Statistics();
  statistics.record(4, true);
  statistics.record(70_000, false);
  statistics.starts = 1;
  const lines = metrics(gatewayWith(server("files", statistics)), 7).split("\n");
  for (const line of [
    "# TYPE mcp_gateway_requests_total counter",
    'mcp_gateway_requests_total{server="files"} 2',
    'mcp_gateway_errors_total{server="files"} 1',
    'mcp_gateway_request_duration_seconds_bucket{server="files",le="0.0025"} 0',
    'mcp_gateway_request_duration_seconds_bucket{server="files",le="0.005"} 1',
    'mcp_gateway_request_duration_seconds_bucket{server="files",le="+Inf"} 2',
    'mcp_gateway_request_duration_seconds_sum{server="files"} 70.004',
    'mcp_gateway_request_duration_seconds_count{server="files"} 2',
    'mcp_gateway_server_starts_total{server="files"} 1',
    'mcp_gateway_server_restarts_total{server="files"} 0',
    'mcp_gateway_server_state{server="files",state="running"} 1',
    'mcp_gateway_server_state{server="files",state="stopped"} 0',
    'mcp_gateway_server_in_flight{server="files"} 1',
    'mcp_gateway_server_instances{server="files"} 2',
    'mcp_gateway_server_sessions{server="files"} 3',
    "mcp_gateway_sessions 7",
    'mcp_gateway_info{version="1.2.3"} 1',
    "process_start_time_seconds 5",
  ])
    assert.ok(lines.includes(line), line);
});

test("every line is one of the text format, and every metric is described once", () => {
  const text = metrics(gatewayWith(server("a", new Statistics()), server("b", new Statistics())), 0);
  assert.ok(text.endsWith("\n"));
  const lines = text.trimEnd().split("\n");
  for (const line of lines)
    assert.match(
      line,
      /^(# HELP \w+ .+|# TYPE \w+ (counter|gauge|histogram)|\w+(\{\w+="[^"]*"(,\w+="[^"]*")*\})? [\d.e+-]+)$/,
    );
  const described = lines.filter((line) => line.startsWith("# HELP")).map((line) => line.split(" ")[2]);
  assert.equal(new Set(described).size, described.length);
});
