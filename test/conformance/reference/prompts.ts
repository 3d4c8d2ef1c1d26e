/** The prompts that the suites use, and completion of their arguments. */

import {
  type GetPromptResult,
  inputRequired,
  type McpServer,
  type ServerContext,
} from "@modelcontextprotocol/server";
import { answersOf, form } from "./questions.ts";
import { image, text } from "./samples.ts";
import { stringsSchema, type ToolArguments } from "./tool.ts";

type Content = GetPromptResult["messages"][number]["content"];

function fromUser(...contents: Content[]): GetPromptResult {
  return { messages: contents.map((content) => ({ role: "user", content })) };
}

const context = {
  user_context: form("What context should the prompt use?", { context: { type: "string" } }, ["context"]),
};

export function addPrompts(server: McpServer): void {
  const simple = { description: "A prompt without arguments" };
  server.registerPrompt("test_simple_prompt", simple, () =>
    fromUser(text("This is a simple prompt for testing.")),
  );
  server.registerPrompt("test_prompt_with_image", { description: "A prompt with an image" }, () =>
    fromUser(image, text("Please analyze the image above.")),
  );
  const withArguments = {
    description: "A prompt with two arguments",
    argsSchema: stringsSchema(["arg1", "arg2"]),
  };
  server.registerPrompt("test_prompt_with_arguments", withArguments, ({ arg1, arg2 }) =>
    fromUser(text(`Prompt with arguments: arg1='${arg1}', arg2='${arg2}'`)),
  );
  const withResource = {
    description: "A prompt with a resource",
    argsSchema: stringsSchema(["resourceUri"]),
  };
  server.registerPrompt("test_prompt_with_embedded_resource", withResource, embedResource);
  server.registerPrompt(
    "test_input_required_result_prompt",
    { description: "Asks for its context" },
    asksFirst,
  );
  server.server.setRequestHandler("completion/complete", () => ({
    completion: { values: ["testing", "tested"], total: 2, hasMore: false },
  }));
}

function embedResource({ resourceUri: uri = "" }: ToolArguments): GetPromptResult {
  const resource = { uri, mimeType: "text/plain", text: "Embedded resource content for testing." };
  return fromUser({ type: "resource", resource }, text("Please process the embedded resource above."));
}

function asksFirst(call: ServerContext) {
  const answers = answersOf(call, context);
  if (answers === undefined) return inputRequired({ inputRequests: context });
  return fromUser(text(`Prompt with context: ${answers}`));
}
