/**
 * Runs the language server while a document of ours is open, and tells it what only the window knows: the states of
 * servers, the names of secrets, images and namespaces. The client is loaded with the first such document.
 */

import * as vscode from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import {
  type ImagesParams,
  languageIds,
  type NamespacesParams,
  notifications,
  requests,
  type ServerOptions,
  type ServerState,
} from "../../../language-server/protocol.ts";
import { messageOf } from "../../base/errors.ts";
import { Scope } from "../../base/scope.ts";
import type { PluginTypes } from "../../catalog/plugin-types.ts";
import type { Servers } from "../servers/servers.ts";
import { changesOf, stateOf } from "./live-states.ts";

export interface LanguageHost {
  /** The program, `dist/language-server.js`. */
  readonly program: string;
  readonly log: vscode.LogOutputChannel;
  /** The servers of this window's gateway, while there is one. */
  servers(): Servers | undefined;
  /** Calls `changed` when that is another one; returns how to stop that. */
  onServers(changed: () => void): () => void;
  /** Whether a file is a catalog of this window, whatever it is called. */
  isCatalog(file: string): boolean;
  /** Names of the secrets that are set. */
  secretNames(): Promise<readonly string[]>;
  onSecrets(changed: () => void): vscode.Disposable;
  /** Runtime types of plugins, always up to date. */
  readonly types: PluginTypes;
  /** Calls `changed` when one came or went; returns how to stop that. */
  onTypes(changed: () => void): () => void;
  /** Images an engine has; none where it may not be asked. */
  images(params: ImagesParams): Promise<readonly string[]>;
  /** Namespaces a cluster has; none where it may not be asked. */
  namespaces(params: NamespacesParams): Promise<readonly string[]>;
}

const ours: readonly string[] = Object.values(languageIds);

export class LanguageSupport implements vscode.Disposable {
  readonly #host: LanguageHost;
  readonly #scope = new Scope();
  #starting: Promise<LanguageClient> | undefined;
  #told = new Map<string, ServerState>();
  #unfollow: () => void = () => undefined;

  constructor(host: LanguageHost) {
    this.#host = host;
    const opened = vscode.workspace.onDidOpenTextDocument((document) => this.#onDocument(document));
    this.#scope.add(() => opened.dispose());
    for (const document of vscode.workspace.textDocuments) this.#onDocument(document);
  }

  dispose(): void {
    this.#unfollow();
    void this.#scope.close();
  }

  #onDocument(document: vscode.TextDocument): void {
    if (document.languageId === "yaml" && this.#host.isCatalog(document.uri.fsPath))
      return void vscode.languages.setTextDocumentLanguage(document, languageIds.catalog);
    if (!ours.includes(document.languageId)) return;
    this.#starting ??= this.#start();
    this.#starting.catch((error: unknown) => {
      this.#host.log.error(`the language server did not start: ${messageOf(error)}`);
    });
  }

  async #start(): Promise<LanguageClient> {
    const { LanguageClient, TransportKind } = await clientLibrary();
    const options: ServerOptions = { states: true, secrets: true, images: true, namespaces: true };
    const client = new LanguageClient(
      "openMcpGateway",
      "MCP Gateway",
      { module: this.#host.program, transport: TransportKind.ipc },
      {
        documentSelector: ours.map((language) => ({ language })),
        initializationOptions: options,
        outputChannel: this.#host.log,
      },
    );
    this.#scope.add(() => client.dispose());
    this.#answer(client);
    await client.start();
    this.#follow(client);
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

  #follow(client: LanguageClient): void {
    // Who comes back from elsewhere may have installed what was missing.
    const focus = vscode.window.onDidChangeWindowState(({ focused }) => {
      if (focused) void client.sendNotification(notifications.recheck);
    });
    this.#scope.add(() => focus.dispose());
    const tellSecrets = async () => {
      const names = await this.#host.secretNames();
      await client.sendNotification(notifications.secretNames, { names });
    };
    const secrets = this.#host.onSecrets(() => void tellSecrets());
    this.#scope.add(() => secrets.dispose());
    this.#scope.add(this.#host.onServers(() => this.#followServers(client)));
    void tellSecrets();
    this.#scope.add(this.#host.onTypes(() => void this.#tellTypes(client)));
    if (this.#host.types.size > 0) void this.#tellTypes(client);
    this.#followServers(client);
  }

  #tellTypes(client: LanguageClient): Promise<void> {
    const runtimes = [...this.#host.types.values()].map(({ type, schema }) => ({ type, schema }));
    return client.sendNotification(notifications.runtimes, { runtimes });
  }

  /** Another gateway: all is told anew. */
  #followServers(client: LanguageClient): void {
    this.#unfollow();
    const servers = this.#host.servers();
    this.#unfollow = servers?.changed.on(() => this.#tell(client, servers)) ?? (() => undefined);
    const states = statesOf(servers);
    this.#told = new Map(states.map((state) => [state.id, state]));
    void client.sendNotification(notifications.states, { all: true, servers: states });
  }

  #tell(client: LanguageClient, servers: Servers): void {
    const states = statesOf(servers);
    const changes = changesOf(this.#told, states);
    this.#told = new Map(states.map((state) => [state.id, state]));
    if (changes) void client.sendNotification(notifications.states, changes);
  }
}

/** CommonJS: in the bundle its names hang on the default export. */
async function clientLibrary() {
  const library = await import("vscode-languageclient/node");
  return "default" in library ? (library.default as typeof library) : library;
}

function statesOf(servers: Servers | undefined): ServerState[] {
  return servers?.overview.rows.map((row) => stateOf(row, new Date())) ?? [];
}
