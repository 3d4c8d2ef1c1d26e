/** The catalog of the load: servers of every kind that the clients call. */

import { fixture } from "../support/gateway.ts";

export interface Entry {
  readonly id: string;
  readonly runtime: object;
  readonly env?: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}

export interface ServerFiles {
  readonly executions: string;
  readonly broken: string;
}

export function entriesOf({ executions, broken }: ServerFiles, remoteUrl: string): Entry[] {
  const env = { EXECUTIONS: executions, BROKEN: broken };
  const common = { start_timeout_seconds: 10 };
  return [
    { id: "alpha", runtime: fixture("faulty"), env, ...common },
    { id: "beta", runtime: fixture("faulty"), env: { ...env, ERA: "both" }, ...common },
    { id: "own", runtime: fixture("faulty"), env, instances: "session", ...common },
    { id: "far", runtime: { type: "remote-sse", url: remoteUrl }, ...common },
  ];
}

export function entriesText(entries: readonly Entry[]): string {
  return JSON.stringify({ servers: entries }, undefined, 2);
}
