/**
 * One `subscriptions/listen` of a client (MCP 2026-07-28): confirmed first, then told what it asked for, each message
 * under the id of its request. Lasts until the client or the gateway ends it, whatever becomes of instances.
 */

import { metaKeys, withParamsMeta } from "../../backend/era.ts";
import { isObject } from "../../base/json.ts";
import { notification, resultText } from "../../jsonrpc/encode.ts";
import { type Message, parseMessage } from "../../jsonrpc/message.ts";
import { boundedUris, type Filter } from "../../supervisor/subscription-registry.ts";
import { type InFlightRequest, idOf } from "../in-flight-requests.ts";

/** What may be asked for; anything else is not confirmed. */
export function filterOf(request: Message): Filter {
  const asked = request.json.params?.["notifications"];
  if (!isObject(asked)) return {};
  const uris = asked["resourceSubscriptions"];
  return {
    ...(asked["toolsListChanged"] === true && { toolsListChanged: true }),
    ...(asked["promptsListChanged"] === true && { promptsListChanged: true }),
    ...(asked["resourcesListChanged"] === true && { resourcesListChanged: true }),
    ...(Array.isArray(uris) && { resourceSubscriptions: boundedUris(uris.map(String)) }),
  };
}

/** Messages kept until the client is confirmed what it listens to; of more than these only the newest. */
const mostEarly = 1_000;

export class Subscription {
  readonly #id: string;
  readonly #request: InFlightRequest;
  /** What came before it was confirmed. */
  #early: string[] | undefined = [];

  constructor(request: InFlightRequest) {
    this.#id = idOf(request.request);
    this.#request = request;
  }

  acknowledge(filter: Filter): void {
    const early = this.#early;
    if (!early || this.#request.isOver) return;
    this.#early = undefined;
    this.#push(notification("notifications/subscriptions/acknowledged", { notifications: filter }));
    for (const text of early) this.#push(text);
  }

  push(text: string): void {
    if (!this.#early) return this.#push(text);
    this.#early.push(text);
    if (this.#early.length > mostEarly) this.#early.shift();
  }

  /** We tell no more. */
  end(): void {
    const result = `{"resultType":"complete","_meta":{${JSON.stringify(metaKeys.subscriptionId)}:${this.#id}}}`;
    this.#request.answer(resultText(this.#id, result));
  }

  #push(text: string): void {
    const message = parseMessage(text);
    if (message && !this.#request.isOver)
      this.#request.push(withParamsMeta(message, metaKeys.subscriptionId, this.#id).text);
  }
}
