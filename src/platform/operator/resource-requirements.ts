/** Requests and limits of a server's Pods (platform.md, *CRD spec → operator*). Pure. */

import type { McpServerSpec } from "../resource/mcp-server.ts";
import { amountOf } from "./quantity.ts";

const kinds = ["cpu", "memory"] as const;
const defaults = {
  requests: { cpu: "50m", memory: "64Mi" },
  limits: { cpu: "500m", memory: "256Mi" },
} as const;

type Amounts = Readonly<Partial<Record<(typeof kinds)[number], string>>>;

/**
 * Missing amounts get their default, unless it contradicts a given amount. The API server would refuse the combination.
 */
export function resourceRequirements({ resources = {} }: McpServerSpec): {
  requests: Amounts;
  limits: Amounts;
} {
  const requests: Record<string, string> = {};
  const limits: Record<string, string> = {};
  for (const kind of kinds) {
    const request = resources.requests?.[kind];
    const limit = resources.limits?.[kind];
    if (request !== undefined) requests[kind] = String(request);
    // Without a request, Kubernetes uses the limit.
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
