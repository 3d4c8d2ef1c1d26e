/**
 * Runs the language server while a supported document is open. Sends it facts of the window: states of servers, names of
 * secrets, images and namespaces. The client is loaded with the first such document. It restarts the server after a crash
 * and then sends all facts again.
 */

import * as vscode from "vscode";
import type { LanguageClient, State } from "vscode-languageclient/node";
import {
  type ImagesParams,
  languageIds,
  type NamespacesParams,
  notifications,
  requests,
  type ServerOptions,
} from "../../../language-server/protocol.ts";
import { messageOf } from "../../base/errors.ts";
import { Scope } from "../../base/scope.ts";
import { LanguageServerSync, type SyncedFacts } from "./language-server-sync.ts";

export interface LanguageHost extends SyncedFacts {
  /** Path of the program, `dist/language-server.js`. */
  readonly program: string;
  readonly log: vscode.LogOutputChannel;
  /** Images of an engine, or an empty list if it may not be asked. */
  images(params: ImagesParams): Promise<readonly string[]>;
  /** Namespaces of a cluster, or an empty list if it may not be asked. */
  namespaces(params: NamespacesParams): Promise<readonly string[]>;
}

const supportedIds: readonly string[] = Object.values(languageIds);

export class LanguageSupport implements vscode.Disposable {
  readonly #host: LanguageHost;
  readonly #scope = new Scope();
  #starting: Promise<LanguageClient> | undefined;

  constructor(host: LanguageHost) {
    this.#host = host;
    this.#own(vscode.workspace.onDidOpenTextDocument((document) => this.#onDocument(document)));
    // A document that is already open may become a catalog when the catalogs change.
    this.#scope.add(host.onServers(() => this.#checkOpenDocuments()));
    this.#checkOpenDocuments();
  }

  dispose(): void {
    void this.#scope.close();
  }

  #own(part: vscode.Disposable): void {
    this.#scope.add(() => part.dispose());
  }

  #checkOpenDocuments(): void {
    for (const document of vscode.workspace.textDocuments) this.#onDocument(document);
  }

  #onDocument(document: vscode.TextDocument): void {
    if (
      document.languageId === "yaml" &&
      this.#host.catalogs().some(({ file }) => file === document.uri.fsPath)
    )
      return void vscode.languages.setTextDocumentLanguage(document, languageIds.catalog);
    if (!supportedIds.includes(document.languageId)) return;
    this.#starting ??= this.#start();
    this.#starting.catch((error: unknown) => {
      this.#host.log.error(`the language server did not start: ${messageOf(error)}`);
    });
  }

  async #start(): Promise<LanguageClient> {
    const { LanguageClient, State, TransportKind } = await clientLibrary();
    const options: ServerOptions = {
      states: true,
      secrets: true,
      workspaceFolders: true,
      images: true,
      namespaces: true,
    };
    const client = new LanguageClient(
      "openMcpGateway",
      "MCP Gateway",
      { module: this.#host.program, transport: TransportKind.ipc },
      {
        documentSelector: supportedIds.map((language) => ({ language })),
        initializationOptions: options,
        outputChannel: this.#host.log,
        // Hovers contain texts of servers, so they must not run commands.
        markdown: { isTrusted: false, supportHtml: false },
      },
    );
    this.#scope.add(() => client.dispose());
    this.#answer(client);
    this.#tell(client, State.Running);
    await client.start();
    return client;
  }

  #answer(client: LanguageClient): void {
    client.onRequest(requests.images, async (params: ImagesParams) => ({
      names: await this.#host.images(params),
    }));
    client.onRequest(requests.namespaces, async (params: NamespacesParams) => ({
      names: await this.#host.namespaces(params),
    }));
  }

  #tell(client: LanguageClient, running: State): void {
    const send = (method: string, params?: object) => {
      // A server that is not running gets all facts when it starts.
      if (client.state === running) client.sendNotification(method, params).catch(() => undefined);
    };
    const facts = new LanguageServerSync(
      this.#host,
      () => documentsOfOurs().map((each) => each.getText()),
      send,
    );
    this.#scope.add(() => facts.close());
    this.#own(client.onDidChangeState(({ newState }) => newState === running && facts.sendAll()));
    // While the window was in the background, the user may have installed a missing program.
    this.#own(vscode.window.onDidChangeWindowState(({ focused }) => focused && send(notifications.recheck)));
    const watch = (editors: readonly vscode.TextEditor[]) =>
      facts.watch(editors.some(({ document }) => document.languageId === languageIds.catalog));
    this.#own(vscode.window.onDidChangeVisibleTextEditors(watch));
    const onText = (document: vscode.TextDocument) => {
      if (!supportedIds.includes(document.languageId)) return;
      void facts.sendSecretNames();
      watch(vscode.window.visibleTextEditors);
    };
    this.#own(vscode.workspace.onDidOpenTextDocument(onText));
    this.#own(vscode.workspace.onDidSaveTextDocument(onText));
    watch(vscode.window.visibleTextEditors);
  }
}

function documentsOfOurs(): vscode.TextDocument[] {
  return vscode.workspace.textDocuments.filter(({ languageId }) => supportedIds.includes(languageId));
}

/** The module is CommonJS, and in the bundle its names are properties of the default export. */
async function clientLibrary() {
  const library = await import("vscode-languageclient/node");
  return "default" in library ? (library.default as typeof library) : library;
}
