/** Tools that answer at once, one for each kind of content, and tools whose input schema is checked. */

import { fromJsonSchema, type McpServer } from "@modelcontextprotocol/server";
import { audioData, image, text } from "./samples.ts";
import { addTool } from "./tool.ts";

const mixed = {
  type: "resource" as const,
  resource: {
    uri: "test://mixed-content-resource",
    mimeType: "application/json",
    text: JSON.stringify({ test: "data", value: 123 }),
  },
};

const embedded = {
  type: "resource" as const,
  resource: {
    uri: "test://embedded-resource",
    mimeType: "text/plain",
    text: "This is an embedded resource content.",
  },
};

const contents = {
  test_simple_text: [text("This is a simple text response for testing.")],
  test_image_content: [image],
  test_audio_content: [{ type: "audio" as const, data: audioData, mimeType: "audio/wav" }],
  test_embedded_resource: [embedded],
  test_multiple_content_types: [text("Multiple content types test:"), image, mixed],
};

/** Keywords of JSON Schema 2020-12 that a translated schema would lose (SEP-1613, SEP-2106). */
const schema202012 = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  type: "object",
  $defs: {
    address: {
      $anchor: "addressDef",
      type: "object",
      properties: { street: { type: "string" }, city: { type: "string" } },
    },
  },
  properties: {
    name: { type: "string" },
    address: { $ref: "#/$defs/address" },
    contactMethod: { type: "string", enum: ["phone", "email"] },
    phone: { type: "string" },
    email: { type: "string" },
  },
  allOf: [{ anyOf: [{ required: ["phone"] }, { required: ["email"] }] }],
  if: { properties: { contactMethod: { const: "phone" } }, required: ["contactMethod"] },
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
  then: { required: ["phone"] },
  else: { required: ["email"] },
  additionalProperties: false,
};

/** A parameter that clients must repeat in the header `Mcp-Param-Region` (SEP-2243). */
const schemaWithHeader = {
  type: "object",
  properties: { region: { type: "string", "x-mcp-header": "Region" } },
};

export function addContentTools(server: McpServer): void {
  for (const [name, content] of Object.entries(contents)) {
    addTool(server, name, `Answers with ${content.map(({ type }) => type).join(", ")}`, () => ({ content }));
  }
  addTool(server, "test_error_handling", "Always fails", () => {
    throw new Error("This tool intentionally returns an error for testing");
  });
  addEcho(server, "json_schema_2020_12_tool", "Tool with JSON Schema 2020-12 features", schema202012);
  addEcho(
    server,
    "test_header_parameter",
    "Takes a parameter that is mirrored in a header",
    schemaWithHeader,
  );
}

function addEcho(server: McpServer, name: string, description: string, schema: object): void {
  const inputSchema = fromJsonSchema({ ...schema });
  server.registerTool(name, { description, inputSchema }, (args) => ({
    content: [text(JSON.stringify(args))],
  }));
}
