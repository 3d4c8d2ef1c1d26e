/**
 * Whether a tool's `x-mcp-header` annotations are valid (MCP 2026-07-28, *Streamable HTTP*): clients over HTTP must leave
 * tools out where they are not. Pure.
 */

import { isObject } from "../base/json.ts";

const annotation = "x-mcp-header";
/** Characters a header's name may have (RFC 9110, *Tokens*). */
const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const types: readonly unknown[] = ["string", "integer", "boolean"];
/** Deeper schemas are not looked at: a server could exhaust the gateway. */
const deepest = 32;
/** Keywords with schemas below that may or may not hold for an argument: one schema, a list, or schemas by name. */
const conditional: readonly string[] = [
  ...[
    "items",
    "prefixItems",
    "contains",
    "additionalProperties",
    "unevaluatedProperties",
    "unevaluatedItems",
  ],
  ...["propertyNames", "oneOf", "anyOf", "allOf", "not", "if", "then", "else"],
];
const conditionalByName: readonly string[] = [
  "patternProperties",
  "dependentSchemas",
  "$defs",
  "definitions",
];

/** What is wrong with an annotation of the schema, for people; `undefined` where all are valid. */
export function mcpHeaderError(inputSchema: unknown): string | undefined {
  return errorIn(inputSchema, { path: [], isReached: true, names: new Set() });
}

interface Place {
  readonly path: readonly string[];
  /** Whether only `properties` lead here. */
  readonly isReached: boolean;
  /** Headers so far, in lower case. */
  readonly names: Set<string>;
}

function errorIn(schema: unknown, place: Place): string | undefined {
  if (!isObject(schema) || place.path.length > deepest) return undefined;
  const own = annotation in schema ? ownError(schema, place) : undefined;
  if (own !== undefined) return `${place.path.join(".") || "inputSchema"}: ${own}`;
  for (const [key, below, isReached] of schemasBelow(schema)) {
    const path = [...place.path, key];
    const found = errorIn(below, { ...place, path, isReached: place.isReached && isReached });
    if (found !== undefined) return found;
  }
  return undefined;
}

function ownError(
  schema: Readonly<Record<string, unknown>>,
  { path, isReached, names }: Place,
): string | undefined {
  const { [annotation]: name, type } = schema;
  if (!isReached || path.length === 0) return `${annotation} may stand only where 'properties' alone lead`;
  if (typeof name !== "string" || name === "") return `${annotation} must be a text that is not empty`;
  if (!token.test(name)) return `${annotation} is not a valid name of a header`;
  if (!types.includes(type)) return `${annotation} may stand only on strings, integers and booleans`;
  if (names.has(name.toLowerCase())) return `${annotation} is the same as another one`;
  names.add(name.toLowerCase());
  return undefined;
}

function schemasBelow(schema: Readonly<Record<string, unknown>>): (readonly [string, unknown, boolean])[] {
  const named = (keyword: string, isReached: boolean) => {
    const below = schema[keyword];
    return Object.entries(isObject(below) ? below : {}).map(([key, one]) => [key, one, isReached] as const);
  };
  return [
    ...named("properties", true),
    ...conditional.flatMap((keyword) =>
      [schema[keyword]].flat().map((one) => [`<${keyword}>`, one, false] as const),
    ),
    ...conditionalByName.flatMap((keyword) => named(keyword, false)),
  ];
}
