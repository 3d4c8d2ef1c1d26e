/** Finds where a variable is defined and used. Returns positions, but not values. */

import type { Location, Position } from "vscode-languageserver";
import type { OpenDocument } from "../documents/open-document.ts";
import { uriOf } from "../documents/text-ranges.ts";
import type { VariableInText } from "../documents/variables-in-text.ts";
import { variableAt, variablesIn } from "../documents/variables-in-text.ts";

/** The variable at a position of a document. */
export function variableOf(
  { text }: OpenDocument,
  { line, character }: Position,
): VariableInText | undefined {
  return variableAt(lineOf(text.getText(), line), character);
}

/** Its lines in `.env`. The environment and secrets do not have a position. */
export async function definitionsOf(
  { documentContext }: OpenDocument,
  variable: VariableInText,
): Promise<Location[]> {
  if (variable.kind !== "env") return [];
  const names = await documentContext.dotenvNames();
  const uri = uriOf(documentContext.dotenvFile);
  return names.filter(({ name }) => name === variable.name).map(({ range }) => ({ uri, range }));
}

/** All its uses in one document, in the order of the text. */
export function usesOf({ text, uri }: OpenDocument, { kind, name }: VariableInText): Location[] {
  return text
    .getText()
    .split("\n")
    .flatMap((content, line) =>
      variablesIn(content)
        .filter((variable) => variable.kind === kind && variable.name === name)
        .map(({ start, end }) => ({
          uri,
          range: { start: { line, character: start }, end: { line, character: end } },
        })),
    );
}

/** Without its line end. */
export function lineOf(text: string, line: number): string {
  let start = 0;
  for (let at = 0; at < line; at++) {
    const next = text.indexOf("\n", start);
    if (next < 0) return "";
    start = next + 1;
  }
  const end = text.indexOf("\n", start);
  return text.slice(start, end < 0 ? text.length : end).replace(/\r$/, "");
}
