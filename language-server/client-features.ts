/** The client capabilities that affect answers. Values only. */

import type { ClientCapabilities } from "vscode-languageserver";

export interface ClientFeatures {
  readonly snippets: boolean;
  /** Edits with document versions, mixed with file operations. */
  readonly documentChanges: boolean;
  readonly createFiles: boolean;
  /** Symbols can have children. */
  readonly symbolTree: boolean;
  readonly refreshLenses: boolean;
}

export function clientFeatures({ textDocument, workspace }: ClientCapabilities): ClientFeatures {
  const { documentChanges = false, resourceOperations = [] } = workspace?.workspaceEdit ?? {};
  return {
    snippets: textDocument?.completion?.completionItem?.snippetSupport ?? false,
    documentChanges,
    createFiles: documentChanges && resourceOperations.includes("create"),
    symbolTree: textDocument?.documentSymbol?.hierarchicalDocumentSymbolSupport ?? false,
    refreshLenses: workspace?.codeLens?.refreshSupport ?? false,
  };
}
