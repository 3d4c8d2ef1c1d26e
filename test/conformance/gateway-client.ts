/**
 * The client for the client scenarios of the suite: the gateway with the scenario's server as its remote, and a few
 * calls through it. The suite starts it as `gateway-client.ts URL`. The scenario is in the environment.
 */

import { headerParameters, paramHeaders } from "../../src/backend/mcp-param-headers.ts";
import { startGateway } from "../support/gateway.ts";
import { McpClient, type RpcMessage } from "../support/mcp-client.ts";
import { ask, type StatelessOptions } from "../support/stateless-client.ts";
import { Cleanup } from "./run/cleanup.ts";

// biome-ignore lint/suspicious/noExplicitAny: servers of the scenarios list objects of any shape
type Tool = any;
type Call = { readonly name: string; readonly arguments?: object };
/** Sends a request through the gateway. Resolves with its answer. */
type Request = (method: string, params?: Readonly<Record<string, unknown>>) => Promise<RpcMessage>;

const scenario = process.env["MCP_CONFORMANCE_SCENARIO"] ?? "";
const version = process.env["MCP_CONFORMANCE_PROTOCOL_VERSION"] ?? "2025-11-25";
const context = JSON.parse(process.env["MCP_CONFORMANCE_CONTEXT"] ?? "{}") as { toolCalls?: readonly Call[] };
const capabilities = { elicitation: { form: { applyDefaults: true } }, sampling: {}, roots: {} };

const cleanup = new Cleanup();
try {
  const runtime = { type: "remote-sse", url: process.argv[2] };
  const { url, log } = await startGateway(cleanup.asTest, [{ id: "far", runtime }]);
  cleanup.after(() => process.stderr.write(log()));
  await run(version === "2026-07-28" ? statelessRequests(url) : await sessionRequests(url));
} finally {
  await cleanup.run();
}

async function run(request: Request): Promise<void> {
  const { result } = await request("tools/list");
  const tools: readonly Tool[] = result?.tools ?? [];
  if (scenario === "json-schema-2020-12-preservation") {
    const schema = tools.find(({ name }) => name !== "json_schema_echo")?.inputSchema;
    await request("tools/call", { name: "json_schema_echo", arguments: { schema } });
    return;
  }
  const calls: readonly Call[] = context.toolCalls ?? tools.map(callOf);
  for (const call of calls) await request("tools/call", { arguments: {}, ...call });
  if (scenario !== "http-standard-headers") return;
  const { result: read } = await request("resources/list");
  for (const { uri } of read?.resources ?? []) await request("resources/read", { uri });
  const { result: asked } = await request("prompts/list");
  for (const { name } of asked?.prompts ?? []) await request("prompts/get", { name });
}

/** A call with a value for each argument. */
function callOf({ name, inputSchema }: Tool): Call {
  const properties: readonly [string, Tool][] = Object.entries(inputSchema?.properties ?? {});
  const sampleOf = ({ type }: Tool) => (type === "number" || type === "integer" ? 2 : "x");
  return { name, arguments: Object.fromEntries(properties.map(([key, schema]) => [key, sampleOf(schema)])) };
}

async function sessionRequests(url: string): Promise<Request> {
  const client = await McpClient.open(url, "far", capabilities, version);
  return async (method, params = {}) => {
    const onMessage = (message: RpcMessage) =>
      message.id === undefined || client.answer(message.id, answerTo(message));
    const answer = await client.request(method, params, { onMessage });
    if (!answer) throw new Error(`${method} was not answered`);
    return answer;
  };
}

/** The answer of a client that fills a form with its defaults. */
function answerTo({ method, params }: RpcMessage): object {
  return method === "elicitation/create"
    ? { action: "accept", content: filled(params?.requestedSchema) }
    : {};
}

function filled(schema: Tool): object {
  const properties: readonly [string, Tool][] = Object.entries(schema?.properties ?? {});
  const sampleOf = (one: Tool) => one.default ?? (one.type === "boolean" ? true : "x");
  return Object.fromEntries(properties.map(([key, one]) => [key, sampleOf(one)]));
}

function statelessRequests(url: string): Request {
  const client = { "io.modelcontextprotocol/clientInfo": { name: "conformance", version: "1" } };
  let repeated = headerParameters([]);
  let id = 0;
  const send = (method: string, params: Readonly<Record<string, unknown>>) => {
    const parameters = repeated.get(String(params["name"])) ?? [];
    const headers = method === "tools/call" ? paramHeaders(parameters, params["arguments"]) : {};
    const options: StatelessOptions = { id: ++id, capabilities, headers };
    return ask(`${url}/far/mcp`, method, { ...params, _meta: client }, options);
  };
  return async (method, params = {}) => {
    let { answer } = await send(method, params);
    while (answer.result?.resultType === "input_required") {
      const { inputRequests = {}, requestState } = answer.result;
      const asked: readonly [string, RpcMessage][] = Object.entries(inputRequests);
      const inputResponses = Object.fromEntries(asked.map(([key, one]) => [key, answerTo(one)]));
      const again = { ...params, inputResponses, ...(requestState !== undefined && { requestState }) };
      ({ answer } = await send(method, again));
    }
    if (method === "tools/list") {
      const texts: readonly string[] = (answer.result?.tools ?? []).map((tool: Tool) => JSON.stringify(tool));
      repeated = headerParameters(texts);
    }
    return answer;
  };
}
