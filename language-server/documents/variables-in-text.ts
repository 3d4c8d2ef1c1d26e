/** The variables in a line of text, each with its columns. Pure; for text that may be half typed. */

export interface VariableInText {
  readonly kind: "env" | "secret" | "folder";
  readonly name: string;
  /** Columns of the name, from 0. */
  readonly start: number;
  readonly end: number;
}

const variable =
  /(\$?)\$\{(?:(env|secret):)?((?:[A-Za-z_.]|(?<=secret:)\d)[A-Za-z0-9_.()-]*?)(?=:-|\}|$|[^A-Za-z0-9_.()-])/g;

export function variablesIn(line: string): VariableInText[] {
  if (!line.includes("${")) return [];
  return [...line.matchAll(variable)].flatMap((match) => {
    const [whole, dollar, prefix, name = ""] = match;
    if (dollar === "$") return [];
    const end = match.index + whole.length;
    const isFolder = prefix === undefined && (name === "workspaceFolder" || name === "userHome");
    const kind = isFolder ? "folder" : prefix === "secret" ? "secret" : "env";
    return [{ kind, name, start: end - name.length, end }];
  });
}

/** The variable a column of the line is in, its ends included. */
export function variableAt(line: string, character: number): VariableInText | undefined {
  return variablesIn(line).find(({ start, end }) => start <= character && character <= end);
}

/** What has been typed of a variable behind an open `${`, and where that begins; `undefined` outside of one. */
export function openVariable(before: string): { readonly typed: string; readonly start: number } | undefined {
  const match = /(?:^|[^$])\$\{([\w.:()-]*)$/.exec(before);
  const typed = match?.[1];
  if (typed === undefined || typed.includes(":-")) return undefined;
  return { typed, start: before.length - typed.length };
}
