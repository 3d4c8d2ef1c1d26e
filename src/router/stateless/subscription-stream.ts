/**
 * One `subscriptions/listen` of a client (MCP 2026-07-28). It sends the acknowledgement first, and then notifications with
 * the id of the request. It lasts until the client or the gateway ends it, also when instances end.
 */

import { metaKeys, withParamsMeta } from "../../backend/era.ts";
import { isObject } from "../../base/json.ts";
import { notification, resultText } from "../../jsonrpc/encode.ts";
import { type Message, parseMessage } from "../../jsonrpc/message.ts";
import { boundedUris, type Filter } from "../../supervisor/subscription-registry.ts";
import { type InFlightRequest, idOf } from "../in-flight-request.ts";

/** The supported part of the requested filter. Other members are not confirmed. */
export function filterOf(request: Message): Filter {
  const requested = request.json.params?.["notifications"];
  if (!isObject(requested)) return {};
  const uris = requested["resourceSubscriptions"];
  return {
    ...(requested["toolsListChanged"] === true && { toolsListChanged: true }),
    ...(requested["promptsListChanged"] === true && { promptsListChanged: true }),
    ...(requested["resourcesListChanged"] === true && { resourcesListChanged: true }),
    ...(Array.isArray(uris) && { resourceSubscriptions: boundedUris(uris.map(String)) }),
  };
}

/** Number of messages kept until the acknowledgement is sent. Older ones are dropped. */
const mostEarly = 1_000;

export class SubscriptionStream {
  readonly #id: string;
  readonly #request: InFlightRequest;
  /** Messages from before the acknowledgement. */
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

  /** Ends the subscription by the gateway. */
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
