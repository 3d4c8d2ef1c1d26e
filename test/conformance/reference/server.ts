/** The reference server as one MCP server of the SDK, for either era. It is independent of transports. */

import { McpServer } from "@modelcontextprotocol/server";
import { addAskingTools, addParameterisedQuestions, requestState } from "./asking-tools.ts";
import { addContentTools } from "./content-tools.ts";
import { addEventTools, type Changes } from "./event-tools.ts";
import { addFormTools } from "./form-tools.ts";
import { addPrompts } from "./prompts.ts";
import { addResources } from "./resources.ts";

const capabilities = {
  tools: { listChanged: true },
  resources: { subscribe: true, listChanged: true },
  prompts: { listChanged: true },
  completions: {},
  logging: {},
};

/** `changes`: receives announcements of changed lists that do not go over the server's own connection. */
export function createReferenceServer(changes?: Changes): McpServer {
  const server = new McpServer(
    { name: "reference-server", version: "1.0.0" },
    { capabilities, requestState: { verify: requestState.verify } },
  );
  addContentTools(server);
  addEventTools(server, changes ?? ownChanges(server));
  addAskingTools(server);
  addParameterisedQuestions(server);
  addFormTools(server);
  addResources(server);
  addPrompts(server);
  return server;
}

function ownChanges(server: McpServer): Changes {
  return {
    toolsChanged: () => server.sendToolListChanged(),
    promptsChanged: () => server.sendPromptListChanged(),
  };
}
