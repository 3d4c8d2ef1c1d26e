/** What may stand behind `${`: variables, secrets, folders. Names only. */

import type { CompletionItem } from "vscode-languageserver";
import { openVariable, variablesIn } from "../../documents/variables-in-text.ts";
import type { CompletionContext } from "./context.ts";
import { behind, itemKind, rangeFrom } from "./context.ts";

interface Name {
  readonly name: string;
  readonly detail: string;
  /** Rank among the others: what was chosen on purpose before what every machine has. */
  readonly rank: number;
}

/** `undefined` where no variable is being typed. */
export async function variableItems(question: CompletionContext): Promise<CompletionItem[] | undefined> {
  const open = openVariable(question.before);
  if (open === undefined) return undefined;
  const { start, end } = rangeFrom(question, open.start);
  // The rest of the name gives way as well.
  const rest = /^(?:[\w.()-]|:(?!-))*?(?=\}|:-)/.exec(behind(question))?.[0];
  const range = { start, end: { ...end, character: end.character + (rest?.length ?? 0) } };
  const close = rest === undefined ? "}" : "";
  return (await namesFor(question)).map(({ name, detail, rank }) => ({
    label: name,
    kind: itemKind.variable,
    detail,
    sortText: `${rank}${name}`,
    filterText: name,
    textEdit: { range, newText: name + close },
  }));
}

async function namesFor({ document }: CompletionContext): Promise<Name[]> {
  const { surroundings } = document;
  const names: Name[] = [
    { name: "workspaceFolder", detail: surroundings.workspaceFolderIs, rank: 1 },
    { name: "userHome", detail: "the home folder", rank: 1 },
  ];
  for (const { name } of await surroundings.dotenvNames()) names.push({ name, detail: ".env", rank: 0 });
  const secrets = new Set([
    ...(await surroundings.secretNames()),
    ...secretsNamedIn(document.text.getText()),
  ]);
  for (const name of secrets) names.push({ name: `secret:${name}`, detail: "secret", rank: 2 });
  for (const name of surroundings.environmentNames()) names.push({ name, detail: "environment", rank: 3 });
  return [...new Map(names.toReversed().map((name) => [name.name, name])).values()].reverse();
}

function secretsNamedIn(text: string): string[] {
  if (!text.includes("${secret:")) return [];
  return text
    .split("\n")
    .flatMap((line) => variablesIn(line).flatMap(({ kind, name }) => (kind === "secret" ? [name] : [])));
}
