/** A catalog as a document of the editor. Entries are added as edits, so the user can undo them. */

import * as vscode from "vscode";
import type { Entry } from "../../catalog/entry.ts";
import { parseCatalog } from "../../catalog/parse-catalog.ts";
import type { PluginTypes } from "../../catalog/plugin-types.ts";
import { hasErrors } from "../../catalog/text/problem.ts";
import { type Addition, insertEntries } from "./insert-entries.ts";

export class CatalogText {
  readonly #file: string;
  readonly #types: PluginTypes;

  /** `types`: runtime types of plugins. */
  constructor(file: string, types: PluginTypes) {
    this.#file = file;
    this.#types = types;
  }

  /** The entries in the document, with unsaved changes. */
  async entries(): Promise<readonly Entry[]> {
    const text = (await this.#document()).getText();
    return parseCatalog(text, { types: this.#types }).entries;
  }

  /** Adds the entries, saves, and shows the first one. Rejects if the catalog has errors. */
  async add(entries: readonly Addition[]): Promise<void> {
    const document = await this.#document();
    const before = document.getText();
    const { text, offset } = insertEntries(before, entries);
    const { problems } = parseCatalog(text, { types: this.#types });
    if (hasErrors(problems)) throw new Error(problems.map(({ message }) => message).join("; "));
    const edit = new vscode.WorkspaceEdit();
    edit.replace(document.uri, ...changed(document, before, text));
    if (!(await vscode.workspace.applyEdit(edit))) throw new Error("the catalog could not be changed");
    await document.save();
    const start = document.positionAt(offset);
    await vscode.window.showTextDocument(document, {
      selection: new vscode.Range(start, start),
      preview: false,
    });
  }

  #document(): Thenable<vscode.TextDocument> {
    return vscode.workspace.openTextDocument(vscode.Uri.file(this.#file));
  }
}

/** The range that differs, and its new text. */
function changed(document: vscode.TextDocument, before: string, after: string): [vscode.Range, string] {
  let start = 0;
  while (start < before.length && before[start] === after[start]) start++;
  let end = 0;
  const most = Math.min(before.length, after.length) - start;
  while (end < most && before.at(-1 - end) === after.at(-1 - end)) end++;
  const range = new vscode.Range(document.positionAt(start), document.positionAt(before.length - end));
  return [range, after.slice(start, after.length - end)];
}
