/** Tools whose forms use every kind of field: defaults of all types (SEP-1034), all kinds of choices (SEP-1330). */

import type { McpServer } from "@modelcontextprotocol/server";
import { ask } from "./asking-tools.ts";
import { form } from "./questions.ts";
import { addTool } from "./tool.ts";

const defaults = {
  name: { type: "string", description: "User name", default: "John Doe" },
  age: { type: "integer", description: "User age", default: 30 },
  score: { type: "number", description: "User score", default: 95.5 },
  status: {
    type: "string",
    description: "User status",
    enum: ["active", "inactive", "pending"],
    default: "active",
  },
  verified: { type: "boolean", description: "Verification status", default: true },
};

const options = ["option1", "option2", "option3"];
const titled = (suffix: string) =>
  ["First", "Second", "Third"].map((title, index) => ({
    const: `value${index + 1}`,
    title: `${title} ${suffix}`,
  }));

const choices = {
  untitledSingle: { type: "string", enum: options },
  titledSingle: { type: "string", oneOf: titled("Option") },
  legacyEnum: {
    type: "string",
    enum: ["opt1", "opt2", "opt3"],
    enumNames: ["Option One", "Option Two", "Option Three"],
  },
  untitledMulti: { type: "array", minItems: 1, maxItems: 3, items: { type: "string", enum: options } },
  titledMulti: { type: "array", minItems: 1, maxItems: 3, items: { anyOf: titled("Choice") } },
};

export function addFormTools(server: McpServer): void {
  const fillIn = (tool: string, message: string, properties: object) =>
    addTool(server, tool, message, (_, context) =>
      ask(context, { details: form(message, properties) }, "Elicitation completed"),
    );
  fillIn("test_elicitation_sep1034_defaults", "Please review the form's defaults", defaults);
  fillIn("test_elicitation_sep1330_enums", "Please choose from the options", choices);
}
