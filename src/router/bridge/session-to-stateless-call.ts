/**
 * A call of a client with a session to a stateless backend. Where the backend needs input, the gateway sends requests to
 * the client, and then repeats the call with the client's answers (protocol.md, *Two eras*).
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
import { idOf, type Sent } from "../in-flight-request.ts";
import { needsInput } from "./era-translation.ts";

/** Number of times that a backend may require input for one call. */
const mostRounds = 100;
/** Number of inputs that a backend may require at once. */
const mostAtOnce = 100;
/** Delay before a call is repeated where the backend required no input. */
const repeatMs = 500;

export class SessionToStatelessCall implements Sent {
  readonly #call: Call;
  readonly #connection: BackendSession;
  readonly #timeoutMs: number;
  /** Ends the call at the instance. Until then it counts as in flight, even while the client answers. */
  readonly #release: () => void;
  /** The request that the backend is processing. */
  #leg: Call | undefined;
  readonly #withdraw: (() => void)[] = [];
  #rounds = 0;
  /** Whether the call has ended. Later answers of the client are ignored. */
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

  /** The connection ended, so answers of the client are not needed any more. */
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
    this.#repeatWithInput(request, outcome.message).catch((error: unknown) => {
      if (!this.#over) this.#settle({ kind: "failed", error: asGatewayError(error) });
    });
  }

  async #repeatWithInput(request: Message, answer: Message): Promise<void> {
    if (++this.#rounds > mostRounds) {
      throw new GatewayError(
        "server-ended",
        `The server required input more than ${mostRounds} times for one call`,
      );
    }
    const inputRequests = membersAt(answer, ["result", "inputRequests"]);
    if (inputRequests.size > mostAtOnce)
      throw new GatewayError("server-ended", `The server required more than ${mostAtOnce} inputs at once`);
    if (inputRequests.size === 0) await new Promise((passed) => setTimeout(passed, repeatMs));
    const pending = [...inputRequests.values()].map((one) => this.#ask(parseMessage(one)));
    const answers = await withTimeout(Promise.all(pending), maxServerRequestMs);
    if (!answers) throw new GatewayError("request-timeout", "The client did not answer the server's request");
    if (this.#over) return;
    this.#withdraw.length = 0;
    const refusal = answers.find(({ json }) => json.error !== undefined);
    if (refusal) return this.#refuse(refusal);
    const responses = [...inputRequests.keys()].map(
      (key, index) => `${JSON.stringify(key)}:${resultOf(answers[index])}`,
    );
    const state = textAt(answer, ["result", "requestState"]);
    const withInput = setIn(request, ["params"], "inputResponses", `{${responses.join(",")}}`);
    this.#send(state === undefined ? withInput : setIn(withInput, ["params"], "requestState", state));
  }

  /** Resolves with the client's response. */
  #ask(inputRequest: Message | undefined): Promise<Message> {
    const method = inputRequest?.json.method ?? "an unknown request";
    const capability = capabilityFor[method];
    const { client } = this.#call;
    if (!inputRequest || capability === undefined || !client.can(capability)) {
      const message = `The server requires ${method}, which the client does not support`;
      return Promise.reject(new GatewayError("capability-missing", message));
    }
    const text = requestText(0, method, paramsFor(textAt(inputRequest, ["params"]) ?? "{}"));
    return new Promise((answered, withdrawn) => {
      const ask = client.ask({ text, json: JSON.parse(text) }, this.#call, answered);
      this.#withdraw.push(() => {
        ask.withdraw();
        withdrawn(new Error("the server's request was withdrawn"));
      });
    });
  }

  /** An error response of the client ends its call with that error. */
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

/** Adds an id to a URL elicitation. The initialize era requires it, and the stateless era does not have it. */
function paramsFor(params: string): string {
  const message = parseMessage(params);
  const { mode, elicitationId } = (message?.json ?? {}) as { mode?: unknown; elicitationId?: unknown };
  if (!message || mode !== "url" || elicitationId !== undefined) return params;
  return setIn(message, [], "elicitationId", JSON.stringify(crypto.randomUUID())).text;
}
