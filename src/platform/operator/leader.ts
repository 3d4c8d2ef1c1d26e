/**
 * Leader election: one operator leads at a time (platform.md, *CRD spec → operator*). Executes the decisions of
 * `lease.ts`.
 */

import { withTimeout } from "../../base/timeout.ts";
import { clusterErrorText, httpStatusOf } from "../../kube/cluster-errors.ts";
import {
  type Lease,
  type LeaseObservation,
  leaseMove,
  leaseSpec,
  observeLease,
  releasedLease,
} from "./lease.ts";

/** Access to the Lease: `ClusterObjects` for one name. */
export interface LeaseStore {
  read(): Promise<Lease | undefined>;
  create(spec: Lease["spec"]): Promise<void>;
  /** Rejects with status 409 when the Lease was written since it was read. */
  replace(lease: Lease): Promise<void>;
}

export interface LeaderOptions {
  readonly store: LeaseStore;
  /** Distinguishes this operator from all others. */
  readonly me: string;
  readonly leaseSeconds: number;
  /** Address of the cluster, for messages. */
  readonly server: string;
  /** A monotonic clock, in ms. Unset: this process's. */
  readonly nowMs?: () => number;
}

export interface LeaderEvents {
  leads(): void;
  /** The Lease could not be renewed in time, or another operator has taken it. */
  lost(because: string): void;
  /** The operator stands by. `other`: the leader. */
  waits(other: string): void;
  failed(reason: string): void;
}

/** How long releasing the Lease may take. */
const releaseMs = 3_000;

export class Leader {
  readonly #options: LeaderOptions;
  readonly #events: LeaderEvents;
  readonly #nowMs: () => number;
  #seen: LeaseObservation | undefined;
  /** Time of the last own write of the Lease, by the local clock; `undefined` while another operator leads. */
  #renewedMs: number | undefined;
  #round: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #deadline: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: LeaderOptions, events: LeaderEvents) {
    this.#options = options;
    this.#events = events;
    this.#nowMs = options.nowMs ?? (() => performance.now());
  }

  get isLeading(): boolean {
    return this.#renewedMs !== undefined;
  }

  start(): void {
    this.#round = this.#try();
  }

  /** Releases the Lease, if this operator has it. Never rejects. The work must have ended before. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#deadline);
    // A cluster that does not answer must not delay the end.
    await withTimeout(this.#round, releaseMs);
    clearTimeout(this.#timer);
    if (!this.isLeading) return;
    this.#renewedMs = undefined;
    const givenBack = this.#giveBack().catch((error: unknown) => this.#report(error));
    await withTimeout(givenBack, releaseMs);
  }

  async #try(): Promise<void> {
    try {
      await this.#move();
    } catch (error) {
      this.#report(error);
    }
    if (this.#closed) return;
    this.#timer = setTimeout(() => this.start(), (this.#options.leaseSeconds * 1000) / 6);
  }

  async #move(): Promise<void> {
    const { store, me, leaseSeconds } = this.#options;
    // Taken before the request. Other operators count from its arrival, which is later.
    const begunMs = this.#nowMs();
    const lease = await store.read();
    this.#seen = observeLease(lease, this.#seen, this.#nowMs());
    const move = leaseMove(lease, me, this.#seen, this.#nowMs());
    if (move.kind === "wait") {
      this.#lose(`${move.for} is the leader`);
      return this.#events.waits(move.for);
    }
    const spec = leaseSpec(lease?.spec, me, leaseSeconds, new Date());
    if (lease) await store.replace({ ...lease, spec });
    else await store.create(spec);
    this.#renewed(begunMs);
  }

  #renewed(begunMs: number): void {
    const isNew = !this.isLeading;
    this.#renewedMs = begunMs;
    clearTimeout(this.#deadline);
    // Leadership is given up before other operators may take the Lease.
    const untilMs = begunMs + (this.#options.leaseSeconds * 1000 * 2) / 3 - this.#nowMs();
    if (this.#closed) return;
    this.#deadline = setTimeout(() => this.#lose("the lease could not be renewed in time"), untilMs);
    if (isNew) this.#events.leads();
  }

  #lose(because: string): void {
    if (!this.isLeading) return;
    this.#renewedMs = undefined;
    clearTimeout(this.#deadline);
    this.#events.lost(because);
  }

  async #giveBack(): Promise<void> {
    const { store, me } = this.#options;
    const lease = await store.read();
    if (lease?.spec?.holderIdentity === me)
      await store.replace({ ...lease, spec: releasedLease(lease.spec, new Date()) });
  }

  #report(error: unknown): void {
    // Another operator was faster.
    if (httpStatusOf(error) === 409) return;
    this.#events.failed(clusterErrorText(error, this.#options.server));
  }
}
