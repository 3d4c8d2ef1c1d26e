/**
 * One request of a client without a session to one server. Decides what answers it: the gateway or the server's
 * instance, through the bridge where that speaks the other era. Knows no transport.
 */

import { atMost } from "../../base/deadline.ts";
import { asGatewayError, GatewayError } from "../../base/errors.ts";
import type { Ask } from "../../connection/call.ts";
import { declares, type Envelope, envelopeOf, logLevelOf } from "../../connection/era.ts";
import { capabilitiesOf, type Greeted } from "../../connection/greeting.ts";
import type { Message } from "../../connection/message.ts";
import { resultText, rpcErrorText } from "../../connection/messages.ts";
import { paramMismatch } from "../../connection/param-headers.ts";
import { textAt } from "../../connection/splice.ts";
import { offeredBy } from "../../supervisor/attunement.ts";
import type { Filter, Member } from "../../supervisor/audience.ts";
import type { Server } from "../../supervisor/server.ts";
import type { AskingCall } from "../bridge/asking-call.ts";
import { completedResult, discovery, provisionalDiscovery, removedMethods } from "../bridge/eras.ts";
import type { ParkedCalls } from "../bridge/parked-calls.ts";
import { sendStateless } from "../bridge/send.ts";
import { type Answered, Calls, idOf } from "../calls.ts";
import { kindOfList, type ListKind, listMethods, listResult, visibleItems } from "../listings/listing.ts";
import type { Listings } from "../listings/listings.ts";
import type { Reply } from "../reply.ts";
import { isAllowed, withoutHidden } from "../tool-filter.ts";
import { type StatelessExchange, untilSettled } from "./stateless-session.ts";
import { filterOf, listenerOf, Subscription } from "./subscription.ts";

/** What a client without a session needs besides its requests. */
export interface StatelessClient {
  /** How long `server/discover` waits for a server that has to start; absent: until it is up. */
  readonly discoverGraceMs?: number;
  /** What a header of the request says, where it came with headers. */
  readonly header?: (name: string) => string | undefined;
}

export interface StatelessOptions extends StatelessClient {
  readonly gatewayVersion: string;
  readonly listings: Listings;
  /** Calls of all clients without a session that wait for an answer. */
  readonly parked: ParkedCalls<AskingCall>;
}

export class ServerExchange implements StatelessExchange, Member {
  readonly era = "stateless";
  readonly initializeParams = undefined;
  readonly #server: Server;
  readonly #options: StatelessOptions;
  #request: Message | undefined;
  #calls: Calls | undefined;
  #reply: Reply | undefined;
  #cancelled = false;
  #listening: { readonly subscription: Subscription; readonly leave: () => void } | undefined;

  constructor(server: Server, options: StatelessOptions) {
    this.#server = server;
    this.#options = options;
  }

  get orphaned(): boolean {
    return this.#server.removed && this.#listening !== undefined;
  }

  get envelope(): Envelope {
    return envelopeOf(this.#request?.json ?? {});
  }

  can(capability: string): boolean {
    return this.#request !== undefined && declares(this.#request.json, capability);
  }

  push(text: string): void {
    this.#reply?.push(text);
  }

  ask(): Ask {
    throw new Error("a client without a session is not asked by requests");
  }

  handle(request: Message, reply: Reply): void {
    const { method = "" } = request.json;
    this.#request = request;
    const list = this.#server.up ? undefined : kindOfList(method);
    if (list && request.json.params?.["cursor"] === undefined) return void this.#list(request, list, reply);
    if (removedMethods.has(method)) {
      return reply.end(rpcErrorText(idOf(request), -32601, `Method not found: ${method}`));
    }
    switch (method) {
      case "server/discover":
        return void this.#discover(request, reply);
      case "subscriptions/listen":
        return void this.#listen(request, reply);
      case "tools/call":
        return this.#callTool(request, reply);
      default:
        return this.#forward(request, reply);
    }
  }

  cancel(): void {
    this.#cancelled = true;
    this.#calls?.close();
    this.#listening?.leave();
    this.#listening?.subscription.drop();
  }

  finish(): void {
    this.#listening?.leave();
    this.#listening?.subscription.end();
  }

  async #discover(request: Message, reply: Reply): Promise<void> {
    const { discoverGraceMs, gatewayVersion } = this.#options;
    const connecting = this.#greeted();
    connecting.catch(() => undefined);
    try {
      const known =
        discoverGraceMs === undefined ? await connecting : await atMost(connecting, discoverGraceMs);
      const result = known ? discovery(known) : provisionalDiscovery(this.#server.entry, gatewayVersion);
      reply.end(resultText(idOf(request), result));
    } catch (error) {
      reply.fail(asGatewayError(error), idOf(request));
    }
  }

  /** What the backend says of itself; wakes it only when nothing is known of it yet. */
  async #greeted(): Promise<Greeted> {
    const known = await this.#options.listings.greeted(this.#server, "stateless");
    if (known) return known;
    const { era, answer } = await this.#server.connect(this);
    if (!answer) throw new GatewayError("server-ended", "The server ended before it said what it offers");
    return { era, answer };
  }

  async #listen(request: Message, reply: Reply): Promise<void> {
    const subscription = new Subscription(request, reply);
    const listener = listenerOf(this.envelope, (text) => subscription.push(text));
    this.#listening = { subscription, leave: () => void this.#server.leave(listener) };
    try {
      const { answer } = await this.#greeted();
      // The client, or we, may have ended it meanwhile.
      if (subscription.over) return;
      const filter = confirmed(filterOf(request), answer);
      this.#server.join(listener, filter);
      await this.#server.attunement(listener)?.update();
      subscription.acknowledge(filter);
    } catch (error) {
      this.#listening = undefined;
      if (!subscription.over) reply.fail(asGatewayError(error), idOf(request));
    }
  }

  /** A server that sleeps is not woken for what is known. */
  async #list(request: Message, kind: ListKind, reply: Reply): Promise<void> {
    const items = await this.#options.listings.asleep(this.#server, kind);
    if (!items) return this.#forward(request, reply);
    const result = listResult(kind, visibleItems(kind, items, this.#server.entry));
    reply.end(resultText(idOf(request), completedResult(listMethods[kind], result, {})));
  }

  #callTool(request: Message, reply: Reply): void {
    const name = String(request.json.params?.["name"]);
    const { tools } = this.#server.entry;
    // A name that is written twice is read by some as the first and by others as the last.
    const plain = !tools || textAt(request, ["params", "name"]) !== undefined;
    if (!plain || !isAllowed(name, tools))
      return reply.end(rpcErrorText(idOf(request), -32602, `Unknown tool: ${name}`));
    const mismatch = this.#headerMismatch(request, name);
    if (mismatch === undefined) return this.#forward(request, reply);
    reply.fail(new GatewayError("header-mismatch", mismatch), idOf(request));
  }

  /** As far as the tool is known: nobody is asked for its parameters before each call. */
  #headerMismatch({ json }: Message, tool: string): string | undefined {
    const { header, listings } = this.#options;
    return (
      header &&
      paramMismatch(listings.headerParameters(this.#server, tool), json.params?.["arguments"], header)
    );
  }

  #forward(request: Message, reply: Reply): void {
    const level = logLevelOf(request.json);
    if (level === undefined) return this.#send(request, reply);
    const hearing = this.#hearing(level, reply);
    // A call may overtake, over HTTP, what makes its server log.
    void this.#told().then(() => this.#send(request, hearing));
  }

  #send(request: Message, reply: Reply): void {
    if (this.#cancelled) return reply.drop();
    const what = whatOf(this.#server, request);
    const { parked } = this.#options;
    const state = request.json.params?.["requestState"];
    const waiting = parked.take(state, what);
    if (!waiting && parked.gaveOut(state)) {
      const why = "requestState is unknown: the call it belongs to has ended";
      return reply.end(rpcErrorText(idOf(request), -32602, why));
    }
    const calls = new Calls(this.#server, this, sendStateless(parked, this.#server, what), (asked, outcome) =>
      this.#answerText(asked, outcome),
    );
    this.#calls = calls;
    this.#reply = reply;
    if (waiting) calls.resume(request, reply, (call) => waiting.resume(call));
    else calls.forward(request, reply);
  }

  #answerText({ json }: Message, { text, message }: Answered): string {
    const list = kindOfList(json.method ?? "");
    if (list) this.#options.listings.heard(this.#server, list, json, message);
    const { tools } = this.#server.entry;
    return list === "tools" && tools ? withoutHidden(text, message, tools) : text;
  }

  /** Hears log messages until its call is settled, from the level on that it names. */
  #hearing(level: string, reply: Reply): Reply {
    this.#server.join(this, {});
    this.#server.audience.setLevel(this, level);
    return untilSettled(reply, () => void this.#server.leave(this));
  }

  /** Resolves once the instance, where there is one, has heard of what its clients want. */
  async #told(): Promise<void> {
    await this.#server.attunement(this)?.update();
  }
}

/** What a request is for: a call that waits is taken up by the same request only. */
function whatOf({ id }: Server, { json }: Message): string {
  return JSON.stringify([id, json.method, json.params?.["name"] ?? json.params?.["uri"]]);
}

/** The part of what was asked for that the server can tell. */
function confirmed(asked: Filter, answer: Message): Filter {
  const offered: Record<string, unknown> = { ...offeredBy(capabilitiesOf(answer)) };
  return Object.fromEntries(Object.entries(asked).filter(([key]) => offered[key] === true));
}
