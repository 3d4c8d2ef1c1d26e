/** The AI SDK as a client. */

import { createMCPClient } from "@ai-sdk/mcp";
import { Experimental_StdioMCPTransport as Stdio } from "@ai-sdk/mcp/mcp-stdio";
import { callOnce } from "./call-once.mjs";

await callOnce(async ({ kind, url, headers, command, args }) => {
  const transport = kind === "http" ? { type: "http", url, headers } : new Stdio({ command, args });
  const client = await createMCPClient({ transport });
  const tools = Object.entries(await client.tools());
  return {
    tools: tools.map(([name, tool]) => ({
      name,
      call: (given) => tool.execute(given, { toolCallId: "1", messages: [] }),
    })),
    close: () => client.close(),
  };
});
