/**
 * Shows the errors that prevent the catalogs from being loaded, in their files. Shows no warnings or hints. For
 * an open file the language server shows them.
 */

import * as vscode from "vscode";
import { languageIds } from "../../language-server/protocol.ts";
import { visibleText } from "../base/visible-text.ts";
import { parseCatalog } from "../catalog/parse-catalog.ts";
import type { PluginTypes } from "../catalog/plugin-types.ts";
import type { Problem } from "../catalog/text/problem.ts";
import { readTextFile } from "../catalog/text/read-text-file.ts";
import type { Catalog } from "./catalogs/find-catalogs.ts";
import { clashes } from "./catalogs/merged-catalogs.ts";

export class CatalogDiagnostics implements vscode.Disposable {
  readonly #collection = vscode.languages.createDiagnosticCollection("openMcpGateway");
  readonly #documents: readonly vscode.Disposable[];
  readonly #types: PluginTypes;
  #shown: readonly Catalog[] = [];
  /** Incremented with each request, so that results of an earlier request are dropped. */
  #turn = 0;

  /** `types`: runtime types of plugins, read again with each reading. */
  constructor(types: PluginTypes) {
    this.#types = types;
    const again = () => void this.show(this.#shown);
    this.#documents = [
      vscode.workspace.onDidOpenTextDocument(again),
      vscode.workspace.onDidCloseTextDocument(again),
    ];
  }

  dispose(): void {
    for (const listener of this.#documents) listener.dispose();
    this.#collection.dispose();
  }

  clear(): void {
    this.#turn++;
    this.#shown = [];
    this.#collection.clear();
  }

  /** Reads the catalogs from disk, as the gateway does. */
  async show(catalogs: readonly Catalog[]): Promise<void> {
    const turn = ++this.#turn;
    this.#shown = catalogs;
    const found = new Map<string, vscode.Diagnostic[]>();
    for (const { file } of catalogs) {
      const errors = isOpen(file) ? [] : await errorsOf(file, this.#types);
      found.set(file, errors.map(diagnosticOf));
    }
    for (const { file, problem } of await clashes(catalogs, this.#types))
      found.get(file)?.push(diagnosticOf(problem));
    if (turn !== this.#turn) return;
    this.#collection.clear();
    for (const [file, diagnostics] of found) this.#collection.set(vscode.Uri.file(file), diagnostics);
  }
}

function isOpen(file: string): boolean {
  return vscode.workspace.textDocuments.some(
    ({ uri, languageId }) => languageId === languageIds.catalog && uri.fsPath === file,
  );
}

async function errorsOf(file: string, types: PluginTypes): Promise<readonly Problem[]> {
  const read = await readTextFile(file);
  if (read.kind === "failed") return [];
  return parseCatalog(read.text, { types }).problems.filter(({ severity }) => severity === "error");
}

function diagnosticOf({ message, code, line, column, endLine, endColumn }: Problem): vscode.Diagnostic {
  const range = new vscode.Range(line - 1, column - 1, endLine - 1, endColumn - 1);
  const diagnostic = new vscode.Diagnostic(range, visibleText(message), vscode.DiagnosticSeverity.Error);
  diagnostic.source = "MCP Gateway";
  diagnostic.code = code;
  return diagnostic;
}
