/**
 * Turns the errors of a schema validator into messages. Shared by catalog and config: the caller provides the subject.
 * Quotes only names (ids, keys, runtime types), because other values may be secrets.
 */

import type { ErrorObject } from "ajv";
import { closest, closestType } from "./did-you-mean.ts";
import type { Path } from "./text/problem.ts";
import { dotted, quoted } from "./text/problem.ts";
import type { Part } from "./text/yaml-text.ts";

/** A problem with the path of its value, but without a position in the text yet. */
export interface SchemaProblem {
  readonly code: string;
  readonly message: string;
  readonly path: Path;
  readonly part: Part;
  /** The value that the validator checked. */
  readonly origin: Path;
  /** The suggested word in the message. */
  readonly meant?: string;
}

/** The owner of a value, for a message. */
export interface Subject {
  /** `Server 'x'`, `The config`. */
  readonly name: string;
  /** Path of the value from there. */
  readonly field: Path;
}

export interface Wording {
  subjectOf(path: Path): Subject;
  /** The hint for an unknown key that belongs in another place. */
  elsewhere(path: Path, key: string): string | undefined;
  /** Required fields, dotted, seen from the subject. */
  readonly required: readonly string[];
  /** The known runtime types. */
  readonly runtimeTypes?: readonly string[];
}

/** Messages for all errors in `root`, without errors that only repeat others. */
export function schemaProblems(
  errors: readonly ErrorObject[],
  root: unknown,
  wording: Wording,
): SchemaProblem[] {
  const found = errors.flatMap((error) => {
    const path = pathOf(error.instancePath, root);
    const described = describe(error, path, wording);
    return described === undefined ? [] : [{ part: "value" as Part, path, origin: path, ...described }];
  });
  const typos = new Set(found.map(({ typoOf, path }) => typoOf && keyOf(path.slice(0, -1), typoOf)));
  return found
    .filter(({ lacks, path }) => lacks === undefined || !typos.has(keyOf(path, lacks)))
    .map(({ typoOf: _, lacks: __, ...problem }) => problem);
}

function keyOf(path: Path, key: string): string {
  return JSON.stringify([...path, key]);
}

interface Description {
  readonly code: string;
  readonly message: string;
  readonly path?: Path;
  readonly part?: Part;
  /** The known key that the unknown key probably means. */
  readonly typoOf?: string;
  /** The suggested word in the message. */
  readonly meant?: string;
  /** The missing field. It is not reported when a misspelled key for it was found. */
  readonly lacks?: string;
}

function describe(error: ErrorObject, path: Path, wording: Wording): Description | undefined {
  const { name, field } = wording.subjectOf(path);
  const problem = (code: string, what: string): Description => ({
    code,
    message: field.length === 0 ? `${name} ${what}` : `${name}: ${dotted(field)} ${what}`,
  });
  switch (error.keyword) {
    case "required":
      return missing(name, field, path, error.params["missingProperty"]);
    case "additionalProperties":
      return unknownKey(error, path, wording);
    case "discriminator":
      return runtimeType(error, path, wording);
    case "type":
      if (error.data === null && wording.required.includes(dotted(field))) {
        return missing(name, field.slice(0, -1), path.slice(0, -1), field.at(-1));
      }
      return wrongType(error, problem);
    case "enum":
      // Empty values are reported by the type check.
      return error.data === null ? undefined : oneOf(error, problem);
    case "pattern":
      return pattern(error, path, problem);
    case "not":
      return problem("reserved", String(error.parentSchema?.["errorMessage"] ?? "is not allowed"));
    case "minimum":
    case "maximum":
    case "exclusiveMinimum":
      return problem("out-of-range", `must be ${limits[error.keyword]} ${error.params["limit"]}`);
    default:
      return repeatsItsParts(error) ? undefined : problem("not-of-schema", error.message ?? "is not allowed");
  }
}

/** A plugin's schema may use any keyword. The validator's own messages contain limits, but never a value. */
function repeatsItsParts({ keyword, params }: ErrorObject): boolean {
  if (keyword === "oneOf") return params["passingSchemas"] === null || params["passingSchemas"] === undefined;
  return ["propertyNames", "anyOf", "if"].includes(keyword);
}

const limits = { minimum: "at least", maximum: "at most", exclusiveMinimum: "greater than" };

function missing(name: string, field: Path, path: Path, key: unknown): Description {
  const message = `${name} missing required field: ${dotted([...field, String(key)])}`;
  return { code: "missing-field", message, path, part: "owner", lacks: String(key) };
}

function unknownKey(error: ErrorObject, path: Path, wording: Wording): Description {
  const key = String(error.params["additionalProperty"]);
  const { name, field } = wording.subjectOf(path);
  const known = Object.keys((error.parentSchema?.["properties"] as object | undefined) ?? {});
  const near = closest(key, known);
  const where = field.length === 0 ? "" : ` in ${dotted(field)}`;
  const elsewhere = wording.elsewhere(path, key);
  const hint =
    elsewhere ?? (near === undefined ? `known keys: ${known.join(", ")}` : `did you mean '${near}'?`);
  const message = `${name} has an unknown key ${quoted(key)}${where}: ${hint}`;
  return {
    code: "unknown-key",
    message,
    path: [...path, key],
    part: "key",
    ...(near && { typoOf: near }),
    ...(near && elsewhere === undefined && { meant: near }),
  };
}

function runtimeType(error: ErrorObject, path: Path, wording: Wording): Description | undefined {
  const { name, field } = wording.subjectOf(path);
  const { tag, tagValue } = error.params;
  if (tagValue === undefined) return undefined; // reported as missing
  const at = { path: [...path, String(tag)] };
  if (tagValue === null) return missing(name, field, path, tag);
  if (typeof tagValue !== "string") {
    return {
      code: "not-text",
      message: `${name}: ${dotted([...field, String(tag)])} must be a string`,
      ...at,
    };
  }
  const type = quoted(tagValue).slice(1, -1);
  const meant = closestType(tagValue, wording.runtimeTypes ?? []);
  const message = `${name} has unknown runtime type: ${type}`;
  if (meant === undefined) return { code: "unknown-runtime-type", message, ...at };
  return { code: "unknown-runtime-type", message: `${message} (did you mean ${meant}?)`, ...at, meant };
}

function wrongType(error: ErrorObject, problem: (code: string, what: string) => Description): Description {
  const wanted = [error.params["type"]].flat().join(",");
  const { data } = error;
  if (data === null) return problem("empty-value", empty(wanted === "string" && allowsEmpty(error)));
  switch (wanted) {
    case "string":
      return typeof data === "object"
        ? problem("not-text", "must be a string")
        : problem("unquoted-text", "must be a string: quote it");
    case "boolean":
      return problem("not-a-boolean", "must be true or false");
    case "array":
      return problem("not-a-list", "must be a list");
    case "object":
      return problem("not-a-mapping", "must be a mapping of keys to values");
    case "integer":
      return problem("not-a-number", `must be a whole number${unquote(data)}`);
    case "number":
      return problem("not-a-number", `must be a number${unquote(data)}`);
    case "string,number":
      return problem("wrong-type", "must be a number or a string");
    default:
      return problem("wrong-type", "must be a string or a list of strings");
  }
}

function empty(mayBeEmpty: boolean): string {
  const text = mayBeEmpty ? ', or write "" for an empty text' : "";
  return `is empty: give it a value or remove it${text}`;
}

function allowsEmpty({ parentSchema = {} }: ErrorObject): boolean {
  const { pattern, enum: allowed } = parentSchema as { pattern?: string; enum?: readonly unknown[] };
  return (pattern === undefined || new RegExp(pattern, "u").test("")) && (allowed?.includes("") ?? true);
}

function unquote(data: unknown): string {
  return typeof data === "string" && /^-?\d+(\.\d+)?$/.test(data) ? ": remove the quotes" : "";
}

function oneOf(error: ErrorObject, problem: (code: string, what: string) => Description): Description {
  const allowed = (error.params["allowedValues"] as readonly unknown[]).map(String);
  const near = typeof error.data === "string" ? closest(error.data, allowed) : undefined;
  const hint = near === undefined ? "" : `: did you mean '${near}'?`;
  const described = problem("not-allowed-value", `must be one of ${allowed.join(", ")}${hint}`);
  return near === undefined ? described : { ...described, meant: near };
}

function pattern(
  error: ErrorObject,
  path: Path,
  problem: (code: string, what: string) => Description,
): Description {
  const what = String(error.parentSchema?.["patternErrorMessage"] ?? "has an invalid format");
  if (error.propertyName === undefined) return problem("not-allowed-text", what);
  const described = problem("not-allowed-key", `key ${quoted(error.propertyName)} ${what}`);
  return { ...described, path: [...path, error.propertyName], part: "key" };
}

/** A JSON pointer as a path. Indexes of lists become numbers. */
function pathOf(pointer: string, root: unknown): Path {
  let value = root;
  return pointer
    .split("/")
    .slice(1)
    .map((part) => {
      const key = part.replaceAll("~1", "/").replaceAll("~0", "~");
      const step = Array.isArray(value) ? Number(key) : key;
      value = (value as Record<string | number, unknown> | undefined)?.[step];
      return step;
    });
}
