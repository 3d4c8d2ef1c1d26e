/**
 * A call of a client with a session in a stateless backend: where the backend answers that it needs input, the client is
 * asked for it by requests, and the call goes there again with what it answered (protocol.md, *Two eras*).
 */

import { type BackendSession, maxServerRequestMs } from "../../backend/backend-session.ts";
import type { Call, Outcome } from "../../backend/call.ts";
import { capabilityFor } from "../../backend/client-selection.ts";
import { setIn, withEnvelope } from "../../backend/era.ts";
import { asGatewayError, GatewayError } from "../../base/errors.ts";
import { withTimeout } from "../../base/timeout.ts";
import { requestText, rpcErrorText } from "../../jsonrpc/encode.ts";
import { type Message, parseMessage } from "../../jsonrpc/message.ts";
import { membersAt, textAt } from "../../jsonrpc/text-edit.ts";
import { idOf, type Sent } from "../in-flight-requests.ts";
import { needsInput } from "./era-translation.ts";

/** A backend that needs input again and again is not asked for ever. */
const mostRounds = 100;
/** Nor for more than this at a time. */
const mostAtOnce = 100;
/** Before a call goes again to a backend that asked for nothing but that. */
const againMs = 500;

export class SessionToStatelessCall implements Sent {
  readonly #call: Call;
  readonly #connection: BackendSession;
  readonly #timeoutMs: number;
  /** The instance is in use also while the client is asked. */
  readonly #release: () => void;
  /** What the backend has now. */
  #leg: Call | undefined;
  readonly #withdraw: (() => void)[] = [];
  #rounds = 0;
  /** Whatever the client still answers is too late. */
  #over = false;

  constructor(call: Call, connection: BackendSession, timeoutMs: number) {
    this.#call = call;
    this.#connection = connection;
    this.#timeoutMs = timeoutMs;
    this.#release = connection.acquire((error) => this.#onEnded(error));
  }

  start(): Sent {
    try {
      this.#send(withEnvelope(this.#call.request, this.#call.client.envelope));
    } catch (error) {
      this.#release();
      throw error;
    }
    return this;
  }

  cancel(cancelled: Message): void {
    this.#over = true;
    if (this.#leg) return this.#connection.cancel(this.#leg, cancelled);
    this.#settle({ kind: "cancelled" });
  }

  /** Nobody is there to take what the client is asked for. */
  #onEnded(error: GatewayError): void {
    this.#over = true;
    this.#settle({ kind: "failed", error });
  }

  #settle(outcome: Outcome): void {
    for (const withdraw of this.#withdraw.splice(0)) withdraw();
    this.#release();
    this.#call.settle(outcome);
  }

  #send(request: Message): void {
    const { client } = this.#call;
    this.#leg = {
      client,
      request,
      push: (text) => this.#call.push(text),
      settle: (outcome) => this.#onSettled(request, outcome),
    };
    this.#connection.call(this.#leg, this.#timeoutMs, true);
  }

  #onSettled(request: Message, outcome: Outcome): void {
    this.#leg = undefined;
    if (outcome.kind !== "answered" || !needsInput(outcome.message)) return this.#settle(outcome);
    this.#again(request, outcome.message).catch((error: unknown) => {
      if (!this.#over) this.#settle({ kind: "failed", error: asGatewayError(error) });
    });
  }

  async #again(request: Message, answer: Message): Promise<void> {
    if (++this.#rounds > mostRounds) {
      throw new GatewayError("server-ended", `The server needed input more than ${mostRounds} times`);
    }
    const asked = membersAt(answer, ["result", "inputRequests"]);
    if (asked.size > mostAtOnce)
      throw new GatewayError("server-ended", `The server needed more than ${mostAtOnce} inputs at once`);
    if (asked.size === 0) await new Promise((passed) => setTimeout(passed, againMs));
    const asking = [...asked.values()].map((one) => this.#ask(parseMessage(one)));
    const answers = await withTimeout(Promise.all(asking), maxServerRequestMs);
    if (!answers)
      throw new GatewayError("request-timeout", "The client did not answer the server's question");
    if (this.#over) return;
    this.#withdraw.length = 0;
    const refusal = answers.find(({ json }) => json.error !== undefined);
    if (refusal) return this.#refuse(refusal);
    const responses = [...asked.keys()].map(
      (key, index) => `${JSON.stringify(key)}:${resultOf(answers[index])}`,
    );
    const state = textAt(answer, ["result", "requestState"]);
    const withInput = setIn(request, ["params"], "inputResponses", `{${responses.join(",")}}`);
    this.#send(state === undefined ? withInput : setIn(withInput, ["params"], "requestState", state));
  }

  /** Resolves with the client's response. */
  #ask(asked: Message | undefined): Promise<Message> {
    const method = asked?.json.method ?? "nothing";
    const capability = capabilityFor[method];
    const { client } = this.#call;
    if (!asked || capability === undefined || !client.can(capability)) {
      const message = `The server asks for ${method}, which the client does not offer`;
      return Promise.reject(new GatewayError("capability-missing", message));
    }
    const text = requestText(0, method, paramsFor(textAt(asked, ["params"]) ?? "{}"));
    return new Promise((answered, withdrawn) => {
      const ask = client.ask({ text, json: JSON.parse(text) }, this.#call, answered);
      this.#withdraw.push(() => {
        ask.withdraw();
        withdrawn(new Error("nobody wants the answer any more"));
      });
    });
  }

  /** What the client answers with an error ends its call with that error. */
  #refuse({ json }: Message): void {
    const { code = -32603, message = "The client did not answer" } = json.error ?? {};
    const text = rpcErrorText(
      idOf(this.#call.request),
      code,
      `The client's answer to the server: ${message}`,
    );
    this.#settle({ kind: "answered", text, message: { text, json: JSON.parse(text) } });
  }
}

function resultOf(response: Message | undefined): string {
  return (response && textAt(response, ["result"])) ?? "{}";
}

/** The initialize era wants an id for what is asked by URL; the newer one has none. */
function paramsFor(params: string): string {
  const message = parseMessage(params);
  const { mode, elicitationId } = (message?.json ?? {}) as { mode?: unknown; elicitationId?: unknown };
  if (!message || mode !== "url" || elicitationId !== undefined) return params;
  return setIn(message, [], "elicitationId", JSON.stringify(crypto.randomUUID())).text;
}
