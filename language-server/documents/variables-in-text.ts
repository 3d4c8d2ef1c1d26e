/** Finds the variables in a line of text, with their columns. Pure. Works for incomplete text. */

export interface VariableInText {
  readonly kind: "env" | "secret" | "folder";
  readonly name: string;
  /** Zero-based columns of the name. */
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

/** The variable at a column of the line, including its ends. */
export function variableAt(line: string, character: number): VariableInText | undefined {
  return variablesIn(line).find(({ start, end }) => start <= character && character <= end);
}

/** The text after an open `${`, and its start column. `undefined` outside a variable. */
export function openVariable(before: string): { readonly typed: string; readonly start: number } | undefined {
  const match = /(?:^|[^$])\$\{([\w.:()-]*)$/.exec(before);
  const typed = match?.[1];
  if (typed === undefined || typed.includes(":-")) return undefined;
  return { typed, start: before.length - typed.length };
}
