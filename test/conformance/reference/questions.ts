/**
 * The questions of the reference server to its client. Every question is an `input_required` result. For a client of
 * the initialize era the SDK turns it into requests to the client, so each tool is written once for both eras.
 */

import {
  type ElicitRequestFormParams,
  type InputRequest,
  inputRequired,
  inputResponse,
  type ServerContext,
} from "@modelcontextprotocol/server";

export type Questions = Readonly<Record<string, InputRequest>>;

export function form(message: string, properties: object, required: readonly string[] = []): InputRequest {
  // The schemas are exact copies from the suites. The SDK's type knows fewer of their keywords.
  const requestedSchema = {
    type: "object",
    properties,
    required,
  } as ElicitRequestFormParams["requestedSchema"];
  return inputRequired.elicit({ message, requestedSchema });
}

export function sampling(prompt: string, maxTokens: number): InputRequest {
  const content = { type: "text" as const, text: prompt };
  return inputRequired.createMessage({ messages: [{ role: "user", content }], maxTokens });
}

export const roots = inputRequired.listRoots();

/** The answers as one text, or `undefined` while one is missing. A declined form is an answer, too. */
export function answersOf(context: ServerContext, questions: Questions): string | undefined {
  const answers = Object.keys(questions).map((key) => answerTo(context, key));
  return answers.includes(undefined) ? undefined : answers.join("; ");
}

function answerTo(context: ServerContext, key: string): string | undefined {
  const answer = inputResponse(context.mcpReq.inputResponses, key);
  switch (answer.kind) {
    case "missing":
      return undefined;
    case "elicit":
      return `action=${answer.action}, content=${JSON.stringify(answer.content ?? {})}`;
    case "sampling":
      return samplingText(answer.result.content);
    case "roots":
      return answer.roots.map(({ uri }) => uri).join(", ");
    default:
      return answer satisfies never;
  }
}

function samplingText(content: object): string {
  return "text" in content ? String(content.text) : JSON.stringify(content);
}
