/**
 * Runtime types that plugins add to those of schemas/ (gateway.md, *Own runtimes*): their names, their schemas, and what
 * is wrong with a `runtime` of theirs. Runs no plugin; the schema compiler is loaded with the first type.
 */

import type { ErrorObject } from "ajv";
import type { RuntimeConfig } from "./entry.ts";
import { runtimeTypes } from "./generated/schema-facts.ts";
import { hasVariable } from "./text/variable-syntax.ts";

export type JsonSchema = Readonly<Record<string, unknown>>;

/** A type and the schema of its `runtime`, as plain values. */
export interface TypeSchema {
  readonly type: string;
  readonly schema: JsonSchema;
}

export interface PluginType extends TypeSchema {
  /** With `type` among its properties, and closed to unknown keys unless the plugin says otherwise. */
  readonly schema: JsonSchema;
  /** What is wrong with a `runtime` whose variables have their values. */
  check(runtime: unknown): readonly ErrorObject[];
}

/** By type. Plugins of an editor come and go: the map is looked at each time, never copied. */
export type PluginTypes = ReadonlyMap<string, PluginType>;

export const noPluginTypes: PluginTypes = new Map();

const typeForm = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** Whether a type is one of schemas/. To the compiler every entry has one; only this tells. */
export function isBuiltIn({ type }: { readonly type: string }): boolean {
  return runtimeTypes.some((known) => known === type);
}

/** What is wrong with the name of a type, if anything. */
export function typeNameError(type: unknown, taken: ReadonlyMap<string, unknown>): string | undefined {
  if (typeof type !== "string" || !typeForm.test(type))
    return "its 'type' must be lower-case letters, digits and inner hyphens, at most 63 characters";
  if (isBuiltIn({ type })) return `its type '${type}' is one of the gateway's own: choose another name`;
  return taken.has(type) ? `its type '${type}' is already taken by another plugin` : undefined;
}

/** Compiles the schema of a type. Rejects with a plain `Error` that says what is wrong with the schema. */
export async function pluginType(type: string, schema: unknown): Promise<PluginType> {
  if (!isSchema(schema)) throw new Error("its 'schema' must be a JSON schema: an object");
  const ofFields = schema["type"] ?? "object";
  if (ofFields !== "object") throw new Error("its 'schema' must be one of an object (type: object)");
  const whole = withType(type, schema);
  const { compileSchema } = await import("./schema-compiler.ts");
  return { type, schema: whole, check: compileSchema(whole) };
}

/** Texts with variables are not known yet: they are checked when the server starts. */
export function errorsAsWritten({ check }: PluginType, runtime: unknown): readonly ErrorObject[] {
  return check(runtime).filter(
    ({ keyword, data }) => keyword === "type" || typeof data !== "string" || !hasVariable(data),
  );
}

/** The `runtime` of an entry as a plugin sees it. */
export function fieldsOf(runtime: RuntimeConfig): Readonly<Record<string, unknown>> {
  return { ...runtime };
}

function withType(type: string, schema: JsonSchema): JsonSchema {
  const { properties, required } = schema as { properties?: JsonSchema; required?: readonly string[] };
  const of = { title: "Type", description: schema["description"] ?? "A runtime of a plugin.", const: type };
  return {
    additionalProperties: false,
    ...schema,
    type: "object",
    required: ["type", ...(required ?? []).filter((key) => key !== "type")],
    properties: { type: of, ...Object.fromEntries(Object.entries(properties ?? {}).filter(isNotType)) },
  };
}

function isNotType([key]: readonly [string, unknown]): boolean {
  return key !== "type";
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
