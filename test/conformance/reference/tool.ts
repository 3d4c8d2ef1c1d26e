/**
 * Registration of the reference server's tools by JSON Schema, so that the list shows the schema as it is written here.
 */

import {
  type CallToolResult,
  fromJsonSchema,
  type InputRequiredResult,
  type McpServer,
  type ServerContext,
} from "@modelcontextprotocol/server";

export type ToolResult = CallToolResult | InputRequiredResult;
export type ToolArguments = Readonly<Record<string, string>>;
export type Handler = (args: ToolArguments, context: ServerContext) => ToolResult | Promise<ToolResult>;

/** A tool without parameters. */
export function addTool(server: McpServer, name: string, description: string, handler: Handler): void {
  const inputSchema = stringsSchema([]);
  server.registerTool(name, { description, inputSchema }, (args, context) => handler(args, context));
}

/** These strings, all required. */
export function stringsSchema(names: readonly string[]) {
  return fromJsonSchema<ToolArguments>({
    type: "object",
    properties: Object.fromEntries(names.map((name) => [name, { type: "string" }])),
    required: [...names],
  });
}
