/** Mastra as a client. */

import { MCPClient } from "@mastra/mcp";
import { callOnce } from "./call-once.mjs";

await callOnce(async ({ kind, url, headers, command, args }) => {
  const server = kind === "http" ? { url: new URL(url), requestInit: { headers } } : { command, args };
  const client = new MCPClient({ servers: { gateway: server } });
  const tools = Object.entries(await (client.listTools?.() ?? client.getTools()));
  return {
    tools: tools.map(([name, tool]) => ({ name, call: (given) => tool.execute(given, {}) })),
    close: () => client.disconnect(),
  };
});
