/** A problem in a file of the user, and its position. Values only: reads and prints nothing. */

import { visiblePrefix } from "../../base/visible-text.ts";

/** Keys and indexes from the root of a YAML file to a value. */
export type Path = readonly (string | number)[];

/** A range of text. Lines and columns count from 1, columns in UTF-16 units as in editors. */
export interface TextRange {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  /** The column after the last character. */
  readonly endColumn: number;
}

/** A part of a string value: of a variable, starting at its `${`. */
export interface Within {
  readonly text: string;
  /** Offset of the part in the string. */
  readonly at: number;
}

export interface Problem extends TextRange {
  /** A hint is a suggestion and not an error. */
  readonly severity: "error" | "warning" | "hint";
  /** Kind of the problem in kebab-case; quick fixes are selected by it. */
  readonly code: string;
  /** One line. Never contains the value of a secret. */
  readonly message: string;
  /** Path of the value; empty for the file as a whole. */
  readonly path: Path;
  /** Id of the server, if it has one. */
  readonly serverId?: string;
  /** The suggested word, if the message has one. */
  readonly meant?: string;
}

/** Position of problems with the file as a whole. */
export const fileStart: TextRange = { line: 1, column: 1, endLine: 1, endColumn: 1 };

/**
 * `file:line:column: message`, with `warning: ` or `hint: ` before the message if it is one (gateway.md, *Config*,
 * *Catalog*).
 */
export function problemLine(file: string, problem: Problem): string {
  const kind = problem.severity === "error" ? "" : `${problem.severity}: `;
  return `${file}:${problem.line}:${problem.column}: ${kind}${problem.message}`;
}

/** The problems in the order of the text, without duplicates. */
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

/** A text of the user for a message: one line, of limited length, in single quotes. */
export function quoted(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what has to go
  const line = text.replace(/[\u0000-\u001f\u007f\u2028\u2029]+/g, " ");
  return `'${visiblePrefix(line, 80)}'`;
}

/** A path in readable form: `runtime.args[0]`. */
export function dotted(path: Path): string {
  return path
    .map((part, at) => (typeof part === "number" ? `[${part}]` : `${at === 0 ? "" : "."}${part}`))
    .join("")
    .replace(/\s+/g, " ");
}
