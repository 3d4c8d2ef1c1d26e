/**
 * Says in a sentence what a schema validator found. Shared by catalog and config: who is meant comes from the caller.
 * Never quotes a value, save those that name something (ids, keys, runtime types): the others may be secrets.
 */

import type { ErrorObject } from "ajv";
import { closest } from "./did-you-mean.ts";
import type { Path } from "./text/problem.ts";
import { dotted, quoted } from "./text/problem.ts";
import type { Part } from "./text/yaml-text.ts";

/** A problem that knows its value but not yet its place. */
export interface SchemaProblem {
  readonly code: string;
  readonly message: string;
  readonly path: Path;
  readonly part: Part;
  /** The value the validator looked at. */
  readonly origin: Path;
  /** The word the message asks whether it was meant. */
  readonly meant?: string;
}

/** Whom a value belongs to, for a message. */
export interface Subject {
  /** `Server 'x'`, `The config`. */
  readonly name: string;
  /** The value seen from there. */
  readonly field: Path;
}

export interface Wording {
  subjectOf(path: Path): Subject;
  /** What to say of an unknown key that is known in another place. */
  elsewhere(path: Path, key: string): string | undefined;
  /** Fields that must be there, dotted, as seen from the subject. */
  readonly required: readonly string[];
}

/** Everything the validator found in `root`, worded; what merely repeats another finding is left out. */
export function schemaProblems(
  errors: readonly ErrorObject[],
  root: unknown,
  wording: Wording,
): SchemaProblem[] {
  const found = errors.flatMap((error) => {
    const path = pathOf(error.instancePath, root);
    const worded = word(error, path, wording);
    return worded === undefined ? [] : [{ part: "value" as Part, path, origin: path, ...worded }];
  });
  const slips = new Set(found.map(({ slipOf, path }) => slipOf && keyOf(path.slice(0, -1), slipOf)));
  return found
    .filter(({ lacks, path }) => lacks === undefined || !slips.has(keyOf(path, lacks)))
    .map(({ slipOf: _, lacks: __, ...problem }) => problem);
}

function keyOf(path: Path, key: string): string {
  return JSON.stringify([...path, key]);
}

interface Worded {
  readonly code: string;
  readonly message: string;
  readonly path?: Path;
  readonly part?: Part;
  /** The known key an unknown one is a slip of. */
  readonly slipOf?: string;
  /** The word the message asks whether it was meant. */
  readonly meant?: string;
  /** The field that is missing: no problem of its own where a slip of it was found. */
  readonly lacks?: string;
}

function word(error: ErrorObject, path: Path, wording: Wording): Worded | undefined {
  const { name, field } = wording.subjectOf(path);
  const says = (code: string, what: string): Worded => ({
    code,
    message: field.length === 0 ? `${name} ${what}` : `${name}: ${dotted(field)} ${what}`,
  });
  switch (error.keyword) {
    case "required":
      return missing(name, field, path, error.params["missingProperty"]);
    case "additionalProperties":
      return unknownKey(error, path, wording);
    case "discriminator":
      return runtimeType(error, name, field, path);
    case "type":
      if (error.data === null && wording.required.includes(dotted(field))) {
        return missing(name, field.slice(0, -1), path.slice(0, -1), field.at(-1));
      }
      return wrongType(error, says);
    case "enum":
      // What is empty is told by its type.
      return error.data === null ? undefined : oneOf(error, says);
    case "pattern":
      return pattern(error, path, says);
    case "not":
      return says("reserved", String(error.parentSchema?.["errorMessage"] ?? "is not allowed"));
    case "minimum":
    case "maximum":
    case "exclusiveMinimum":
      return says("out-of-range", `must be ${limits[error.keyword]} ${error.params["limit"]}`);
    default:
      return repeatsItsParts(error) ? undefined : says("not-of-schema", error.message ?? "is not allowed");
  }
}

/** A plugin's schema may use any keyword; the validator's own words tell limits, never a value. */
function repeatsItsParts({ keyword, params }: ErrorObject): boolean {
  if (keyword === "oneOf") return params["passingSchemas"] === null || params["passingSchemas"] === undefined;
  return ["propertyNames", "anyOf", "if"].includes(keyword);
}

const limits = { minimum: "at least", maximum: "at most", exclusiveMinimum: "greater than" };

function missing(name: string, field: Path, path: Path, key: unknown): Worded {
  const message = `${name} missing required field: ${dotted([...field, String(key)])}`;
  return { code: "missing-field", message, path, part: "owner", lacks: String(key) };
}

function unknownKey(error: ErrorObject, path: Path, wording: Wording): Worded {
  const key = String(error.params["additionalProperty"]);
  const { name, field } = wording.subjectOf(path);
  const known = Object.keys((error.parentSchema?.["properties"] as object | undefined) ?? {});
  const near = closest(key, known);
  const where = field.length === 0 ? "" : ` in ${dotted(field)}`;
  const elsewhere = wording.elsewhere(path, key);
  const hint =
    elsewhere ?? (near === undefined ? `known are ${known.join(", ")}` : `did you mean '${near}'?`);
  const message = `${name} has an unknown key ${quoted(key)}${where}: ${hint}`;
  return {
    code: "unknown-key",
    message,
    path: [...path, key],
    part: "key",
    ...(near && { slipOf: near }),
    ...(near && elsewhere === undefined && { meant: near }),
  };
}

function runtimeType(error: ErrorObject, name: string, field: Path, path: Path): Worded | undefined {
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
  return { code: "unknown-runtime-type", message: `${name} has unknown runtime type: ${type}`, ...at };
}

function wrongType(error: ErrorObject, says: (code: string, what: string) => Worded): Worded {
  const wanted = [error.params["type"]].flat().join(",");
  const { data } = error;
  if (data === null) return says("empty-value", empty(wanted === "string" && allowsEmpty(error)));
  switch (wanted) {
    case "string":
      return typeof data === "object"
        ? says("not-text", "must be a string")
        : says("unquoted-text", "must be a string: quote it");
    case "boolean":
      return says("not-a-boolean", "must be true or false");
    case "array":
      return says("not-a-list", "must be a list");
    case "object":
      return says("not-a-mapping", "must be a mapping of keys to values");
    case "integer":
      return says("not-a-number", `must be a whole number${unquote(data)}`);
    case "number":
      return says("not-a-number", `must be a number${unquote(data)}`);
    case "string,number":
      return says("wrong-type", "must be a number or a string");
    default:
      return says("wrong-type", "must be a string or a list of strings");
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

function oneOf(error: ErrorObject, says: (code: string, what: string) => Worded): Worded {
  const allowed = (error.params["allowedValues"] as readonly unknown[]).map(String);
  const near = typeof error.data === "string" ? closest(error.data, allowed) : undefined;
  const hint = near === undefined ? "" : `: did you mean '${near}'?`;
  const worded = says("not-allowed-value", `must be one of ${allowed.join(", ")}${hint}`);
  return near === undefined ? worded : { ...worded, meant: near };
}

function pattern(error: ErrorObject, path: Path, says: (code: string, what: string) => Worded): Worded {
  const what = String(error.parentSchema?.["patternErrorMessage"] ?? "is not of the form wanted");
  if (error.propertyName === undefined) return says("not-allowed-text", what);
  const worded = says("not-allowed-key", `key ${quoted(error.propertyName)} ${what}`);
  return { ...worded, path: [...path, error.propertyName], part: "key" };
}

/** A JSON pointer as a path; parts that index a list become numbers. */
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
