/** The capabilities that the server reports to an editor. Pure. */

import type { ServerCapabilities } from "vscode-languageserver";
import { PositionEncodingKind, TextDocumentSyncKind } from "vscode-languageserver";
import type { ServerOptions } from "./protocol.ts";

/** Code lenses are only for clients that send the states of servers. */
export function serverCapabilities({ states, workspaceFolders }: ServerOptions): ServerCapabilities {
  return {
    positionEncoding: PositionEncodingKind.UTF16,
    textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: true },
    completionProvider: { triggerCharacters: [" ", ":", "{", "[", '"', "'", "$", "-"] },
    hoverProvider: true,
    definitionProvider: true,
    referencesProvider: true,
    documentSymbolProvider: true,
    foldingRangeProvider: true,
    documentFormattingProvider: true,
    documentLinkProvider: {},
    renameProvider: { prepareProvider: true },
    codeActionProvider: { codeActionKinds: ["quickfix"] },
    ...(states && { codeLensProvider: {} }),
    ...(workspaceFolders && {
      workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
    }),
  };
}
