/** What is wrong in a file of the user, and where. Values only: nothing here reads or prints. */

import { visiblePrefix } from "../../base/visible-text.ts";

/** Keys and indexes from the root of a YAML file down to a value. */
export type Path = readonly (string | number)[];

/** A stretch of text. Lines and columns count from 1, columns in UTF-16 units as editors count them. */
export interface TextRange {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  /** The column after the last character. */
  readonly endColumn: number;
}

/** A part of a string value: in a variable, from its `${` on. */
export interface Within {
  readonly text: string;
  /** Where in the string it begins. */
  readonly at: number;
}

export interface Problem extends TextRange {
  /** A hint says what may be better; nothing is wrong. */
  readonly severity: "error" | "warning" | "hint";
  /** Kind of the problem in kebab-case; quick fixes are looked up by it. */
  readonly code: string;
  /** One line for people. Never holds the value of a secret. */
  readonly message: string;
  /** The value it is about; empty for the file as a whole. */
  readonly path: Path;
  /** Id of the server it is about, where it has one. */
  readonly serverId?: string;
  /** The word that was probably meant, where the message says so. */
  readonly meant?: string;
}

/** Where a problem of the file as a whole is shown. */
export const fileStart: TextRange = { line: 1, column: 1, endLine: 1, endColumn: 1 };

/** `file:line:column: message`, and `warning: ` or `hint: ` before the message of one (gateway.md, *Config*, *Catalog*). */
export function problemLine(file: string, problem: Problem): string {
  const kind = problem.severity === "error" ? "" : `${problem.severity}: `;
  return `${file}:${problem.line}:${problem.column}: ${kind}${problem.message}`;
}

/** The same problems from the top of the file to its end, each once. */
export function inOrder(problems: readonly Problem[]): Problem[] {
  const sorted = [...problems].sort((a, b) => a.line - b.line || a.column - b.column);
  const seen = new Set<string>();
  return sorted.filter((problem) => {
    const key = problemLine("", problem);
    return !seen.has(key) && seen.add(key);
  });
}

export function hasErrors(problems: readonly Problem[]): boolean {
  return problems.some(({ severity }) => severity === "error");
}

/** A text of the user inside a message: one line, not endless, in single quotes. */
export function quoted(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what has to go
  const line = text.replace(/[\u0000-\u001f\u007f\u2028\u2029]+/g, " ");
  return `'${visiblePrefix(line, 80)}'`;
}

/** A path as people write it: `runtime.args[0]`. */
export function dotted(path: Path): string {
  return path
    .map((part, at) => (typeof part === "number" ? `[${part}]` : `${at === 0 ? "" : "."}${part}`))
    .join("")
    .replace(/\s+/g, " ");
}
