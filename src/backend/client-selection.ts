/**
 * Which client a question of a backend is for (protocol.md, *Shared instance*). A question is put to nobody rather than to
 * the wrong person: one person's password form must not come up in front of another. Pure.
 */

import type { Message } from "../jsonrpc/message.ts";
import { editText, textAt } from "../jsonrpc/text-edit.ts";
import type { Call, Client } from "./call.ts";

/** What the backend needs of a client to serve its request (MCP, *Capabilities*). */
export const capabilityFor: Readonly<Record<string, string>> = {
  "sampling/createMessage": "sampling",
  "elicitation/create": "elicitation",
  "roots/list": "roots",
};

export interface ServerRequestFacts {
  readonly method: string;
  /** The client it says it is about. */
  readonly owner: Client | undefined;
  /** The call on whose stream it came. */
  readonly streamed: Call | undefined;
  /** All calls in flight, oldest first. */
  readonly calls: readonly Call[];
  /** The only client there is, where the instance belongs to one. */
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
  | { readonly kind: "nobody"; readonly because: string };

export function selectClient({ method, owner, streamed, calls, sole }: ServerRequestFacts): SelectedClient {
  const capability = capabilityFor[method];
  const able = (client: Client) => capability === undefined || client.can(capability);
  const nobody = { kind: "nobody", because: `No client can answer '${method}' now` } as const;
  const ask = (client: Client, call?: Call, isGuess = false): SelectedClient =>
    able(client) ? { kind: "client", client, call, isGuess } : nobody;
  if (owner) return ask(owner);
  if (streamed) return ask(streamed.client, streamed);
  if (new Set(calls.map(({ client }) => client.principal)).size > 1)
    return { kind: "nobody", because: mixed };
  const call = calls.findLast(({ client }) => able(client));
  if (call)
    return ask(
      call.client,
      call,
      calls.some(({ client }) => client !== call.client),
    );
  return sole ? ask(sole) : nobody;
}

const mixed =
  "Nobody was asked: calls of several people are in flight, and the server does not say which one it asks about. " +
  "Give each client an instance of its own (instances: session)";

/** The same question, which says to the person what it is about: another client may have been meant. */
export function withCallName(question: Message, server: string, { request }: Call): Message {
  const asked = question.json.params?.["message"];
  if (question.json.method !== "elicitation/create" || typeof asked !== "string") return question;
  if (textAt(question, ["params", "message"]) === undefined) return question;
  const { method, params } = request.json;
  const about = String(params?.["name"] ?? params?.["uri"] ?? method).slice(0, 256);
  const json = JSON.stringify(`${server} (${about}): ${asked}`);
  const text = editText(question, [{ path: ["params", "message"], json }]);
  return { text, json: { ...question.json, params: { ...question.json.params, message: JSON.parse(json) } } };
}
