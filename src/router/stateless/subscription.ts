/**
 * One `subscriptions/listen` of a client (MCP 2026-07-28): confirmed first, then told what it asked for, each message
 * under the id of its request. Lasts until the client or the gateway ends it, whatever becomes of instances.
 */

import type { Envelope } from "../../connection/era.ts";
import { metaKeys, withParamsMeta } from "../../connection/era.ts";
import { isObject, type Message, parseMessage } from "../../connection/message.ts";
import { notification, resultText } from "../../connection/messages.ts";
import type { Filter, Member } from "../../supervisor/audience.ts";
import { idOf } from "../calls.ts";
import type { Reply } from "../reply.ts";

/** What may be asked for; anything else is not confirmed. */
export function filterOf(request: Message): Filter {
  const asked = request.json.params?.["notifications"];
  if (!isObject(asked)) return {};
  const uris = asked["resourceSubscriptions"];
  return {
    ...(asked["toolsListChanged"] === true && { toolsListChanged: true }),
    ...(asked["promptsListChanged"] === true && { promptsListChanged: true }),
    ...(asked["resourcesListChanged"] === true && { resourcesListChanged: true }),
    ...(Array.isArray(uris) && { resourceSubscriptions: uris.map(String) }),
  };
}

export class Subscription {
  readonly #id: string;
  readonly #reply: Reply;
  /** What came before it was confirmed. */
  #early: string[] | undefined = [];
  #over = false;

  constructor(request: Message, reply: Reply) {
    this.#id = idOf(request);
    this.#reply = reply;
  }

  /** Whether it was ended, by the client or by us. */
  get over(): boolean {
    return this.#over;
  }

  acknowledge(filter: Filter): void {
    const early = this.#early;
    if (!early || this.#over) return;
    this.#early = undefined;
    this.#push(notification("notifications/subscriptions/acknowledged", { notifications: filter }));
    for (const text of early) this.#push(text);
  }

  push(text: string): void {
    if (this.#early) this.#early.push(text);
    else this.#push(text);
  }

  /** The client does not listen any more. */
  drop(): void {
    if (this.#over) return;
    this.#over = true;
    this.#reply.drop();
  }

  /** We tell no more. */
  end(): void {
    if (this.#over) return;
    this.#over = true;
    const result = `{"resultType":"complete","_meta":{${JSON.stringify(metaKeys.subscriptionId)}:${this.#id}}}`;
    this.#reply.end(resultText(this.#id, result));
  }

  #push(text: string): void {
    const message = parseMessage(text);
    if (message && !this.#over)
      this.#reply.push(withParamsMeta(message, metaKeys.subscriptionId, this.#id).text);
  }
}

/** A subscription as a client of one server. It only listens. */
export function listenerOf(envelope: Envelope, push: (text: string) => void): Member {
  return {
    era: "stateless",
    envelope,
    initializeParams: undefined,
    can: () => false,
    push,
    ask: () => {
      throw new Error("who only listens is not asked");
    },
  };
}
