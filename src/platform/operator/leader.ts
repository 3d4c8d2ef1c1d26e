/** Leads or stands by: one operator at a time (platform.md, *CRD spec → operator*). What `lease.ts` decides is done here. */

import { withTimeout } from "../../base/timeout.ts";
import { clusterErrorText, statusOf } from "../../kube/cluster-errors.ts";
import { type Lease, leaseMove, leaseSpec, releasedLease, type Sighting, sighting } from "./lease.ts";

/** What is done with the one Lease; `ClusterObjects` of one name. */
export interface LeaseStore {
  read(): Promise<Lease | undefined>;
  create(spec: Lease["spec"]): Promise<void>;
  /** Rejects with status 409 when somebody else has written it since it was read. */
  replace(lease: Lease): Promise<void>;
}

export interface LeaderOptions {
  readonly store: LeaseStore;
  /** Tells this operator from all others. */
  readonly me: string;
  readonly leaseSeconds: number;
  /** Where the cluster is, for people. */
  readonly server: string;
  /** A clock that never goes back, in ms; unset: this process's. */
  readonly nowMs?: () => number;
}

export interface LeaderEvents {
  leads(): void;
  /** It was not able to renew in time, or another one has taken it. */
  lost(because: string): void;
  /** It stands by. `for`: who leads. */
  waits(other: string): void;
  failed(words: string): void;
}

/** How long the last words to the cluster may take. */
const farewellMs = 3_000;

export class Leader {
  readonly #options: LeaderOptions;
  readonly #events: LeaderEvents;
  readonly #nowMs: () => number;
  #seen: Sighting | undefined;
  /** When the Lease was written last, by our clock; `undefined` while another leads. */
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

  /** Gives the Lease back, where it has it; never rejects. The work has to have ended before. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#deadline);
    // A cluster that does not answer does not keep us.
    await withTimeout(this.#round, farewellMs);
    clearTimeout(this.#timer);
    if (!this.isLeading) return;
    this.#renewedMs = undefined;
    const givenBack = this.#giveBack().catch((error: unknown) => this.#told(error));
    await withTimeout(givenBack, farewellMs);
  }

  async #try(): Promise<void> {
    try {
      await this.#move();
    } catch (error) {
      this.#told(error);
    }
    if (this.#closed) return;
    this.#timer = setTimeout(() => this.start(), (this.#options.leaseSeconds * 1000) / 6);
  }

  async #move(): Promise<void> {
    const { store, me, leaseSeconds } = this.#options;
    // From before the request: the others count from when it arrives.
    const begunMs = this.#nowMs();
    const lease = await store.read();
    this.#seen = sighting(lease, this.#seen, this.#nowMs());
    const move = leaseMove(lease, me, this.#seen, this.#nowMs());
    if (move.kind === "wait") {
      this.#lose(`${move.for} leads`);
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
    // Before the others may take it.
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

  #told(error: unknown): void {
    // Another one was quicker.
    if (statusOf(error) === 409) return;
    this.#events.failed(clusterErrorText(error, this.#options.server));
  }
}
