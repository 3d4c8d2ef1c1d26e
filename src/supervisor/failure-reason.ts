/**
 * Finds the line that names the error in the latest output of a server, without stack frames and braces. Knows the error
 * formats of Node.js, Python, npm, Go, Rust, Java and command line programs. Pure; linear in the text.
 */

import { stripVTControlCharacters } from "node:util";

/** Number of lines that are searched. A JavaScript error with its data and frames fits. */
export const linesLookedAt = 100;
const mostCharacters = 500;
/** Number of last lines that are shown if no line begins an error. */
const lastLinesShown = 5;

/** Last error in the lines, as one line; `undefined` if no line begins an error. */
export function errorIn(lines: readonly string[]): string | undefined {
  const plain = lines.slice(-linesLookedAt).map(withoutColours);
  const own = plain.filter((line) => !isNpm(line));
  return pythonError(own) ?? lastError(own) ?? npmError(plain);
}

/** The last lines with content; `undefined` if there are none. npm's progress reports are skipped. */
export function lastLinesIn(lines: readonly string[]): string[] | undefined {
  const said = lines.map((line) => line.trim()).filter((line) => line !== "" && !isNpmReport(line));
  return said.length === 0 ? undefined : said.slice(-lastLinesShown);
}

function isNpmReport(line: string): boolean {
  return /^npm (?:http|notice|warn|WARN|info|timing|verb|sill)\b/.test(line);
}

function withoutColours(line: string): string {
  return stripVTControlCharacters(line.slice(0, 4_000)).trimEnd();
}

/** The error of a traceback is its first line that is not indented. */
function pythonError(lines: readonly string[]): string | undefined {
  const from = lines.findLastIndex((line) => line.startsWith("Traceback (most recent call last)"));
  if (from === -1) return undefined;
  const at = lines.findIndex((line, index) => index > from && /^\S/.test(line));
  return at === -1 ? undefined : withDetails(lines, at);
}

/** Errors as languages and libraries name them: `TypeError: …`, `Error [CODE]: …`, `pkg.sub.SomeException: …`. */
const named = /^(?:Uncaught |Unhandled )?(?:[\w$]+\.)*(?:[A-Z]\w*)?(?:Error|Exception)(?: \[\w+\])?: ?\S/;
/** Errors as programs introduce them: `error: …`, `[ERROR] …`, `fatal: …`, `panic: …`, `prog: error: …`. */
const introduced =
  /^(?:[\w./@-]+: )?(?:\[?(?:fatal|error|panic|critical)\]?(?: error)?(?:\[\w+\])?(?::| -|(?<=\])) ?)\S/i;
/** `2026-11-30T12:00:00Z ERROR …`, `[12:00:00] [error] …`, `Failed to start: …`, `thread 'main' panicked at …`. */
const others = [
  /^[[(]?\d[\d:.,TZ+/ -]*[\])]?\s+\W?(?:ERROR|FATAL|CRITICAL|error|fatal)\b\W*\S/,
  /^\W*(?:[Ff]ailed to|[Cc]annot|[Cc]ould not|[Uu]nable to|[Mm]issing|[Ii]nvalid) \S/,
  /^\W*(?:fatal|unhandled|unexpected|uncaught|startup|server|configuration|config) (?:\w+ )?(?:error|exception|rejection)\b.*: ?\S/i,
  /^\W+(?:error|fatal)\b:? ?\S/i,
  /^Exception in thread /,
  /^thread '.*' panicked at /,
  /^(?:\/\S+: (?:line )?\d+: )\S.*: (?:not found|command not found|No such file or directory)/,
  /\b(?:Error|Exception): \S/,
];
const beginnings = [named, introduced, ...others];

function lastError(lines: readonly string[]): string | undefined {
  const at = lines.findLastIndex((line) => !isFrame(line) && beginnings.some((one) => one.test(line)));
  return at === -1 ? undefined : withDetails(lines, firstOfRun(lines, at));
}

/** Skips a cause that is written right after its error. */
function firstOfRun(lines: readonly string[], at: number): number {
  const before = lines[at - 1] ?? "";
  const isNamed = named.test(before) || introduced.test(before);
  return isNamed && !named.test(lines[at] ?? "") ? at - 1 : at;
}

/** Appends the following lines to a line that is incomplete: `ZodError: [`, `2 validation errors for Settings`. */
function withDetails(lines: readonly string[], at: number): string {
  const first = (lines[at] ?? "").trim();
  const text = isUnfinished(first) ? [first, ...detailsAfter(lines, at)].join(" ") : first;
  return text.length > mostCharacters ? `${text.slice(0, mostCharacters - 1)}…` : text;
}

function isUnfinished(line: string): boolean {
  return /[:[{(]$|validation errors? for |panicked at /.test(line);
}

function detailsAfter(lines: readonly string[], at: number): string[] {
  const details: string[] = [];
  for (const line of lines.slice(at + 1, at + 12)) {
    const detail = line.trim();
    if (isFrame(line) || isRunner(detail)) break;
    // A line of braces is not a detail.
    if (!/^[\s{}[\]()^~,;]*$/.test(detail)) details.push(detail);
  }
  return details;
}

function isFrame(line: string): boolean {
  return /^\s*(?:at |File "|\[?cause\]?:|\^|\|)|^\s+(?:throw |raise )|node:internal\/|^Node\.js v\d/.test(
    line,
  );
}

/** Lines that a runtime writes below an error. */
function isRunner(line: string): boolean {
  return /^(?:Require stack:|Node\.js v|Bun v|note: run with )/.test(line);
}

const npmPrefix = /^npm (?:error|ERR!) ?/;

function isNpm(line: string): boolean {
  return /^npm \S+ ?/.test(line);
}

/** npm describes the error in the line after its code. */
function npmError(lines: readonly string[]): string | undefined {
  const errors = lines
    .filter((line) => npmPrefix.test(line))
    .map((line) => line.replace(npmPrefix, "").trim());
  const code = errors.find((line) => line.startsWith("code "))?.slice("code ".length);
  const messages = errors.filter((line) => isMessage(line, code));
  const [first] = messages;
  if (first === undefined) return code === undefined ? undefined : `npm error ${code}`;
  return `npm error ${code === undefined || first.startsWith(code) ? "" : `${code}: `}${first}`;
}

function isMessage(line: string, code: string | undefined): boolean {
  if (line === "" || /^(?:code|errno|syscall|path|command|cwd|dest) /.test(line)) return false;
  return !/^A complete log of this run|^\d{3}$/.test(line) && line !== code;
}
