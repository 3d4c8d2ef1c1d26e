/** What the client says it can do, as far as answers differ by it. Values only. */

import type { ClientCapabilities } from "vscode-languageserver";

export interface EditorSupport {
  readonly snippets: boolean;
  /** Edits of files by their versions, and with operations on files among them. */
  readonly documentChanges: boolean;
  readonly createFiles: boolean;
  /** Symbols within symbols. */
  readonly symbolTree: boolean;
  readonly refreshLenses: boolean;
}

export function editorSupport({ textDocument, workspace }: ClientCapabilities): EditorSupport {
  const { documentChanges = false, resourceOperations = [] } = workspace?.workspaceEdit ?? {};
  return {
    snippets: textDocument?.completion?.completionItem?.snippetSupport ?? false,
    documentChanges,
    createFiles: documentChanges && resourceOperations.includes("create"),
    symbolTree: textDocument?.documentSymbol?.hierarchicalDocumentSymbolSupport ?? false,
    refreshLenses: workspace?.codeLens?.refreshSupport ?? false,
  };
}
