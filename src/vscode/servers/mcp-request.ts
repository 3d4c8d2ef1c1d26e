/** Sends one MCP request to a server of a gateway, without a client session (a simple request, gateway.md, *HTTP*). */

import { type Address, ask } from "./gateway-client.ts";

/** Resolves with the `result`. Rejects with the error of the server or the gateway. Has no time limit of its own. */
export async function mcpRequest(
  address: Address,
  id: string,
  method: string,
  params: object,
): Promise<unknown> {
  const body = { server_id: id, jsonrpc: "2.0", id: 1, method, params };
  const answer = await ask(address, "/mcp", { method: "POST", body, withinMs: 0 });
  const { result, error } = answer as { result?: unknown; error?: { message?: unknown } };
  if (error !== undefined) throw new Error(String(error.message));
  return result;
}
