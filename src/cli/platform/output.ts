/** Output of `mcp-runtime`: tables for users, JSON and YAML for programs, and progress on stderr. */

import { Document, visit } from "yaml";
import { escapeInvisible, visibleLines, visibleText } from "../../base/visible-text.ts";
import { UsageError } from "../command-line.ts";
import { printLine } from "../terminal.ts";

export const formats = ["table", "json", "yaml"] as const;
export type Format = (typeof formats)[number];

export function formatOf(text: string): Format {
  const format = formats.find((known) => known === text);
  if (format) return format;
  throw new UsageError(`unknown output format '${text}' (use table, json or yaml)`);
}

/** Receiver of the progress of a long task. */
export interface Progress {
  /** Begins the next part of the task. */
  step(text: string): void;
  /** Shows the current activity. On a terminal the next one replaces it. */
  update(text: string): void;
  /** Prints a line that stays. */
  line(text: string): void;
}

export class Output {
  readonly format: Format;

  constructor(format: Format) {
    this.format = format;
  }

  /** Prints `rows` as a table, or `value` in another format. */
  async show(head: readonly string[], rows: readonly (readonly string[])[], value: unknown): Promise<void> {
    if (this.format !== "table") return this.value(value);
    this.print(await tableOf(head, rows));
  }

  /** Prints the result of a command: lines for users, or `value` in another format. */
  done(lines: readonly string[], value: unknown): void {
    if (this.format !== "table") return this.value(value);
    for (const line of lines) this.print(line);
  }

  /** Prints JSON or YAML. For the format `table`, YAML is used. */
  value(value: unknown): void {
    const text = this.format === "json" ? jsonOf(value) : yamlOf(value);
    this.print(text.trimEnd());
  }

  print(text: string): void {
    printLine(text);
  }
}

/** JSON text in which control characters are escaped, so that they do not control the terminal. */
function jsonOf(value: unknown): string {
  return escapeInvisible(JSON.stringify(value, undefined, 2), (character) =>
    character === "\n" ? character : unitsOf(character),
  );
}

function unitsOf(character: string): string {
  return Array.from({ length: character.length }, (_, at) => `\\u${hex(character.charCodeAt(at), 4)}`).join(
    "",
  );
}

function yamlOf(value: unknown): string {
  const document = new Document(value);
  visit(document, {
    Scalar(_key, scalar) {
      // Only a string in double quotes can have escapes.
      if (typeof scalar.value === "string" && visibleLines(scalar.value) !== scalar.value)
        scalar.type = "QUOTE_DOUBLE";
    },
  });
  return escapeInvisible(document.toString({ lineWidth: 0 }), (character) =>
    character === "\n" ? character : `\\U${hex(character.codePointAt(0) ?? 0, 8)}`,
  );
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, "0");
}

/** Table without lines and with two spaces between columns, so that it works with `cut` and `grep`. */
export async function tableOf(
  head: readonly string[],
  rows: readonly (readonly string[])[],
): Promise<string> {
  const { default: Table } = await import("cli-table3");
  const none = [
    "top",
    "top-mid",
    "top-left",
    "top-right",
    "bottom",
    "bottom-mid",
    "bottom-left",
    "bottom-right",
  ];
  const more = ["left", "left-mid", "mid", "mid-mid", "right", "right-mid"];
  const table = new Table({
    head: [...head],
    chars: { ...Object.fromEntries([...none, ...more].map((name) => [name, ""])), middle: "  " },
    style: { head: [], border: [], "padding-left": 0, "padding-right": 0 },
  });
  table.push(...rows.map((row) => row.map(visibleText)));
  return table
    .toString()
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n");
}

/** Shows progress as a spinner on a terminal, and as lines elsewhere. On stderr, because stdout is for the result. */
export async function openProgress(
  stream: NodeJS.WriteStream = process.stderr,
): Promise<Progress & { end(): void }> {
  if (!stream.isTTY) {
    const write = (text: string) => void stream.write(`${visibleLines(text)}\n`);
    let last = "";
    const update = (text: string) => {
      // Ignores changed numbers, because counters would print many lines a second.
      const withoutNumbers = text.replace(/\d+(\.\d+)?/g, "");
      if (withoutNumbers !== last) write(`  ${text}`);
      last = withoutNumbers;
    };
    return { step: write, update, line: (text) => write(`  ${text}`), end: () => undefined };
  }
  const { default: createSpinner } = await import("yocto-spinner");
  const spinner = createSpinner({ stream });
  const write = (text: string) => {
    const wasSpinning = spinner.isSpinning;
    if (wasSpinning) spinner.stop();
    stream.write(`${visibleLines(text)}\n`);
    if (wasSpinning) spinner.start();
  };
  return {
    step: write,
    line: (text) => write(`  ${text}`),
    update(text) {
      spinner.text = visibleText(text);
      if (!spinner.isSpinning) spinner.start();
    },
    end() {
      spinner.stop();
    },
  };
}

/** Age in a short form for a column, such as `5m`. `from` is ISO 8601. */
export function ageOf(from: string | undefined, now = Date.now()): string {
  if (from === undefined) return "";
  const seconds = Math.max(0, Math.floor((now - Date.parse(from)) / 1000));
  const [size, unit] = (
    [
      [86_400, "d"],
      [3_600, "h"],
      [60, "m"],
    ] as const
  ).find(([size]) => seconds >= 2 * size) ?? [1, "s"];
  return `${Math.floor(seconds / size)}${unit}`;
}
