/** The requests of servers that one client has to answer, under ids of the client session's own. */

import type { Ask } from "../connection/call.ts";
import { type Message, parseMessage } from "../connection/message.ts";
import { notification, rpcErrorText } from "../connection/messages.ts";
import { splice } from "../connection/splice.ts";

type Answer = (response: Message) => void;

/** Ids that no two questions share. */
export function questionIds(): () => number {
  let last = 0;
  return () => ++last;
}

export class Questions {
  readonly #waiting = new Map<number, Answer>();
  readonly #nextId: () => number;

  /** `nextId`: where one client is asked by several of these, none may use the id of another. */
  constructor(nextId = questionIds()) {
    this.#nextId = nextId;
  }

  /** Puts a question on the way that `push` goes; its answer keeps the client's id. */
  ask(request: Message, push: (text: string) => void, answer: Answer): Ask {
    const id = this.#nextId();
    this.#waiting.set(id, answer);
    push(splice(request, [{ path: ["id"], json: String(id) }]));
    return {
      withdraw: (cancelled) => {
        if (!this.#waiting.delete(id)) return;
        const edits = [{ path: ["params", "requestId"], json: String(id) }];
        push(
          cancelled ? splice(cancelled, edits) : notification("notifications/cancelled", { requestId: id }),
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
