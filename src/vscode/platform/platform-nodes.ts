/** The nodes of the Platform view. Values; the same server and the same Pod are always the same node. */

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

/** Below a server that has no Pods. */
export interface PodlessNode {
  readonly kind: "podless";
  readonly server: string;
}

/** Why the rows are not those of now, or why there are none. */
export interface ErrorNode {
  readonly kind: "trouble";
}

/** Menus hand over a node; other commands and tests `namespace/name`. */
export type PlatformTarget = PlatformNode | string | undefined;

/** A server of the cluster that a command is about. */
export interface MeantServer {
  readonly namespace: string;
  readonly name: string;
}

/** The server a row belongs to; none where it belongs to no single one. */
export function targetOf(target: PlatformTarget): MeantServer | undefined {
  const id = typeof target === "string" ? target : idOf(target);
  const [namespace, name] = id?.split("/") ?? [];
  return namespace && name ? { namespace, name } : undefined;
}

function idOf(node: PlatformNode | undefined): string | undefined {
  if (node === undefined || node.kind === "trouble") return undefined;
  return node.kind === "cluster-server" ? node.id : node.server;
}

/** A row as the list of the view has it: a server, or the trouble above all of them. */
export interface ListedRow {
  readonly id: string;
  readonly row?: PlatformRow;
  readonly trouble?: PlatformError;
}

const troubleId = "trouble";

export function listedRows(rows: readonly PlatformRow[], trouble: PlatformError | undefined): ListedRow[] {
  // Where nothing names a cluster the view is empty, and its welcome says what to do.
  const isTold = trouble !== undefined && trouble.kind !== "no-cluster";
  const head = isTold ? [{ id: troubleId, trouble }] : [];
  return [...head, ...rows.map((row) => ({ id: row.id, row }))];
}

export function isSameRow(a: ListedRow, b: ListedRow | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
