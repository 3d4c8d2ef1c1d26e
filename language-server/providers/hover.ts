/** Hover texts: the source of a variable, the live state of a server, the documentation of a field. Never a value. */

import type { Hover, MarkupContent, Position } from "vscode-languageserver";
import { markdownCode, markdownText } from "../../src/base/markdown.ts";
import { cursorAt } from "../documents/cursor.ts";
import { excerptAt } from "../documents/excerpt.ts";
import type { OpenDocument } from "../documents/open-document.ts";
import { lowered } from "../documents/text-ranges.ts";
import type { VariableInText } from "../documents/variables-in-text.ts";
import type { ServerState } from "../protocol.ts";
import { schemasAt } from "../schema/json-schema.ts";
import type { YamlLibrary } from "../schema/yaml-library.ts";
import { variableOf } from "./references.ts";
import { idOf, type RenamedId } from "./rename.ts";

export async function hoverAt(
  document: OpenDocument,
  position: Position,
  library: YamlLibrary,
  stateOf: (id: string) => ServerState | undefined,
): Promise<Hover | null> {
  const variable = variableOf(document, position);
  if (variable !== undefined) return variableHover(document, variable, position.line);
  const field = await fieldHover(document, position, library);
  const id = document
    .entries()
    .map(idOf)
    .find((found) => found && isAtId(found, position));
  const state = id && stateOf(id.id);
  if (state === undefined) return field;
  const text = [stateText(state), textOf(field)].filter((part) => part !== "").join("\n\n---\n\n");
  return { contents: markdown(text), ...(id && { range: id.range }) };
}

/** Whether the position is on the id, or before it on its line. */
function isAtId({ range }: RenamedId, { line, character }: Position): boolean {
  return range.end.line === line && character <= range.end.character;
}

async function variableHover(document: OpenDocument, variable: VariableInText, line: number): Promise<Hover> {
  const { start, end, name } = variable;
  const range = { start: { line, character: start }, end: { line, character: end } };
  return { contents: markdown(`${markdownCode(name)}: ${await sourceOf(document, variable)}`), range };
}

async function sourceOf({ documentContext }: OpenDocument, { kind, name }: VariableInText): Promise<string> {
  const { sources } = documentContext;
  if (kind === "folder") {
    if (name === "userHome") return `the home folder, ${markdownCode(sources.userHome)}`;
    return `${documentContext.workspaceFolderIs}, ${markdownCode(sources.workspaceFolder)}`;
  }
  if (kind === "secret") {
    const isThere = await sources.secret(name).then(
      (value) => value !== undefined,
      () => false,
    );
    const where = documentContext.hasClientSecrets ? "the editor's secret storage" : "the secrets folder";
    return isThere ? `a secret of ${where}` : `a secret that is not in ${where}`;
  }
  if (documentContext.isInEnvironment(name)) return "from the environment";
  const definition = (await documentContext.dotenvNames()).findLast((each) => each.name === name);
  if (definition) return `from line ${definition.range.start.line + 1} of \`.env\` beside this file`;
  return "neither in the environment nor in `.env`";
}

async function fieldHover(
  document: OpenDocument,
  position: Position,
  library: YamlLibrary,
): Promise<Hover | null> {
  if (document.isTooLarge()) return null;
  const excerpt = excerptAt(document.text.getText(), document.split(), position.line);
  if (excerpt === undefined) return null;
  const at = { line: position.line - excerpt.line, character: position.character };
  const hover = await library.hover(excerpt.text, at);
  if (!hover) return null;
  const intro = introAt(document, excerpt.text, at, hover);
  return {
    contents: markdown(intro + textOf(hover)),
    ...(hover.range && { range: lowered(hover.range, excerpt.line) }),
  };
}

/** The description of a field with alternatives, because the library returns only that of the chosen one. */
function introAt(document: OpenDocument, text: string, at: Position, hover: Hover): string {
  const lines = text.split("\n");
  const keyEnd = hover.range?.end ?? at;
  const line = lines[keyEnd.line] ?? "";
  const cursor = cursorAt(lines, keyEnd.line, keyEnd.character);
  if (cursor === undefined || cursor.part === "value" || !/^["']?[ \t]*:/.test(line.slice(keyEnd.character)))
    return "";
  const [schema] = schemasAt(document.kind.schema, [...cursor.path, cursor.typed]);
  return schema?.oneOf && schema.description ? `#### ${schema.title}\n\n${schema.description}\n\n` : "";
}

function stateText({ id, label, reason, facts = [] }: ServerState): string {
  const head = `**${markdownText(id)}**: ${[label, ...facts].map(markdownText).join(" · ")}`;
  return reason === undefined ? head : `${head}\n\n${markdownText(reason)}`;
}

function textOf(hover: Hover | null): string {
  const contents = hover?.contents;
  if (contents === undefined) return "";
  if (typeof contents === "string") return contents;
  return "value" in contents ? contents.value : "";
}

function markdown(value: string): MarkupContent {
  return { kind: "markdown", value: value.trim() };
}
