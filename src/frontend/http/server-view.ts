/** Data about one server and all servers for the REST API (gateway.md, *HTTP*). Pure; contains no secrets. */

import { createHash } from "node:crypto";
import { isObject, stableStringify } from "../../base/json.ts";
import { msSince, type Timestamp } from "../../base/timestamp.ts";
import type { Entry } from "../../catalog/entry.ts";
import { redactedView } from "../../catalog/secrets/redacted-entry.ts";
import { visibleItems } from "../../router/tool-policy.ts";
import { sizeOf } from "../../router/tools-size.ts";
import type { ManagedServer } from "../../supervisor/managed-server.ts";
import { isUp, lastOutputOf, reasonOf } from "../../supervisor/state.ts";
import type { GatewayApi } from "../gateway-api.ts";

/** One row of `GET /servers`. */
export function serverRow(server: ManagedServer) {
  const { entry, state, statistics } = server;
  const reason = reasonOf(state);
  const lastOutput = lastOutputOf(state);
  return {
    id: entry.id,
    display_name: entry.display_name ?? entry.id,
    ...(entry.description !== undefined && { description: entry.description }),
    status: state.kind,
    ...(reason !== undefined && { reason }),
    ...(lastOutput && { last_output: lastOutput }),
    tags: entry.tags ?? [],
    runtime_type: entry.runtime.type,
    enabled: server.isEnabled,
    revision: revisionOf(server.entry),
    ...(isUp(state) && {
      started_at: state.since.date.toISOString(),
      uptime_seconds: secondsSince(state.since),
    }),
    ...(statistics.lastActivity && { last_activity: statistics.lastActivity.toISOString() }),
    request_count: statistics.requests,
    ...(server.restartRequired && { restart_required: true }),
  };
}

/** Cache of revisions. Entries never change. */
const revisions = new WeakMap<Entry, string>();

/** Revision of an entry. It changes when the server or its tools may be different. It does not depend on secrets. */
function revisionOf(entry: Entry): string {
  const known = revisions.get(entry);
  if (known !== undefined) return known;
  const { runtime, env } = redactedView(entry);
  const facts = { runtime, env, tools: entry.tools ?? {}, instances: entry.instances ?? "shared" };
  const revision = createHash("sha256").update(stableStringify(facts)).digest("hex").slice(0, 16);
  revisions.set(entry, revision);
  return revision;
}

/** `GET /servers/:id`. */
export function serverDetail(server: ManagedServer) {
  return {
    ...serverRow(server),
    ...redactedView(server.entry),
    instances: server.entry.instances ?? "shared",
    connection_count: server.instanceCount,
    session_count: server.subscriptions.subscriberCount,
    clients: server.subscriptions.clientInfos.flatMap(clientName),
  };
}

/** Name of a client for users: `name version`. The data comes from the client and may have any type. */
function clientName(info: unknown): string[] {
  const { title, name, version } = isObject(info) ? info : {};
  const parts = [title ?? name, version].filter((part) => typeof part === "string" && part !== "");
  return parts.length === 0 ? [] : [parts.join(" ").slice(0, 100)];
}

/** `GET /stats`. */
export function statistics(core: GatewayApi) {
  const servers = core.servers();
  const { at, error } = core.lastReload;
  return {
    uptime_seconds: secondsSince(core.startedAt),
    total_requests: servers.reduce((sum, server) => sum + server.statistics.requests, 0),
    active_servers: servers.filter((server) => isUp(server.state)).length,
    total_servers: servers.length,
    last_reload: at.toISOString(),
    ...(error !== undefined && { last_reload_error: error }),
    servers: Object.fromEntries(
      servers.map((server) => {
        const tools = core.listCache.cachedTools(server);
        const size = tools && { tools: sizeOf(visibleItems("tools", tools, server.entry)) };
        return [server.id, { ...serverStatistics(server), ...size }];
      }),
    ),
  };
}

function serverStatistics(server: ManagedServer) {
  const { state, statistics } = server;
  const [p50, p95, p99] = statistics.percentilesMs(50, 95, 99);
  return {
    status: state.kind,
    request_count: statistics.requests,
    error_count: statistics.errors,
    uptime_seconds: isUp(state) ? secondsSince(state.since) : 0,
    last_activity: statistics.lastActivity?.toISOString() ?? null,
    restarts: statistics.restarts,
    latency_ms: { p50, p95, p99 },
  };
}

function secondsSince(moment: Timestamp): number {
  return Math.round(msSince(moment) / 1000);
}
