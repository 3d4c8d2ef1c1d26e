/** The requests of servers that one client has to answer, under ids of the client session's own. */

import type { ServerRequest } from "../backend/call.ts";
import { notification, rpcErrorText } from "../jsonrpc/encode.ts";
import { type Message, parseMessage } from "../jsonrpc/message.ts";
import { editText } from "../jsonrpc/text-edit.ts";

type Answer = (response: Message) => void;

/** Ids that no two questions share. */
export function serverRequestIds(): () => number {
  let last = 0;
  return () => ++last;
}

export class ServerRequests {
  readonly #waiting = new Map<number, Answer>();
  readonly #nextId: () => number;

  /** `nextId`: where one client is asked by several of these, none may use the id of another. */
  constructor(nextId = serverRequestIds()) {
    this.#nextId = nextId;
  }

  /** Puts a question on the way that `push` goes; its answer keeps the client's id. */
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

  /** The client's response; one to no question of ours is dropped. */
  answered(response: Message): void {
    const id = response.json.id as number;
    const answer = this.#waiting.get(id);
    this.#waiting.delete(id);
    answer?.(response);
  }

  /** The client is gone: who waits is told so. */
  close(): void {
    const gone = parseMessage(rpcErrorText("0", -32603, "The client went away"));
    for (const answer of this.#waiting.values()) if (gone) answer(gone);
    this.#waiting.clear();
  }
}
