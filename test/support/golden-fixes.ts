/** The golden files of quick fixes: the result of each fix, and how it is written and read. */

export interface GoldenFix {
  /** Code of the problem. */
  readonly code: string;
  /** Start of the problem, from 0. */
  readonly line: number;
  readonly character: number;
  readonly title: string;
  /** The changed lines, in the form of `difference`. */
  readonly difference: string;
  /** Text that is added to `.env`. */
  readonly dotenv?: string;
  /** Command that the fix runs, with its arguments. */
  readonly command?: { readonly name: string; readonly arguments: readonly unknown[] };
}

/** Every fix of a golden file, in its order. */
export function fixesIn(golden: string): GoldenFix[] {
  const fixes: GoldenFix[] = [];
  let problem = { code: "", line: 0, character: 0 };
  for (const line of golden.split("\n")) {
    const [, row, column, code] = /^(\d+):(\d+)-\S+ (?:error|warning|hint) (\S+)$/.exec(line) ?? [];
    if (code !== undefined) problem = { code, line: Number(row) - 1, character: Number(column) - 1 };
    const title = /^ {2}\* (.*?)(?: \(preferred\))?$/.exec(line)?.[1];
    if (title !== undefined) fixes.push({ ...problem, title, difference: "" });
    const last = fixes.at(-1);
    if (last === undefined || title !== undefined) continue;
    const more = partOf(line, last);
    if (more) fixes[fixes.length - 1] = { ...last, ...more };
  }
  return fixes;
}

function partOf(line: string, { difference }: GoldenFix): Partial<GoldenFix> | undefined {
  if (/^ {2}[-+] /.test(line)) return { difference: `${difference}${line}\n` };
  const dotenv = /^ {2}\.env \+ (.*)$/.exec(line)?.[1];
  if (dotenv !== undefined) return { dotenv };
  const [, name, written] = /^ {2}command (\S+) (.*)$/.exec(line) ?? [];
  return name && written ? { command: { name, arguments: JSON.parse(written) as unknown[] } } : undefined;
}

/** The kind of a fix: its title without the names. */
export function kindOfFix({ code, title }: GoldenFix): string {
  return `${code}: ${title.replace(/'[^']*'/, "'…'").replace(/\b[A-Z][A-Z0-9_]{3,}\b/, "NAME")}`;
}

/** The lines that differ, from the first to the last of them. */
export function difference(before: string, after: string): string {
  const old = before.split("\n");
  const now = after.split("\n");
  let start = 0;
  while (start < old.length && start < now.length && old[start] === now[start]) start++;
  let end = 0;
  while (end < old.length - start && end < now.length - start && old.at(-1 - end) === now.at(-1 - end)) end++;
  const lines = (list: string[], sign: string) =>
    list.slice(start, list.length - end).map((line) => `  ${sign} ${line}\n`);
  return [...lines(old, "-"), ...lines(now, "+")].join("");
}
