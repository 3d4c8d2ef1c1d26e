/** One MCP request to one server of a gateway, without a session of our own (gateway.md, *HTTP*, one-shot form). */

import { type Address, ask } from "./gateway-client.ts";

/** Resolves with the `result`; rejects with what the server or the gateway said instead. No limit in time but theirs. */
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
