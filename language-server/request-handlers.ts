/** Routes each LSP request to its provider. */

import type { Connection } from "vscode-languageserver";
import { LSPErrorCodes, ResponseError } from "vscode-languageserver";
import type { ClientFeatures } from "./client-features.ts";
import type { DocumentKind } from "./document-kinds.ts";
import type { OpenDocument } from "./documents/open-document.ts";
import type { ServerState } from "./protocol.ts";
import { lensesOf } from "./providers/code-lenses.ts";
import { type CompletionSources, completionAt } from "./providers/completion/completion.ts";
import { linksOf } from "./providers/document-links.ts";
import { fixesAt } from "./providers/fixes/quick-fixes.ts";
import { foldingOf } from "./providers/folding.ts";
import { formattingOf } from "./providers/formatting.ts";
import { hoverAt } from "./providers/hover.ts";
import { definitionsOf, usesOf, variableOf } from "./providers/references.ts";
import { editOfId, idAt, idError } from "./providers/rename.ts";
import { symbolList, symbolsOf } from "./providers/symbols.ts";
import type { YamlLibrary } from "./schema/yaml-library.ts";

/** The data for answers. Requests for documents of other types get null. */
export interface RequestHandlersHost {
  /** Answers with what is known now. */
  about<T>(uri: string, answer: (document: OpenDocument) => T | Promise<T>): Promise<T | null>;
  /** Answers after the current text has been checked. */
  settled<T>(uri: string, answer: (document: OpenDocument) => T | Promise<T>): Promise<T | null>;
  libraryFor(kind: DocumentKind): YamlLibrary;
  sourcesFor(kind: DocumentKind): CompletionSources;
  stateOf(id: string): ServerState | undefined;
  client(): ClientFeatures;
  /** Open documents with the same sources of variables, including the document itself. */
  neighboursOf(document: OpenDocument): readonly OpenDocument[];
}

export function registerRequestHandlers(connection: Connection, host: RequestHandlersHost): void {
  answerAboutPlaces(connection, host);
  answerAboutDocuments(connection, host);
  answerEdits(connection, host);
}

function answerAboutPlaces(connection: Connection, host: RequestHandlersHost): void {
  connection.onCompletion(({ textDocument: { uri }, position }) =>
    host.about(uri, (document) => completionAt(document, position, host.sourcesFor(document.kind))),
  );
  connection.onHover(({ textDocument: { uri }, position }) =>
    host.about(uri, (document) => hoverAt(document, position, host.libraryFor(document.kind), host.stateOf)),
  );
  connection.onDefinition(({ textDocument: { uri }, position }) =>
    host.about(uri, async (document) => {
      const variable = variableOf(document, position);
      return variable ? definitionsOf(document, variable) : null;
    }),
  );
  connection.onReferences(({ textDocument: { uri }, position, context }) =>
    host.about(uri, async (document) => {
      const variable = variableOf(document, position);
      if (!variable) return null;
      const definitions = context.includeDeclaration ? await definitionsOf(document, variable) : [];
      return [...definitions, ...host.neighboursOf(document).flatMap((each) => usesOf(each, variable))];
    }),
  );
}

function answerAboutDocuments(connection: Connection, host: RequestHandlersHost): void {
  connection.onDocumentSymbol(({ textDocument: { uri } }) =>
    host.settled(uri, (document) => {
      const symbols = symbolsOf(document, host.libraryFor(document.kind));
      return host.client().symbolTree ? symbols : symbolList(symbols, uri);
    }),
  );
  connection.onFoldingRanges(({ textDocument: { uri } }) =>
    host.about(uri, ({ text }) => foldingOf(text.getText())),
  );
  connection.onDocumentLinks(({ textDocument: { uri } }) =>
    host.about(uri, ({ text }) => linksOf(text.getText())),
  );
  connection.onCodeLens(({ textDocument: { uri } }) =>
    host.about(uri, (document) => lensesOf(document.entries(), host.stateOf)),
  );
}

function answerEdits(connection: Connection, host: RequestHandlersHost): void {
  connection.onDocumentFormatting(({ textDocument: { uri }, options }) =>
    host.settled(uri, (document) => formattingOf(document, options, host.libraryFor(document.kind))),
  );
  connection.onCodeAction(({ textDocument: { uri }, range, context }) =>
    host.settled(uri, (document) => fixesAt(document, range, context.diagnostics, host.client())),
  );
  connection.onPrepareRename(({ textDocument: { uri }, position }) =>
    host.settled(uri, (document) => {
      const found = idAt(document.entries(), position);
      return found ? { range: found.range, placeholder: found.id } : null;
    }),
  );
  connection.onRenameRequest(({ textDocument: { uri }, position, newName }) =>
    host.settled(uri, (document) => {
      const entries = document.entries();
      const found = idAt(entries, position);
      if (!found) return null;
      const taken = entries.flatMap(({ id }) => (id === undefined || id === found.id ? [] : [id]));
      const error = idError(newName, document.kind.schema, taken);
      if (error) throw new ResponseError(LSPErrorCodes.RequestFailed, error);
      return { changes: { [uri]: [editOfId(found, newName)] } };
    }),
  );
}
