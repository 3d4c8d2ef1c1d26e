/**
 * A call of a client without a session to a backend that sends requests to its clients. A request of the backend becomes
 * an `input_required` response to the client. The client's next request contains the answer, and the call at the backend
 * waits for it (protocol.md, *Two eras*).
 */

import type { BackendSession } from "../../backend/backend-session.ts";
import type { Call, Client, Outcome, ServerRequest } from "../../backend/call.ts";
import { declares, type Envelope, withoutEnvelope } from "../../backend/era.ts";
import { notification, resultText, rpcErrorText } from "../../jsonrpc/encode.ts";
import { type Message, parseMessage } from "../../jsonrpc/message.ts";
import { editText, membersAt, textAt } from "../../jsonrpc/text-edit.ts";
import type { ManagedServer } from "../../supervisor/managed-server.ts";
import { idOf, type Sent } from "../in-flight-request.ts";
import type { Principal } from "../request-context.ts";
import { completedResult, statelessError } from "./era-translation.ts";
import type { RequestStateStore, StoredCall } from "./request-state-store.ts";

/** Number of notifications kept for the client's next request. Older ones are dropped. */
const mostKept = 100;

/** Methods whose results may require input (MCP 2026-07-28). Clients do not support it for others. */
const mayNeedInput: ReadonlySet<string> = new Set(["tools/call", "prompts/get", "resources/read"]);

interface Question {
  readonly request: Message;
  readonly answer: (response: Message) => void;
}

/** Where a call waits while its client answers a request of the server. */
export interface CallStorage {
  readonly parked: RequestStateStore<StatelessToSessionCall>;
  readonly server: Pick<ManagedServer, "isRemoved">;
  /** Identifies the request; see `StoredCall`. */
  readonly what: string;
}

export class StatelessToSessionCall implements Call, Client, StoredCall {
  readonly era = "initialize";
  readonly envelope: Envelope;
  readonly principal: Principal;
  readonly client = this;
  readonly request: Message;
  readonly what: string;
  readonly #connection: BackendSession;
  readonly #server: Pick<ManagedServer, "isRemoved">;
  readonly #parked: RequestStateStore<StatelessToSessionCall>;
  readonly #questions = new Map<string, Question>();
  readonly #kept: string[] = [];
  readonly #first: Message;
  /** The client's last request. */
  #last: Call;
  /** The client's last request, while it is not answered. */
  #turn: Call | undefined;
  #questionTimer: NodeJS.Immediate | undefined;
  #outcome: Outcome | undefined;
  #lastKey = 0;

  constructor(call: Call, connection: BackendSession, { parked, server, what }: CallStorage) {
    this.envelope = call.client.envelope;
    this.principal = call.client.principal;
    this.request = withoutEnvelope(call.request);
    this.what = what;
    this.#server = server;
    this.#first = call.request;
    this.#last = call;
    this.#turn = call;
    this.#connection = connection;
    this.#parked = parked;
  }

  get orphaned(): boolean {
    return this.#server.isRemoved;
  }

  start(timeoutMs: number): Sent {
    this.#connection.call(this, timeoutMs);
    return this.#sent();
  }

  /** Continues with the client's next request, which has the answers. */
  resume(call: Call): Sent {
    this.#last = call;
    this.#turn = call;
    const responses = membersAt(call.request, ["params", "inputResponses"]);
    for (const [key, { answer }] of [...this.#questions]) {
      const response = responses.get(key);
      const message = response === undefined ? undefined : parseMessage(resultText("0", response));
      if (!message) continue;
      this.#questions.delete(key);
      answer(message);
    }
    for (const text of this.#kept.splice(0)) this.push(text);
    if (this.#outcome) this.#deliver(this.#outcome);
    else this.#askSoon();
    return this.#sent();
  }

  can(capability: string): boolean {
    const { json } = this.#last.request;
    return mayNeedInput.has(json.method ?? "") && declares(json, capability);
  }

  push(text: string): void {
    const message = this.#withToken(text);
    if (message === undefined) return;
    if (this.#turn) return this.#turn.push(message);
    this.#kept.push(text);
    if (this.#kept.length > mostKept) this.#kept.shift();
  }

  ask(request: Message, _call: Call | undefined, answer: (response: Message) => void): ServerRequest {
    const key = `question-${++this.#lastKey}`;
    this.#questions.set(key, { request, answer });
    this.#askSoon();
    return { withdraw: () => void this.#questions.delete(key) };
  }

  settle(outcome: Outcome): void {
    const unanswered = [...this.#questions.values()];
    this.#questions.clear();
    this.#deliver(outcome);
    // A backend does not name the call of a request. Where this call was answered, the request belongs to another call.
    // Otherwise it may belong to this call, so no other client may get it.
    if (outcome.kind !== "answered") refuse(unanswered, "The call has ended");
    else for (const { request } of unanswered) this.#connection.reassign(request);
  }

  abandon(): void {
    refuse([...this.#questions.values()], "The client did not send its answer in time");
    this.#questions.clear();
    const cancelled = notification("notifications/cancelled", { requestId: 0 });
    this.#connection.cancel(this, { text: cancelled, json: JSON.parse(cancelled) });
  }

  /** Sends the outcome to the client, now or with its next request. */
  #deliver(outcome: Outcome): void {
    const turn = this.#turn;
    this.#outcome = outcome;
    if (!turn) return;
    this.#end();
    if (outcome.kind !== "answered") turn.settle(outcome);
    else this.#answer(turn, this.#answerText(turn.request, outcome.message));
  }

  #sent(): Sent {
    return { cancel: (cancelled) => this.#connection.cancel(this, cancelled) };
  }

  /** Sends requests that arrive together in one response. */
  #askSoon(): void {
    if (this.#questions.size > 0) this.#questionTimer ??= setImmediate(() => this.#askNow());
  }

  #askNow(): void {
    this.#questionTimer = undefined;
    const turn = this.#turn;
    if (!turn || this.#questions.size === 0) return;
    const inputRequests = [...this.#questions].map(([key, { request }]) => {
      const method = JSON.stringify(request.json.method);
      const params = textAt(request, ["params"]);
      return `"${key}":{"method":${method}${params === undefined ? "" : `,"params":${params}`}}`;
    });
    const state = JSON.stringify(this.#parked.park(this));
    const result = `{"resultType":"input_required","inputRequests":{${inputRequests.join(",")}},"requestState":${state}}`;
    this.#end();
    this.#answer(turn, resultText(idOf(turn.request), result));
  }

  #end(): void {
    this.#turn = undefined;
    clearImmediate(this.#questionTimer);
    this.#questionTimer = undefined;
  }

  #answer(turn: Call, text: string): void {
    turn.settle({ kind: "answered", text, message: { text, json: JSON.parse(text) } });
  }

  #answerText(request: Message, response: Message): string {
    const id = idOf(request);
    if (response.json.error)
      return `{"jsonrpc":"2.0","id":${id},"error":${statelessError(request, response)}}`;
    const result = textAt(response, ["result"]) ?? "{}";
    return resultText(id, completedResult(String(request.json.method), result, response.json.result));
  }

  /** Progress with the token of the client's last request; `undefined` if that has no token. */
  #withToken(text: string): string | undefined {
    const { request } = this.#last;
    if (request === this.#first || !text.includes('"notifications/progress"')) return text;
    const token = textAt(request, ["params", "_meta", "progressToken"]);
    const message = parseMessage(text);
    if (token === undefined || !message) return undefined;
    return editText(message, [{ path: ["params", "progressToken"], json: token }]);
  }
}

function refuse(questions: readonly Question[], because: string): void {
  const refusal = parseMessage(rpcErrorText("0", -32603, because));
  for (const { answer } of questions) if (refusal) answer(refusal);
}
