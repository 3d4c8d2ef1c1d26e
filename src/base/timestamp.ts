/** A point in time with two readings: a date to show, and a monotonic clock to measure from. */

export interface Timestamp {
  /** To show. Not for differences, because the wall clock may be set at any time. */
  readonly date: Date;
  /** By `performance.now()` of this process. */
  readonly monotonicMs: number;
}

export function timestampNow(): Timestamp {
  return { date: new Date(), monotonicMs: performance.now() };
}

/** Milliseconds since then. Changes of the wall clock have no effect. */
export function msSince({ monotonicMs }: Timestamp): number {
  return performance.now() - monotonicMs;
}
