/**
 * The grammar of variables in a string (gateway.md, *Variables*): `${VAR}`, `${VAR:-default}`, `${env:VAR}`,
 * `${secret:NAME}`, `${workspaceFolder}`, `${userHome}`; `$${` is a literal `${`. Pure: knows no values.
 */

import type { Within } from "./problem.ts";

/** The parts of a string: literal text and variables. */
export type VariablePart =
  | { readonly kind: "literal"; readonly text: string }
  | {
      readonly kind: "env" | "secret" | "folder";
      readonly name: string;
      /** Offset of the name in the string. */
      readonly at: number;
      /** The value when the variable is unset or empty; may contain variables itself. */
      readonly fallback?: readonly VariablePart[];
    }
  /** `source` is the malformed text, `at` its offset in the string. */
  | {
      readonly kind: "malformed";
      readonly source: string;
      readonly at: number;
      readonly because: string;
    };

const envName = /^[A-Za-z_][A-Za-z0-9_]*$/;
/** Windows has names such as `ProgramFiles(x86)`. */
const prefixedEnvName = /^[A-Za-z_][A-Za-z0-9_.()-]*$/;
/** Names a file in the secrets folder, and none outside of it. */
const secretName = /^(?!\.)[A-Za-z0-9_.-]+$/;
const deepestFallback = 8;

/** The parts of a string, in order. Never throws: an invalid variable becomes a `malformed` part. */
export function parseVariables(text: string): readonly VariablePart[] {
  if (!text.includes("${")) return text === "" ? [] : [{ kind: "literal", text }];
  return scan(text, 0, 0).parts;
}

/** The malformed parts, including those inside fallbacks. */
export function malformedParts(
  parts: readonly VariablePart[],
): Extract<VariablePart, { kind: "malformed" }>[] {
  return parts.flatMap((part) => {
    if (part.kind === "malformed") return [part];
    return part.kind === "literal" ? [] : malformedParts(part.fallback ?? []);
  });
}

/** The range at which a malformed part is shown. */
export function malformedWithin({ source, at }: Extract<VariablePart, { kind: "malformed" }>): Within {
  return { text: source, at };
}

/** Whether a string contains a variable, well-formed or not. */
export function hasVariable(text: string): boolean {
  return parseVariables(text).some(({ kind }) => kind !== "literal");
}

interface Scan {
  readonly parts: readonly VariablePart[];
  /** Offset where scanning ended: at the closing brace of the fallback, or at the end of the text. */
  readonly end: number;
}

function scan(text: string, from: number, depth: number): Scan {
  const parts: VariablePart[] = [];
  let literal = "";
  let at = from;
  while (at < text.length && !(depth > 0 && text[at] === "}")) {
    if (text.startsWith("$${", at)) {
      literal += "${";
      at += 3;
    } else if (text.startsWith("${", at)) {
      if (literal !== "") parts.push({ kind: "literal", text: literal });
      literal = "";
      const variable = scanVariable(text, at, depth);
      parts.push(variable.part);
      at = variable.end;
    } else {
      literal += text[at];
      at++;
    }
  }
  if (literal !== "") parts.push({ kind: "literal", text: literal });
  return { parts, end: at };
}

function scanVariable(text: string, start: number, depth: number): { part: VariablePart; end: number } {
  const head = /[^}]*?(?=:-|\}|\$\{|$)/y;
  head.lastIndex = start + 2;
  const name = head.exec(text)?.[0] ?? "";
  const after = start + 2 + name.length;
  if (text[after] === "}")
    return { part: variable(name, start, text.slice(start, after + 1)), end: after + 1 };
  if (!text.startsWith(":-", after)) return unclosed(text, start);
  if (depth >= deepestFallback) return unclosed(text, start);
  const fallback = scan(text, after + 2, depth + 1);
  if (text[fallback.end] !== "}") return unclosed(text, start);
  const source = text.slice(start, fallback.end + 1);
  return { part: variable(name, start, source, fallback.parts), end: fallback.end + 1 };
}

function unclosed(text: string, start: number): { part: VariablePart; end: number } {
  const because = "has no closing brace: close it, or write '$${' for a literal '${'";
  return { part: { kind: "malformed", source: text.slice(start), at: start, because }, end: text.length };
}

/** `start` is the offset of its `${`. */
function variable(
  inner: string,
  start: number,
  source: string,
  fallback?: readonly VariablePart[],
): VariablePart {
  const colon = inner.indexOf(":");
  const rest = { at: start + 2 + colon + 1, ...(fallback !== undefined && { fallback }) };
  const prefix = colon < 0 ? "" : inner.slice(0, colon);
  const name = inner.slice(colon + 1);
  if (colon < 0 && (name === "workspaceFolder" || name === "userHome"))
    return { kind: "folder", name, ...rest };
  if (colon < 0 && envName.test(name)) return { kind: "env", name, ...rest };
  if (prefix === "env" && prefixedEnvName.test(name)) return { kind: "env", name, ...rest };
  if (prefix === "secret" && secretName.test(name)) return { kind: "secret", name, ...rest };
  return { kind: "malformed", source, at: start, because: whyMalformed(prefix, name) };
}

function whyMalformed(prefix: string, name: string): string {
  if (name === "") return "has no name";
  if (prefix === "secret")
    return "needs a secret name of letters, digits, '_', '-' and '.', not beginning with '.'";
  if (prefix !== "" && prefix !== "env") return "has an unknown prefix: use 'env:' or 'secret:'";
  return "needs a name of letters, digits and '_', or write '$${' for a literal '${'";
}
