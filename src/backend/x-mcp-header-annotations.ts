/**
 * Validates the `x-mcp-header` annotations of a tool (MCP 2026-07-28, *Streamable HTTP*). Clients over HTTP must ignore
 * tools with invalid ones. Pure.
 */

import { isObject } from "../base/json.ts";

const annotation = "x-mcp-header";
/** Characters a header's name may have (RFC 9110, *Tokens*). */
const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const types: readonly unknown[] = ["string", "integer", "boolean"];
/** Deeper schemas are not checked, because a server could exhaust the gateway. */
const deepest = 32;
/** Keywords with nested schemas that may not apply to an argument. The value is one schema or a list. */
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

/** The first error in an annotation of the schema, as text for users; `undefined` if all are valid. */
export function headerAnnotationError(inputSchema: unknown): string | undefined {
  return errorIn(inputSchema, { path: [], isReached: true, names: new Set() });
}

interface Location {
  readonly path: readonly string[];
  /** Whether the path has only `properties` keywords. */
  readonly isReached: boolean;
  /** Headers so far, in lower case. */
  readonly names: Set<string>;
}

function errorIn(schema: unknown, place: Location): string | undefined {
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
  { path, isReached, names }: Location,
): string | undefined {
  const { [annotation]: name, type } = schema;
  if (!isReached || path.length === 0) return `${annotation} is allowed only below 'properties' keywords`;
  if (typeof name !== "string" || name === "") return `${annotation} must be a string that is not empty`;
  if (!token.test(name)) return `${annotation} is not a valid header name`;
  if (!types.includes(type)) return `${annotation} is allowed only for strings, integers and booleans`;
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
