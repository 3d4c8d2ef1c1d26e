/** Shows in the files what keeps the catalogs from being in force. Only errors the gateway itself refuses. */

import * as vscode from "vscode";
import { parseCatalog } from "../catalog/parse.ts";
import type { Problem } from "../catalog/text/problem.ts";
import { readCatalogText } from "../catalog/text/read.ts";
import type { Catalog } from "./catalogs/find-catalogs.ts";
import { clashes } from "./catalogs/merged-catalogs.ts";

export class CatalogDiagnostics implements vscode.Disposable {
  readonly #collection = vscode.languages.createDiagnosticCollection("openMcpGateway");

  dispose(): void {
    this.#collection.dispose();
  }

  clear(): void {
    this.#collection.clear();
  }

  /** Reads the catalogs as they are on disk, which is what the gateway read. */
  async show(catalogs: readonly Catalog[]): Promise<void> {
    const found = new Map<string, vscode.Diagnostic[]>();
    for (const { file } of catalogs) found.set(file, (await errorsOf(file)).map(diagnosticOf));
    for (const { file, problem } of await clashes(catalogs)) found.get(file)?.push(diagnosticOf(problem));
    this.#collection.clear();
    for (const [file, diagnostics] of found) this.#collection.set(vscode.Uri.file(file), diagnostics);
  }
}

async function errorsOf(file: string): Promise<readonly Problem[]> {
  const read = await readCatalogText(file);
  if (read.kind === "failed") return [];
  return parseCatalog(read.text).problems.filter(({ severity }) => severity === "error");
}

function diagnosticOf({ message, code, line, column, endLine, endColumn }: Problem): vscode.Diagnostic {
  const range = new vscode.Range(line - 1, column - 1, endLine - 1, endColumn - 1);
  const diagnostic = new vscode.Diagnostic(range, message, vscode.DiagnosticSeverity.Error);
  diagnostic.source = "MCP Gateway";
  diagnostic.code = code;
  return diagnostic;
}
