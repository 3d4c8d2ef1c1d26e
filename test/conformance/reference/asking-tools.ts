/**
 * Tools that ask the client before they answer: with a form, a sampling, its roots, or several of these, with and
 * without state.
 */

import {
  CLIENT_CAPABILITIES_META_KEY,
  type ClientCapabilities,
  createRequestStateCodec,
  inputRequired,
  type McpServer,
  type ServerContext,
} from "@modelcontextprotocol/server";
import { answersOf, form, type Questions, roots, sampling } from "./questions.ts";
import { text } from "./samples.ts";
import { addTool, stringsSchema, type ToolArguments, type ToolResult } from "./tool.ts";

/** One key for all instances, because a retry may reach another instance than the call that it continues. */
export const requestState = createRequestStateCodec<string>({
  key: "reference-server-of-the-conformance-suites",
});

const name = { name: { type: "string" } };
const confirm = form("Please confirm", { ok: { type: "boolean" } }, ["ok"]);
const userName = { user_name: form("What is your name?", name, ["name"]) };
const steps: readonly Questions[] = [
  { step1: form("Step 1: What is your name?", name, ["name"]) },
  { step2: form("Step 2: What is your favorite color?", { color: { type: "string" } }, ["color"]) },
];

export function addAskingTools(server: McpServer): void {
  const asks = (tool: string, questions: Questions, prefix: string) =>
    addTool(server, tool, `Asks for ${Object.keys(questions).join(", ")}`, (_, context) =>
      ask(context, questions, prefix),
    );
  asks("test_input_required_result_elicitation", userName, "Hello");
  asks(
    "test_input_required_result_sampling",
    { capital_question: sampling("What is the capital of France?", 100) },
    "LLM response",
  );
  asks("test_input_required_result_list_roots", { client_roots: roots }, "Roots");
  asks("test_streaming_elicitation", userName, "Hello");
  asks("test_missing_capability", { needed: sampling("Needs the client's sampling", 10) }, "LLM response");
  addToolsWithState(server);
  addTool(server, "test_input_required_result_capabilities", "Asks only what the client can", (_, context) =>
    ask(context, possibleQuestions(context), "Answers"),
  );
}

function addToolsWithState(server: McpServer): void {
  const several = {
    ...userName,
    greeting: sampling("Generate a greeting", 50),
    client_roots: roots,
  };
  const withState = (tool: string, questions: Questions) =>
    addTool(server, tool, "Asks, and wants its sealed state back", (_, context) =>
      askWithState(context, [questions]),
    );
  withState("test_input_required_result_request_state", { confirm });
  withState("test_input_required_result_tampered_state", { confirm });
  withState("test_input_required_result_multiple_inputs", several);
  addTool(server, "test_input_required_result_multi_round", "Asks in two rounds", (_, context) =>
    askWithState(context, steps),
  );
}

/** Tools of the scenarios of the initialize era. The SDK makes them work in the newer era as well. */
export function addParameterisedQuestions(server: McpServer): void {
  const prompt = {
    description: "Has the client's model answer a prompt",
    inputSchema: stringsSchema(["prompt"]),
  };
  server.registerTool("test_sampling", prompt, askSampling);
  const message = { description: "Has the user fill in a form", inputSchema: stringsSchema(["message"]) };
  server.registerTool("test_elicitation", message, askForm);
}

function askSampling({ prompt = "" }: ToolArguments, context: ServerContext): ToolResult {
  return ask(context, { completion: sampling(prompt, 100) }, "LLM response");
}

function askForm({ message = "" }: ToolArguments, context: ServerContext): ToolResult {
  const properties = {
    username: { type: "string", description: "User's response" },
    email: { type: "string", description: "User's email address" },
  };
  return ask(context, { details: form(message, properties, ["username", "email"]) }, "User response");
}

export function ask(context: ServerContext, questions: Questions, prefix: string): ToolResult {
  const answers = answersOf(context, questions);
  if (answers === undefined) return inputRequired({ inputRequests: questions });
  return { content: [text(`${prefix}: ${answers}`)] };
}

/** The state has the round that was asked last. The codec has already checked it here. */
async function askWithState(context: ServerContext, rounds: readonly Questions[]): Promise<ToolResult> {
  const asked = context.mcpReq.requestState<string>();
  const round = asked === undefined ? 0 : Number(asked) + 1;
  const answers = asked === undefined ? undefined : answersOf(context, rounds[round - 1] ?? {});
  const next = asked !== undefined && answers === undefined ? round - 1 : round;
  const inputRequests = rounds[next];
  if (inputRequests === undefined) return { content: [text(`state-ok: ${answers}`)] };
  return inputRequired({ inputRequests, requestState: await requestState.mint(String(next)) });
}

function possibleQuestions({ mcpReq }: ServerContext): Questions {
  const envelope: Readonly<Record<string, unknown>> = { ...mcpReq.envelope };
  const can = envelope[CLIENT_CAPABILITIES_META_KEY] as ClientCapabilities | undefined;
  return {
    ...(can?.sampling && { greeting: sampling("Generate a greeting", 50) }),
    ...(can?.elicitation && userName),
    ...(can?.roots && { client_roots: roots }),
  };
}
