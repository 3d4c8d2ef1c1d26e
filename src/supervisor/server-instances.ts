/** Instances of one server: one shared instance, or one for each client session up to a limit. */

import type { BackendSession } from "../backend/backend-session.ts";
import type { Era } from "../backend/era.ts";
import { GatewayError } from "../base/errors.ts";
import { type InstanceHost, InstanceSupervisor } from "./instance-supervisor.ts";
import { isUp, type State, summary } from "./state.ts";
import type { Subscriber } from "./subscription-registry.ts";

/** Identifies an instance of the server. */
export type InstanceKey =
  /** Instance of one client session. */
  | Subscriber
  /** Instance of all clients. */
  | "shared"
  /** Instance of all clients without a session, if clients with a session have others. */
  | "stateless";

/** An instance of a client session that worked more recently than this is not stopped for another. */
const protectedMs = 30_000;

export class ServerInstances {
  readonly #hostFor: (key: InstanceKey) => InstanceHost;
  readonly #supervisors = new Map<InstanceKey, InstanceSupervisor>();
  /** Instances that are being stopped because their client has left. */
  readonly #leaving = new Set<Promise<void>>();

  constructor(hostFor: (key: InstanceKey) => InstanceHost) {
    this.#hostFor = hostFor;
  }

  /** State of the server as a whole. */
  get state(): State {
    return summary(this.#all().map((supervisor) => supervisor.state));
  }

  /** Number of instances that are up. */
  get count(): number {
    return this.#all().filter((supervisor) => isUp(supervisor.state)).length;
  }

  /** Calls in flight. */
  get inFlight(): number {
    return this.#all().reduce((sum, supervisor) => sum + supervisor.inFlight, 0);
  }

  /** Whether an instance runs with another configuration. */
  differFrom(launchKey: string): boolean {
    return this.#all().some(
      (supervisor) => supervisor.launchKey !== undefined && supervisor.launchKey !== launchKey,
    );
  }

  /** The session, if a call can be sent to it now. */
  ready(key: InstanceKey): BackendSession | undefined {
    return this.#supervisors.get(key)?.ready;
  }

  /**
   * Returns the session and starts an instance if necessary. `most` is the limit, `wanted` the era of the client. Rejects
   * with `start-failed`, or with `too-many` at the limit.
   */
  async connect(key: InstanceKey, most: number, wanted: Era): Promise<BackendSession> {
    const owner = typeof key === "string" ? undefined : key;
    const supervisor = this.#supervisors.get(key) ?? new InstanceSupervisor(this.#hostFor(key), owner);
    if (owner && !supervisor.occupied) this.#makeRoom(most);
    this.#supervisors.set(key, supervisor);
    return supervisor.connect(wanted);
  }

  /** Stops all instances. */
  async stop(): Promise<void> {
    await Promise.all([...this.#all().map((supervisor) => supervisor.stop()), ...this.#leaving]);
  }

  /** Stops all instances after the calls in flight have finished. */
  async drain(): Promise<void> {
    await Promise.all(
      this.#all().map(async (supervisor) => {
        await supervisor.drain();
        await supervisor.stop();
      }),
    );
  }

  /** Stops the instance of a client that has left. */
  async leave(subscriber: Subscriber): Promise<void> {
    const supervisor = this.#supervisors.get(subscriber);
    this.#supervisors.delete(subscriber);
    if (!supervisor) return;
    const stopped = supervisor.close().finally(() => this.#leaving.delete(stopped));
    this.#leaving.add(stopped);
    await stopped;
  }

  /** The entry has changed: clears errors of the old one, so that the next request starts the server again. */
  reconsider(): void {
    for (const supervisor of this.#all()) {
      supervisor.onSettingsChanged();
      if (["failed", "misconfigured"].includes(supervisor.state.kind)) void supervisor.stop();
    }
  }

  #all(): InstanceSupervisor[] {
    return [...this.#supervisors.values()];
  }

  /**
   * Stops the instance that was idle for longest if the limit is reached; its client gets a new one with its next call.
   * Instances that were used recently are kept and the new one is refused. Only instances of the principal with the most
   * are stopped, so that one principal cannot displace the others.
   */
  #makeRoom(most: number): void {
    const occupied = [...this.#supervisors].flatMap(([key, supervisor]) =>
      typeof key !== "string" && supervisor.occupied ? [{ supervisor, principal: key.principal }] : [],
    );
    if (occupied.length + this.#leaving.size < most) return;
    // An instance that is being stopped already makes room for another client.
    const idlest = ofLargestPrincipals(occupied)
      .filter((supervisor) => !supervisor.ending)
      .sort((a, b) => b.idleMs - a.idleMs)[0];
    if (!idlest || idlest.idleMs < protectedMs) {
      const message = `The server runs its maximum of ${most} instances: raise max_connections_per_server for more`;
      throw new GatewayError("too-many", message);
    }
    void idlest.stop();
  }
}

/** Instances of the principals that have the most. */
function ofLargestPrincipals(
  occupied: readonly { readonly supervisor: InstanceSupervisor; readonly principal: string }[],
): InstanceSupervisor[] {
  const counts = new Map<string, number>();
  for (const { principal } of occupied) counts.set(principal, (counts.get(principal) ?? 0) + 1);
  const most = Math.max(...counts.values());
  return occupied.flatMap(({ supervisor, principal }) =>
    counts.get(principal) === most ? [supervisor] : [],
  );
}
