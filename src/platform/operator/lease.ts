/**
 * Who of several operators leads, as their Lease says (coordination.k8s.io/v1). Pure: the time is given, in ms of one's
 * own clock. Clocks of machines differ, so a Lease is over when it has not changed for as long as it lasts.
 */

import type { ClusterObject } from "../../kube/objects.ts";

export interface LeaseSpec {
  /** Empty: it was given back. */
  readonly holderIdentity?: string;
  readonly leaseDurationSeconds?: number;
  readonly acquireTime?: string;
  readonly renewTime?: string;
  readonly leaseTransitions?: number;
}

export interface Lease extends ClusterObject {
  readonly spec?: LeaseSpec;
}

/** A Lease as it was first seen so. */
export interface Sighting {
  readonly resourceVersion: string | undefined;
  readonly sinceMs: number;
}

export type LeaseMove =
  | { readonly kind: "create" }
  | { readonly kind: "renew" }
  | { readonly kind: "take" }
  | { readonly kind: "wait"; readonly for: string };

export function sighting(lease: Lease | undefined, before: Sighting | undefined, nowMs: number): Sighting {
  const resourceVersion = lease?.metadata.resourceVersion;
  return before?.resourceVersion === resourceVersion && before ? before : { resourceVersion, sinceMs: nowMs };
}

export function leaseMove(lease: Lease | undefined, me: string, seen: Sighting, nowMs: number): LeaseMove {
  if (!lease) return { kind: "create" };
  const { holderIdentity: holder = "", leaseDurationSeconds = 0 } = lease.spec ?? {};
  if (holder === me) return { kind: "renew" };
  const isOver = nowMs - seen.sinceMs >= leaseDurationSeconds * 1000;
  return holder === "" || isOver ? { kind: "take" } : { kind: "wait", for: holder };
}

/** What to write for a move; `seconds`: how long it lasts from now. */
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

/** Given back: the next one need not wait until it is over. */
export function releasedLease(before: LeaseSpec, now: Date): LeaseSpec {
  return { ...before, holderIdentity: "", leaseDurationSeconds: 1, renewTime: microTime(now) };
}

/** Times of a Lease have six digits after the second; the API server takes no fewer. */
function microTime(date: Date): string {
  return date.toISOString().replace(/Z$/, "000Z");
}
