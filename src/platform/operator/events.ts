/** A change of an MCPServer, as an Event of the cluster. Pure. */

import type { ClusterObject } from "../../kube/objects.ts";
import type { McpServer, McpServerStatus } from "../resource/mcp-server.ts";
import { timeOf } from "./condition-times.ts";

const component = "mcp-runtime-operator";

/** Longest message that the API server accepts. */
const longestMessage = 1024;

/** `undefined` when the phase has not changed. `mark`: distinguishes this Event from all others. */
export function phaseEvent(
  server: McpServer,
  status: McpServerStatus,
  mark: string,
  now: Date,
): ClusterObject | undefined {
  if (server.status?.phase === status.phase) return undefined;
  const { name, namespace = "default", uid = "" } = server.metadata;
  const { apiVersion, kind } = server;
  const time = timeOf(now);
  const event = {
    apiVersion: "v1",
    kind: "Event",
    metadata: { name: `${name}.${mark}`, namespace },
    involvedObject: { apiVersion, kind, name, namespace, uid },
    type: status.phase === "Error" ? "Warning" : "Normal",
    reason: status.phase,
    message: status.message.slice(0, longestMessage),
    source: { component },
    firstTimestamp: time,
    lastTimestamp: time,
    count: 1,
  };
  return event;
}
