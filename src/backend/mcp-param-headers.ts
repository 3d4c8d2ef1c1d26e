/**
 * Arguments of tools that a client repeats in `Mcp-Param-…` headers, so that proxies can route by them
 * (MCP 2026-07-28, *Streamable HTTP*, `x-mcp-header`). Pure.
 */

import { isObject, parseJson } from "../base/json.ts";

/** An argument that is repeated in a header. */
export interface HeaderParameter {
  /** Keys from the arguments down to it. */
  readonly path: readonly string[];
  readonly header: string;
  readonly isNumber: boolean;
}

/** Header parameters of a list of tools, by the tool's name. */
export type HeaderParameters = ReadonlyMap<string, readonly HeaderParameter[]>;

const annotation = "x-mcp-header";
/** Characters a header's name may have (RFC 9110, *Tokens*). */
const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const types: readonly unknown[] = ["string", "integer", "number", "boolean"];
/** Real arguments are not nested deeper. The limit keeps a server from exhausting the gateway. */
const deepest = 32;

/** `tools` are JSON texts. Malformed tools and names that are not valid in a header are ignored. */
export function headerParameters(tools: readonly string[]): HeaderParameters {
  const found = new Map<string, readonly HeaderParameter[]>();
  for (const text of tools) {
    if (!text.includes(annotation)) continue;
    const tool = parseJson(text);
    if (!isObject(tool) || typeof tool["name"] !== "string") continue;
    const parameters = parametersIn(tool["inputSchema"], []);
    if (parameters.length > 0) found.set(tool["name"], parameters);
  }
  return found;
}

/** Follows `properties` only, because the position below other keywords depends on the arguments. */
function parametersIn(schema: unknown, path: readonly string[]): readonly HeaderParameter[] {
  if (!isObject(schema) || path.length > deepest) return [];
  const { [annotation]: name, type, properties } = schema;
  const isOwn = path.length > 0 && typeof name === "string" && token.test(name) && types.includes(type);
  const isNumber = type === "integer" || type === "number";
  return [
    ...(isOwn ? [{ path, header: `Mcp-Param-${name}`, isNumber }] : []),
    ...Object.entries(isObject(properties) ? properties : {}).flatMap(([key, below]) =>
      parametersIn(below, [...path, key]),
    ),
  ];
}

/** The headers of a call with these arguments. An argument that is absent or has no exact text gets no header. */
export function paramHeaders(
  parameters: readonly HeaderParameter[],
  args: unknown,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    parameters.flatMap(({ path, header }) => {
      const text = textOf(valueAt(args, path));
      return text === undefined ? [] : [[header, encodeHeader(text)]];
    }),
  );
}

/** The first header of a call that differs from its argument, as text for users; `undefined` if all agree. */
export function paramMismatch(
  parameters: readonly HeaderParameter[],
  args: unknown,
  header: (name: string) => string | undefined,
): string | undefined {
  for (const { path, header: name, isNumber } of parameters) {
    const expected = textOf(valueAt(args, path));
    if (expected === undefined) continue;
    const given = header(name);
    const what = `argument '${path.join(".")}'`;
    if (given === undefined) return `${name} header is required: the body has the ${what}`;
    const decoded = decodeHeader(given);
    if (decoded === undefined) return `${name} header is not valid Base64`;
    if (decoded !== expected && !(isNumber && isSameNumber(decoded, expected)))
      return `${name} header differs from the ${what} in the body`;
  }
  return undefined;
}

function isSameNumber(one: string, other: string): boolean {
  return /^-?\d+(\.\d+)?$/.test(one) && Number(one) === Number(other);
}

function valueAt(args: unknown, path: readonly string[]): unknown {
  let value = args;
  for (const key of path) value = isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  return value;
}

/** `undefined` for integers beyond 2^53, because their digits are lost. */
function textOf(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  if (typeof value === "boolean") return String(value);
  const isExact = typeof value === "number" && (!Number.isInteger(value) || Number.isSafeInteger(value));
  return isExact ? String(value) : undefined;
}

const encodedForm = /^=\?base64\?(.*)\?=$/s;

/** A text as a header value: plain where that is possible, else `=?base64?…?=`. */
export function encodeHeader(text: string): string {
  const isPlain = /^[\x21-\x7e]([\x20-\x7e\t]*[\x21-\x7e])?$/.test(text) && !encodedForm.test(text);
  return isPlain ? text : `=?base64?${Buffer.from(text).toString("base64")}?=`;
}

/** The text in a header; `undefined` if it is marked as Base64 and is not valid. */
export function decodeHeader(value: string): string | undefined {
  const encoded = encodedForm.exec(value)?.[1];
  if (encoded === undefined) return value;
  const bytes = Buffer.from(encoded, "base64");
  return bytes.toString("base64") === encoded ? bytes.toString("utf8") : undefined;
}
