/**
 * The events of one session's streams, kept so that a client can resume them. Nothing is dropped while the session
 * exists.
 */

import type { EventStore, JSONRPCMessage } from "@modelcontextprotocol/server";

type Replay = Parameters<EventStore["replayEventsAfter"]>[1];

export class KeptEvents implements EventStore {
  readonly #events: { readonly stream: string; readonly message: JSONRPCMessage }[] = [];

  async storeEvent(stream: string, message: JSONRPCMessage): Promise<string> {
    return String(this.#events.push({ stream, message }) - 1);
  }

  async getStreamIdForEventId(id: string): Promise<string | undefined> {
    return this.#events[Number(id)]?.stream;
  }

  async replayEventsAfter(id: string, { send }: Replay): Promise<string> {
    const stream = this.#events[Number(id)]?.stream ?? "";
    for (const [index, event] of this.#events.entries()) {
      if (index > Number(id) && event.stream === stream) await send(String(index), event.message);
    }
    return stream;
  }
}
