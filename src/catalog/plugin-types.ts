/**
 * Runtime types of plugins, in addition to those of schemas/ (gateway.md, *Own runtimes*): names, schemas, and the
 * checks of a `runtime`. Runs no plugin. The schema compiler is loaded with the first type.
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
  /** With `type` among its properties, and without unknown keys unless the plugin allows them. */
  readonly schema: JsonSchema;
  /** The errors of a `runtime` whose variables have values. */
  check(runtime: unknown): readonly ErrorObject[];
}

/** By type. A live map: read it each time, because plugins of an editor come and go. */
export type PluginTypes = ReadonlyMap<string, PluginType>;

export const noPluginTypes: PluginTypes = new Map();

const typeForm = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** Whether a type is one of schemas/. The TypeScript types do not know plugins, so this check is needed. */
export function isBuiltIn({ type }: { readonly type: string }): boolean {
  return runtimeTypes.some((known) => known === type);
}

/** The error in the name of a type, or `undefined`. */
export function typeNameError(type: unknown, taken: ReadonlyMap<string, unknown>): string | undefined {
  if (typeof type !== "string" || !typeForm.test(type))
    return "its 'type' must be lower-case letters, digits and inner hyphens, at most 63 characters";
  if (isBuiltIn({ type })) return `its type '${type}' is built in: choose another name`;
  return taken.has(type) ? `its type '${type}' is already taken by another plugin` : undefined;
}

/** Compiles the schema of a type. Rejects with a plain `Error` that describes the error in the schema. */
export async function pluginType(type: string, schema: unknown): Promise<PluginType> {
  if (!isSchema(schema)) throw new Error("its 'schema' must be a JSON schema: an object");
  const ofFields = schema["type"] ?? "object";
  if (ofFields !== "object") throw new Error("its 'schema' must describe an object (type: object)");
  const whole = withType(type, schema);
  const { compileSchema } = await import("./schema-compiler.ts");
  return { type, schema: whole, check: compileSchema(whole) };
}

/** Ignores errors in texts with variables, which are checked when the server starts. */
export function errorsAsWritten({ check }: PluginType, runtime: unknown): readonly ErrorObject[] {
  return check(runtime).filter(
    ({ keyword, data }) => keyword === "type" || typeof data !== "string" || !hasVariable(data),
  );
}

/** The `runtime` of an entry in the form for a plugin. */
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
