/** Items after `${`: variables, secrets, folders. Names only. */

import type { CompletionItem } from "vscode-languageserver";
import { openVariable, variablesIn } from "../../documents/variables-in-text.ts";
import type { CompletionContext } from "./context.ts";
import { behind, itemKind, rangeFrom } from "./context.ts";

interface Name {
  readonly name: string;
  readonly detail: string;
  /** Rank among the others. Names that the user chose come before names that exist on every machine. */
  readonly rank: number;
}

/** `undefined` if the cursor is not in a variable. */
export async function variableItems(context: CompletionContext): Promise<CompletionItem[] | undefined> {
  const open = openVariable(context.before);
  if (open === undefined) return undefined;
  const { start, end } = rangeFrom(context, open.start);
  // Also replaces the rest of the name.
  const rest = /^(?:[\w.()-]|:(?!-))*?(?=\}|:-)/.exec(behind(context))?.[0];
  const range = { start, end: { ...end, character: end.character + (rest?.length ?? 0) } };
  const close = rest === undefined ? "}" : "";
  return (await namesFor(context)).map(({ name, detail, rank }) => ({
    label: name,
    kind: itemKind.variable,
    detail,
    sortText: `${rank}${name}`,
    filterText: name,
    textEdit: { range, newText: name + close },
  }));
}

async function namesFor({ document }: CompletionContext): Promise<Name[]> {
  const { documentContext } = document;
  const names: Name[] = [
    { name: "workspaceFolder", detail: documentContext.workspaceFolderIs, rank: 1 },
    { name: "userHome", detail: "the home folder", rank: 1 },
  ];
  for (const { name } of await documentContext.dotenvNames()) names.push({ name, detail: ".env", rank: 0 });
  const secrets = new Set([
    ...(await documentContext.secretNames()),
    ...secretsNamedIn(document.text.getText()),
  ]);
  for (const name of secrets) names.push({ name: `secret:${name}`, detail: "secret", rank: 2 });
  for (const name of documentContext.environmentNames()) names.push({ name, detail: "environment", rank: 3 });
  return [...new Map(names.toReversed().map((name) => [name.name, name])).values()].reverse();
}

function secretsNamedIn(text: string): string[] {
  if (!text.includes("${secret:")) return [];
  return text
    .split("\n")
    .flatMap((line) => variablesIn(line).flatMap(({ kind, name }) => (kind === "secret" ? [name] : [])));
}
