/** The instances of one server: one that all share, or one for each client session, and no more than there may be. */

import type { BackendSession } from "../backend/backend-session.ts";
import type { Era } from "../backend/era.ts";
import { GatewayError } from "../base/errors.ts";
import { type InstanceHost, InstanceSupervisor } from "./instance-supervisor.ts";
import { isUp, type State, summary } from "./state.ts";
import type { Subscriber } from "./subscription-registry.ts";

/** Whose an instance is. */
export type InstanceKey =
  /** One client session's own. */
  | Subscriber
  /** Everybody's. */
  | "shared"
  /** That of all clients without a session, where those with one have others. */
  | "stateless";

/** An instance of a client session is not taken away from it this soon after its last work. */
const leftAloneMs = 30_000;

export class InstancePool {
  readonly #hostFor: (whose: InstanceKey) => InstanceHost;
  readonly #keepers = new Map<InstanceKey, InstanceSupervisor>();
  /** Instances of clients that left, on their way out. */
  readonly #leaving = new Set<Promise<void>>();

  constructor(hostFor: (whose: InstanceKey) => InstanceHost) {
    this.#hostFor = hostFor;
  }

  /** One state for all. */
  get state(): State {
    return summary(this.#all().map((keeper) => keeper.state));
  }

  /** How many are up. */
  get count(): number {
    return this.#all().filter((keeper) => isUp(keeper.state)).length;
  }

  /** Requests they are working on. */
  get inFlight(): number {
    return this.#all().reduce((sum, keeper) => sum + keeper.inFlight, 0);
  }

  /** Whether one runs with another configuration than this. */
  differFrom(launchKey: string): boolean {
    return this.#all().some((keeper) => keeper.launchKey !== undefined && keeper.launchKey !== launchKey);
  }

  /** The connection, when a call can go there at once. */
  ready(whose: InstanceKey): BackendSession | undefined {
    return this.#keepers.get(whose)?.ready;
  }

  /** The connection; starts an instance where there is none, `wanted` by a client of that era. Rejects with `start-failed`, or `too-many` of `most`. */
  async connect(whose: InstanceKey, most: number, wanted: Era): Promise<BackendSession> {
    const owner = typeof whose === "string" ? undefined : whose;
    const keeper = this.#keepers.get(whose) ?? new InstanceSupervisor(this.#hostFor(whose), owner);
    if (owner && !keeper.occupied) this.#makeRoom(most);
    this.#keepers.set(whose, keeper);
    return keeper.connect(wanted);
  }

  /** Ends all. */
  async stop(): Promise<void> {
    await Promise.all([...this.#all().map((keeper) => keeper.stop()), ...this.#leaving]);
  }

  /** Lets what is in flight finish, then ends all. */
  async drain(): Promise<void> {
    await Promise.all(
      this.#all().map(async (keeper) => {
        await keeper.drain();
        await keeper.stop();
      }),
    );
  }

  /** A client has left: its instance ends. */
  async leave(member: Subscriber): Promise<void> {
    const keeper = this.#keepers.get(member);
    this.#keepers.delete(member);
    if (!keeper) return;
    const gone = keeper.close().finally(() => this.#leaving.delete(gone));
    this.#leaving.add(gone);
    await gone;
  }

  /** The entry has changed, which is a new chance: what failed for the old one is no longer true. */
  reconsider(): void {
    for (const keeper of this.#all()) {
      keeper.onSettingsChanged();
      if (["failed", "misconfigured"].includes(keeper.state.kind)) void keeper.stop();
    }
  }

  #all(): InstanceSupervisor[] {
    return [...this.#keepers.values()];
  }

  /**
   * Another instance is about to start. Where there are as many as may be, one that had no work for longest makes room,
   * its client gets a new one when it calls again; but not one that was just used: then it is refused. It is one of the
   * principal that has most: nobody loses theirs to one who opens more and more.
   */
  #makeRoom(most: number): void {
    const occupied = [...this.#keepers].flatMap(([whose, keeper]) =>
      typeof whose !== "string" && keeper.occupied ? [{ keeper, principal: whose.principal }] : [],
    );
    if (occupied.length + this.#leaving.size < most) return;
    // One that is ending already made room for somebody else.
    const idlest = ofLargest(occupied)
      .filter((keeper) => !keeper.ending)
      .sort((a, b) => b.idleMs - a.idleMs)[0];
    if (!idlest || idlest.idleMs < leftAloneMs) {
      const message = `The server has all the instances it may have (${most}); raise max_connections_per_server for more`;
      throw new GatewayError("too-many", message);
    }
    void idlest.stop();
  }
}

/** The instances of those principals that have most. */
function ofLargest(
  occupied: readonly { readonly keeper: InstanceSupervisor; readonly principal: string }[],
): InstanceSupervisor[] {
  const counts = new Map<string, number>();
  for (const { principal } of occupied) counts.set(principal, (counts.get(principal) ?? 0) + 1);
  const most = Math.max(...counts.values());
  return occupied.flatMap(({ keeper, principal }) => (counts.get(principal) === most ? [keeper] : []));
}
