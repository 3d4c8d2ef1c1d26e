/**
 * The subscriptions of a server's clients, and those that its instances have received. Every change goes to the instance
 * from here, and the answer of the instance comes back from here (protocol.md, *Shared instance*).
 */

import type { BackendSession } from "../backend/backend-session.ts";
import type { Client } from "../backend/call.ts";
import { GatewayError } from "../base/errors.ts";
import type { Message } from "../jsonrpc/message.ts";
import { type BackendAnswer, BackendSubscriptions } from "./backend-subscriptions.ts";
import type { InstanceKey } from "./server-instances.ts";
import { type Filter, isLogLevel, type Subscriber, SubscriptionRegistry } from "./subscription-registry.ts";

export interface InstanceAccess {
  /** Instance that serves a client. */
  keyOf(subscriber: Subscriber): InstanceKey;
  /** Whether requests of a client can be sent to its instance now. */
  isReady(subscriber: Subscriber): boolean;
  /** Starts the instance of a client. Rejects with `start-failed`. */
  connect(subscriber: Subscriber): Promise<unknown>;
  readonly requestTimeoutMs: () => number;
}

export class ServerSubscriptions {
  readonly #instances: InstanceAccess;
  readonly #registry = new SubscriptionRegistry();
  /** Subscriptions of each instance that is up. */
  readonly #upstream = new Map<InstanceKey, BackendSubscriptions>();

  constructor(instances: InstanceAccess) {
    this.#instances = instances;
  }

  /** Number of clients. */
  get subscriberCount(): number {
    return this.#registry.size;
  }

  /** See `SubscriptionRegistry.clientInfos`. */
  get clientInfos(): unknown[] {
    return this.#registry.clientInfos;
  }

  /** See `SubscriptionRegistry.extensions`. */
  get extensions(): Readonly<Record<string, unknown>> {
    return this.#registry.extensions;
  }

  /** Log level requested by a client; `undefined` if it requested none. */
  levelOf(subscriber: Subscriber): string | undefined {
    return this.#registry.levelOf(subscriber);
  }

  /** Clients of one instance, in order of arrival. */
  subscribersOf(key: InstanceKey): Subscriber[] {
    return this.#registry.subscribers(this.#attachedTo(key));
  }

  /** `filter` is the subscription of a client without a session. */
  add(subscriber: Subscriber, filter?: Filter): void {
    this.#registry.add(subscriber, filter);
  }

  /** Ends the subscriptions that only this client needed. */
  remove(subscriber: Subscriber): void {
    this.#registry.remove(subscriber);
    void this.update(subscriber);
  }

  /**
   * Subscribes a client to a resource and starts the server if necessary. Resolves with the backend's response. Rejects
   * with `invalid-params` at the limit of the client, and as the backend fails; the client is not subscribed then.
   */
  async subscribe(subscriber: Subscriber, uri: string): BackendAnswer {
    if (!this.#registry.subscribe(subscriber, uri))
      throw new GatewayError(
        "invalid-params",
        "Too many subscriptions: unsubscribe from some resources first",
      );
    try {
      const answer = await this.#subscribe(subscriber, uri);
      if (answer?.json.error) this.#registry.unsubscribe(subscriber, uri);
      return answer;
    } catch (error) {
      this.#registry.unsubscribe(subscriber, uri);
      throw error;
    }
  }

  /**
   * Ends the subscription of a client to a resource. Resolves with the backend's response; with `undefined` if other
   * clients need the subscription, or where no instance is up.
   */
  async unsubscribe(subscriber: Subscriber, uri: string): BackendAnswer {
    this.#registry.unsubscribe(subscriber, uri);
    const attached = this.#attachedTo(this.#instances.keyOf(subscriber));
    return this.#registry.isSubscribed(uri, attached) ? undefined : this.#ready(subscriber)?.unsubscribe(uri);
  }

  /**
   * Sets the lowest level of log messages for a client. A shared instance gets the lowest level of all its clients.
   * Resolves with the backend's response; with `undefined` if no instance is up, or where it gets the level in each
   * call. Rejects with `invalid-params` if there is no such level.
   */
  async setLevel(subscriber: Subscriber, level: string): BackendAnswer {
    if (!isLogLevel(level))
      throw new GatewayError("invalid-params", `Unknown log level: ${level.slice(0, 100)}`);
    this.#registry.setLevel(subscriber, level);
    const attached = this.#attachedTo(this.#instances.keyOf(subscriber));
    const lowest = this.#registry.wanted(attached).level;
    return this.#ready(subscriber)?.setLevel(lowest ?? level);
  }

  /** The same without the backend's response. Resolves like `update`. An unknown level is ignored. */
  wantLevel(subscriber: Subscriber, level: string): Promise<void> {
    if (isLogLevel(level)) this.#registry.setLevel(subscriber, level);
    return this.update(subscriber);
  }

  /** Resolves when the instance of a client has acknowledged what its clients want, or after a bounded time. Never rejects. */
  async update(subscriber: Subscriber): Promise<void> {
    await this.#upstreamOf(subscriber)?.update();
  }

  /** An instance is up. Resolves like `update`. */
  async opened(key: InstanceKey, session: BackendSession): Promise<void> {
    const wanted = () => this.#registry.wanted(this.#attachedTo(key));
    const upstream = new BackendSubscriptions(session, wanted, this.#instances.requestTimeoutMs);
    this.#upstream.set(key, upstream);
    await upstream.update();
  }

  /** An instance has ended. */
  ended(key: InstanceKey): void {
    this.#upstream.get(key)?.close();
    this.#upstream.delete(key);
  }

  /** Sends a notification to the clients of one instance that want it. `callers` are those with calls in flight. */
  notify(key: InstanceKey, message: Message, callers: ReadonlySet<Client>): void {
    this.#registry.notify(message, callers, this.#attachedTo(key));
  }

  /** Sends a notification to the clients of all instances that want it. */
  notifyAll(message: Message): void {
    this.#registry.notify(message, new Set(), () => true);
  }

  /** Sends again, once, what did not reach the instance. */
  async #subscribe(subscriber: Subscriber, uri: string): BackendAnswer {
    try {
      // Waits only if the instance has to be started, so that the client's next message does not overtake this one.
      const upstream = this.#ready(subscriber) ?? (await this.#started(subscriber));
      return await upstream?.subscribe(uri);
    } catch (error) {
      if (!(error instanceof GatewayError && error.code === "not-delivered")) throw error;
      return (await this.#started(subscriber))?.subscribe(uri);
    }
  }

  /** Subscriptions of the instance of a client, if requests can be sent to it now. */
  #ready(subscriber: Subscriber): BackendSubscriptions | undefined {
    return this.#instances.isReady(subscriber) ? this.#upstreamOf(subscriber) : undefined;
  }

  async #started(subscriber: Subscriber): Promise<BackendSubscriptions | undefined> {
    await this.#instances.connect(subscriber);
    return this.#upstreamOf(subscriber);
  }

  #upstreamOf(subscriber: Subscriber): BackendSubscriptions | undefined {
    return this.#upstream.get(this.#instances.keyOf(subscriber));
  }

  #attachedTo(key: InstanceKey): (subscriber: Subscriber) => boolean {
    return (subscriber) => this.#instances.keyOf(subscriber) === key;
  }
}
