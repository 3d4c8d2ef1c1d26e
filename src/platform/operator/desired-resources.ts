/** What a server's Pods are promised and allowed (platform.md, *CRD spec → operator*). Pure. */

import type { McpServerSpec } from "../resource/mcp-server.ts";
import { amountOf } from "./quantity.ts";

const kinds = ["cpu", "memory"] as const;
const defaults = {
  requests: { cpu: "50m", memory: "64Mi" },
  limits: { cpu: "500m", memory: "256Mi" },
} as const;

type Amounts = Readonly<Partial<Record<(typeof kinds)[number], string>>>;

/** What is not said has its default, but where that would contradict what is said: the API server would refuse both. */
export function desiredResources({ resources = {} }: McpServerSpec): { requests: Amounts; limits: Amounts } {
  const requests: Record<string, string> = {};
  const limits: Record<string, string> = {};
  for (const kind of kinds) {
    const request = resources.requests?.[kind];
    const limit = resources.limits?.[kind];
    if (request !== undefined) requests[kind] = String(request);
    // Left out, the request is the limit.
    else if (!isMore(defaults.requests[kind], limit)) requests[kind] = defaults.requests[kind];
    if (limit !== undefined) limits[kind] = String(limit);
    else if (!isMore(request, defaults.limits[kind])) limits[kind] = defaults.limits[kind];
  }
  return { requests, limits };
}

function isMore(one: string | number | undefined, other: string | number | undefined): boolean {
  if (one === undefined || other === undefined) return false;
  return (amountOf(one) ?? 0) > (amountOf(other) ?? Number.POSITIVE_INFINITY);
}
