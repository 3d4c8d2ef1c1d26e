/** OpenAI's Agents SDK as a client. */

import { MCPServerStdio, MCPServerStreamableHttp } from "@openai/agents";
import { callOnce } from "./call-once.mjs";

await callOnce(async ({ kind, url, headers, command, args }) => {
  const server =
    kind === "http"
      ? new MCPServerStreamableHttp({ url, requestInit: { headers } })
      : new MCPServerStdio({ command, args });
  await server.connect();
  const tools = await server.listTools();
  return {
    tools: tools.map(({ name }) => ({ name, call: (given) => server.callTool(name, given) })),
    close: () => server.close(),
  };
});
