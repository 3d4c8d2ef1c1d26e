/**
 * One `subscriptions/listen` of a client (MCP 2026-07-28). It is attached to each server of the upstream until the client
 * or the gateway ends it. It does not start servers if there are several.
 */

import type { Envelope } from "../../backend/era.ts";
import { envelopeOf } from "../../backend/era.ts";
import { notification } from "../../jsonrpc/encode.ts";
import type { ManagedServer } from "../../supervisor/managed-server.ts";
import { type Filter, filterKeys, type Subscriber } from "../../supervisor/subscription-registry.ts";
import type { InFlightRequest } from "../in-flight-request.ts";
import { changedMethod, listKinds } from "../lists/list-kinds.ts";
import type { Principal } from "../request-context.ts";
import type { Upstream } from "../upstream.ts";
import { filterOf, SubscriptionStream } from "./subscription-stream.ts";

export class ListenRequest {
  readonly #upstream: Upstream;
  readonly #request: InFlightRequest;
  readonly #ended: () => void;
  readonly #subscription: SubscriptionStream;
  readonly #members = new Map<ManagedServer, Subscriber>();
  #filter: Filter;
  #stopListening: readonly (() => void)[] = [];

  /** `ended` is called at the end. */
  constructor(upstream: Upstream, request: InFlightRequest, ended: () => void) {
    this.#upstream = upstream;
    this.#request = request;
    this.#ended = ended;
    this.#filter = filterOf(request.request);
    this.#subscription = new SubscriptionStream(request);
    request.lasts(() => this.#leave());
  }

  /** Starts it. An error becomes the response to the request. */
  begin(): void {
    this.#begin().catch((error: unknown) => {
      this.#leave();
      this.#request.fail(error);
    });
  }

  /** Ends the subscription by the gateway. */
  end(): void {
    this.#leave();
    this.#subscription.end();
  }

  async #begin(): Promise<void> {
    this.#filter = await this.#upstream.confirmed(this.#filter, (server) => this.#member(server));
    // The client or the gateway may have ended it in the meantime.
    if (this.#request.isOver) return;
    this.#stopListening = [
      this.#upstream.onServers(() => this.#onServers()),
      this.#upstream.onList(({ method, hasNew }) => hasNew && this.#changed(method)),
    ];
    await this.#joinAll();
    this.#subscription.acknowledge(this.#filter);
  }

  #leave(): void {
    for (const stop of this.#stopListening) stop();
    this.#stopListening = [];
    for (const [server, member] of this.#members) void server.leave(member);
    this.#members.clear();
    this.#ended();
  }

  #onServers(): void {
    void this.#joinAll();
    for (const method of new Set(listKinds.map(changedMethod))) this.#changed(method);
  }

  /** Sends the notification of a changed list, if the client subscribed to it. */
  #changed(method: string): void {
    const key = filterKeys[method];
    if (key !== undefined && this.#filter[key] === true) this.#subscription.push(notification(method, {}));
  }

  async #joinAll(): Promise<void> {
    const served = this.#upstream.servers();
    for (const [server, member] of this.#members) {
      if (served.includes(server)) continue;
      this.#members.delete(server);
      void server.leave(member);
    }
    await Promise.all(
      served.filter((server) => !this.#members.has(server)).map((server) => this.#join(server)),
    );
  }

  async #join(server: ManagedServer): Promise<void> {
    const member = this.#member(server);
    this.#members.set(server, member);
    const { resourceSubscriptions, ...changes } = this.#filter;
    const uris = resourceSubscriptions && this.#upstream.urisOf(server, resourceSubscriptions);
    server.join(member, { ...changes, ...(uris && { resourceSubscriptions: uris }) });
    await server.subscriptions.update(member);
  }

  #member(server: ManagedServer): Subscriber {
    const { request, context } = this.#request;
    const push = (text: string) => this.#subscription.push(this.#upstream.fromServer(server, text));
    return listenerOf(envelopeOf(request.json), context.principal, push);
  }
}

/** A subscription as a client of one server. It only receives notifications. */
function listenerOf(envelope: Envelope, principal: Principal, push: (text: string) => void): Subscriber {
  return {
    era: "stateless",
    envelope,
    principal,
    initializeParams: undefined,
    can: () => false,
    push,
    ask: () => {
      throw new Error("a subscription does not get requests");
    },
  };
}
