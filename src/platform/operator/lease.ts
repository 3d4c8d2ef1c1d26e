/**
 * Decides which of several operators leads, from their Lease (coordination.k8s.io/v1). Pure: the time is an argument,
 * in ms of the local clock. Clocks of machines differ, so a Lease expires when it has not changed for its own duration.
 */

import type { ClusterObject } from "../../kube/objects.ts";

export interface LeaseSpec {
  /** Empty: the Lease was released. */
  readonly holderIdentity?: string;
  readonly leaseDurationSeconds?: number;
  readonly acquireTime?: string;
  readonly renewTime?: string;
  readonly leaseTransitions?: number;
}

export interface Lease extends ClusterObject {
  readonly spec?: LeaseSpec;
}

/** A Lease, and when this version of it was first seen. */
export interface LeaseObservation {
  readonly resourceVersion: string | undefined;
  readonly sinceMs: number;
}

export type LeaseMove =
  | { readonly kind: "create" }
  | { readonly kind: "renew" }
  | { readonly kind: "take" }
  | { readonly kind: "wait"; readonly for: string };

export function observeLease(
  lease: Lease | undefined,
  before: LeaseObservation | undefined,
  nowMs: number,
): LeaseObservation {
  const resourceVersion = lease?.metadata.resourceVersion;
  return before?.resourceVersion === resourceVersion && before ? before : { resourceVersion, sinceMs: nowMs };
}

export function leaseMove(
  lease: Lease | undefined,
  me: string,
  seen: LeaseObservation,
  nowMs: number,
): LeaseMove {
  if (!lease) return { kind: "create" };
  const { holderIdentity: holder = "", leaseDurationSeconds = 0 } = lease.spec ?? {};
  if (holder === me) return { kind: "renew" };
  const isOver = nowMs - seen.sinceMs >= leaseDurationSeconds * 1000;
  return holder === "" || isOver ? { kind: "take" } : { kind: "wait", for: holder };
}

/** The spec to write for a move. `seconds`: its duration from now. */
export function leaseSpec(before: LeaseSpec | undefined, me: string, seconds: number, now: Date): LeaseSpec {
  const time = microTime(now);
  const isMine = before?.holderIdentity === me;
  return {
    holderIdentity: me,
    leaseDurationSeconds: seconds,
    acquireTime: (isMine ? before.acquireTime : undefined) ?? time,
    renewTime: time,
    leaseTransitions: (before?.leaseTransitions ?? 0) + (before && !isMine ? 1 : 0),
  };
}

/** A released Lease, so that the next operator does not have to wait until it expires. */
export function releasedLease(before: LeaseSpec, now: Date): LeaseSpec {
  return { ...before, holderIdentity: "", leaseDurationSeconds: 1, renewTime: microTime(now) };
}

/** Times of a Lease have six digits after the second. The API server refuses fewer. */
function microTime(date: Date): string {
  return date.toISOString().replace(/Z$/, "000Z");
}
