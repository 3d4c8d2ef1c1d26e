/** Metrics of the operator. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Metrics } from "../../../../src/platform/operator/metrics.ts";
import { mcpServer } from "./samples.ts";

test("metrics have the format of Prometheus", () => {
  const metrics = new Metrics();
  metrics.reconciled(0.02, false);
  metrics.reconciled(2, true);
  const text = metrics.text({ queueDepth: 4, isLeading: true, servers: [mcpServer()] });
  for (const line of [
    "mcp_runtime_reconciles_total 2",
    "mcp_runtime_reconcile_errors_total 1",
    'mcp_runtime_reconcile_duration_seconds_bucket{le="0.01"} 0',
    'mcp_runtime_reconcile_duration_seconds_bucket{le="0.05"} 1',
    'mcp_runtime_reconcile_duration_seconds_bucket{le="5"} 2',
    'mcp_runtime_reconcile_duration_seconds_bucket{le="+Inf"} 2',
    "mcp_runtime_reconcile_duration_seconds_sum 2.02",
    "mcp_runtime_queue_depth 4",
    "mcp_runtime_leader 1",
    'mcp_runtime_servers{phase="Pending"} 1',
    'mcp_runtime_servers{phase="Ready"} 0',
  ])
    assert.ok(text.split("\n").includes(line), line);
});
