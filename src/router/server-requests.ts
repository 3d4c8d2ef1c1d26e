/** Requests of servers that one client must answer, with ids of the client session. */

import type { ServerRequest } from "../backend/call.ts";
import { notification, rpcErrorText } from "../jsonrpc/encode.ts";
import { type Message, parseMessage } from "../jsonrpc/message.ts";
import { editText } from "../jsonrpc/text-edit.ts";

type Answer = (response: Message) => void;

/** Generator of unique ids. */
export function serverRequestIds(): () => number {
  let last = 0;
  return () => ++last;
}

export class ServerRequests {
  readonly #waiting = new Map<number, Answer>();
  readonly #nextId: () => number;

  /** `nextId` is shared where several of these belong to one client, so that ids stay unique. */
  constructor(nextId = serverRequestIds()) {
    this.#nextId = nextId;
  }

  /** Sends a request with `push`. The response passed to `answer` has the id used here. */
  ask(request: Message, push: (text: string) => void, answer: Answer): ServerRequest {
    const id = this.#nextId();
    this.#waiting.set(id, answer);
    push(editText(request, [{ path: ["id"], json: String(id) }]));
    return {
      withdraw: (cancelled) => {
        if (!this.#waiting.delete(id)) return;
        const edits = [{ path: ["params", "requestId"], json: String(id) }];
        push(
          cancelled ? editText(cancelled, edits) : notification("notifications/cancelled", { requestId: id }),
        );
      },
    };
  }

  /** Handles a response of the client. A response to an unknown request is dropped. */
  answered(response: Message): void {
    const id = response.json.id as number;
    const answer = this.#waiting.get(id);
    this.#waiting.delete(id);
    answer?.(response);
  }

  /** The client disconnected. All waiting servers get an error. */
  close(): void {
    const error = parseMessage(rpcErrorText("0", -32603, "The client disconnected"));
    for (const answer of this.#waiting.values()) if (error) answer(error);
    this.#waiting.clear();
  }
}
