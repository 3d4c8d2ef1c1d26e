/** A point in time for two uses: a date to show, and a reading of a clock that cannot be set, to measure from. */

export interface Timestamp {
  /** To show. Means nothing for differences: the wall clock may be set at any time. */
  readonly date: Date;
  /** By `performance.now()` of this process. */
  readonly monotonicMs: number;
}

export function timestampNow(): Timestamp {
  return { date: new Date(), monotonicMs: performance.now() };
}

/** How long ago that was, whatever happened to the wall clock meanwhile. */
export function msSince({ monotonicMs }: Timestamp): number {
  return performance.now() - monotonicMs;
}
