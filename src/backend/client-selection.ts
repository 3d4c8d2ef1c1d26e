/**
 * Selects the client for a request of a backend (protocol.md, *Shared instance*). Where the user is not certain, no client
 * is asked, because the password form of one user must not appear in front of another. Pure.
 */

import type { Message } from "../jsonrpc/message.ts";
import { editText, textAt } from "../jsonrpc/text-edit.ts";
import type { Call, Client } from "./call.ts";

/** Capability that a client needs for each request of a backend (MCP, *Capabilities*). */
export const capabilityFor: Readonly<Record<string, string>> = {
  "sampling/createMessage": "sampling",
  "elicitation/create": "elicitation",
  "roots/list": "roots",
};

export interface ServerRequestFacts {
  readonly method: string;
  /** Client of the task or URL that the request names. */
  readonly owner: Client | undefined;
  /** The call whose stream carried the request. */
  readonly streamed: Call | undefined;
  /** All calls in flight, oldest first. */
  readonly calls: readonly Call[];
  /** The only client, where the instance belongs to one. */
  readonly sole: Client | undefined;
}

export type SelectedClient =
  /** `isGuess`: other clients of the same principal have calls in flight as well. */
  | {
      readonly kind: "client";
      readonly client: Client;
      readonly call: Call | undefined;
      readonly isGuess: boolean;
    }
  | { readonly kind: "none"; readonly because: string };

export function selectClient({ method, owner, streamed, calls, sole }: ServerRequestFacts): SelectedClient {
  const capability = capabilityFor[method];
  const able = (client: Client) => capability === undefined || client.can(capability);
  const none = { kind: "none", because: `No client can answer '${method}' now` } as const;
  const ask = (client: Client, call?: Call, isGuess = false): SelectedClient =>
    able(client) ? { kind: "client", client, call, isGuess } : none;
  if (owner) return ask(owner);
  if (streamed) return ask(streamed.client, streamed);
  if (new Set(calls.map(({ client }) => client.principal)).size > 1) return { kind: "none", because: mixed };
  const call = calls.findLast(({ client }) => able(client));
  if (call)
    return ask(
      call.client,
      call,
      calls.some(({ client }) => client !== call.client),
    );
  return sole ? ask(sole) : none;
}

const mixed =
  "The request was not sent to a client: calls of several users are in flight, and the server does not name the call. " +
  "Give each client its own instance (instances: session)";

/** The same question with the name of the server and the call, because the server may have meant another client. */
export function withCallName(question: Message, server: string, { request }: Call): Message {
  const text = question.json.params?.["message"];
  if (question.json.method !== "elicitation/create" || typeof text !== "string") return question;
  if (textAt(question, ["params", "message"]) === undefined) return question;
  const { method, params } = request.json;
  const about = String(params?.["name"] ?? params?.["uri"] ?? method).slice(0, 256);
  const json = JSON.stringify(`${server} (${about}): ${text}`);
  const edited = editText(question, [{ path: ["params", "message"], json }]);
  return {
    text: edited,
    json: { ...question.json, params: { ...question.json.params, message: JSON.parse(json) } },
  };
}
