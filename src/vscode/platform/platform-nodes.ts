/** Nodes of the Platform view. The same server or Pod always has the same node object. */

import type { PlatformError } from "./platform-errors.ts";
import type { PlatformRow } from "./platform-presentation.ts";

export type PlatformNode = ClusterServerNode | PodNode | PodlessNode | ErrorNode;

export interface ClusterServerNode {
  readonly kind: "cluster-server";
  /** `namespace/name`. */
  readonly id: string;
}

export interface PodNode {
  readonly kind: "pod";
  readonly server: string;
  readonly id: string;
}

/** Shown below a server that has no Pods. */
export interface PodlessNode {
  readonly kind: "podless";
  readonly server: string;
}

/** The error because of which rows are missing or out of date. */
export interface ErrorNode {
  readonly kind: "trouble";
}

/** Menus pass a node. Other commands and tests pass `namespace/name`. */
export type PlatformTarget = PlatformNode | string | undefined;

/** The cluster's server of a command. */
export interface MeantServer {
  readonly namespace: string;
  readonly name: string;
}

/** The server of a row, or `undefined` if the row does not belong to a single server. */
export function targetOf(target: PlatformTarget): MeantServer | undefined {
  const id = typeof target === "string" ? target : idOf(target);
  const [namespace, name] = id?.split("/") ?? [];
  return namespace && name ? { namespace, name } : undefined;
}

function idOf(node: PlatformNode | undefined): string | undefined {
  if (node === undefined || node.kind === "trouble") return undefined;
  return node.kind === "cluster-server" ? node.id : node.server;
}

/** A row of the view: a server, or the error above all servers. */
export interface ListedRow {
  readonly id: string;
  readonly row?: PlatformRow;
  readonly trouble?: PlatformError;
}

const troubleId = "trouble";

export function listedRows(rows: readonly PlatformRow[], trouble: PlatformError | undefined): ListedRow[] {
  // If no cluster is configured, the view is empty and shows its welcome text.
  const isShown = trouble !== undefined && trouble.kind !== "no-cluster";
  const head = isShown ? [{ id: troubleId, trouble }] : [];
  return [...head, ...rows.map((row) => ({ id: row.id, row }))];
}

export function isSameRow(a: ListedRow, b: ListedRow | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
