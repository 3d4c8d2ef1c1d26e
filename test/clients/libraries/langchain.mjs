/** LangChain's MCP adapters as a client. */

import { MultiServerMCPClient } from "@langchain/mcp-adapters";
import { callOnce } from "./call-once.mjs";

await callOnce(async ({ kind, url, headers, command, args }) => {
  const server =
    kind === "http" ? { transport: "http", url, headers } : { transport: "stdio", command, args };
  const client = new MultiServerMCPClient({ mcpServers: { gateway: server } });
  const tools = await client.getTools();
  return {
    tools: tools.map((tool) => ({ name: tool.name, call: (given) => tool.invoke(given) })),
    close: () => client.close(),
  };
});
