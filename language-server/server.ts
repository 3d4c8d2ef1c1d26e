/** Assembles the language server on one connection: LSP on one side, documents and providers on the other. */

import type { Connection, InitializeParams, InitializeResult, WorkspaceFolder } from "vscode-languageserver";
import { TextDocuments } from "vscode-languageserver";
import { TextDocument } from "vscode-languageserver-textdocument";
import { messageOf } from "../src/base/errors.ts";
import { visibleText } from "../src/base/visible-text.ts";
import type { PluginType } from "../src/catalog/plugin-types.ts";
import { pluginType } from "../src/catalog/plugin-types.ts";
import { clientFeatures } from "./client-features.ts";
import type { DocumentKind } from "./document-kinds.ts";
import { documentKinds } from "./document-kinds.ts";
import type { OpenDocument } from "./documents/open-document.ts";
import { OpenDocuments } from "./documents/open-documents.ts";
import { fileOf, folderAround } from "./documents/text-ranges.ts";
import { LiveStates } from "./live-states.ts";
import type {
  CatalogsParams,
  NamesResult,
  RuntimesParams,
  SecretNamesParams,
  ServerOptions,
  StatesParams,
} from "./protocol.ts";
import { notifications, requests } from "./protocol.ts";
import { AsyncNameCache } from "./providers/completion/async-name-cache.ts";
import type { CompletionSources } from "./providers/completion/completion.ts";
import type { Engines } from "./providers/completion/engine-items.ts";
import { diagnosticsOf } from "./providers/diagnostics.ts";
import { registerRequestHandlers } from "./request-handlers.ts";
import { withRuntimes } from "./schema/json-schema.ts";
import { runtimeSnippets } from "./schema/snippets.ts";
import { YamlLibrary } from "./schema/yaml-library.ts";
import { serverCapabilities } from "./server-capabilities.ts";

/** Parts of the process that the server uses. */
export interface ServerEnvironment {
  readonly processEnv: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  /** Absolute. */
  readonly cwd: string;
  /** The program of `full-check-thread`. */
  readonly checkThread: URL;
  /** The document types. Tests pass other schemas. */
  readonly kinds?: readonly DocumentKind[];
}

/** The parts that depend on the schema of a document type. */
type Parts = Pick<CompletionSources, "library" | "schema" | "snippets">;

/** Handles requests on `connection`. The caller starts to listen and ends the process. */
export function startServer(connection: Connection, environment: ServerEnvironment): void {
  new LanguageServer(connection, environment).register();
}

class LanguageServer {
  readonly #connection: Connection;
  readonly #environment: ServerEnvironment;
  readonly #texts = new TextDocuments(TextDocument);
  readonly #later = new AsyncNameCache();
  readonly #states: LiveStates;
  readonly #libraries = new Map<DocumentKind, Parts>();
  #lastLibrary = 0;
  #documents: OpenDocuments | undefined;
  #options: ServerOptions = {};
  #client = clientFeatures({});
  #secrets: ReadonlySet<string> | undefined;
  #types: ReadonlyMap<string, PluginType> = new Map();
  #folder: string;
  /** Absolute. Empty if the client does not use them for variables. */
  #workspaceFolders: readonly string[] = [];
  /** The catalogs of the client's gateway, each with its workspace folder. */
  #catalogs: ReadonlyMap<string, string | undefined> = new Map();

  constructor(connection: Connection, environment: ServerEnvironment) {
    this.#connection = connection;
    this.#environment = environment;
    this.#folder = environment.cwd;
    this.#states = new LiveStates(() => this.#refreshLenses());
  }

  register(): void {
    const connection = this.#connection;
    connection.onInitialize((params) => this.#initialize(params));
    connection.onShutdown(() => this.#documents?.closeAll());
    this.#listenToTexts();
    this.#listenToClient();
    registerRequestHandlers(connection, {
      about: (uri, answer) => this.#about(uri, answer),
      settled: (uri, answer) => this.#settled(uri, answer),
      libraryFor: (kind) => this.#partsFor(kind).library,
      stateOf: (id) => this.#states.get(id),
      neighboursOf: (document) => this.#neighbours(document),
      sourcesFor: (kind) => this.#sourcesFor(kind),
      client: () => this.#client,
    });
    this.#texts.listen(connection);
  }

  #initialize({
    initializationOptions,
    rootUri,
    workspaceFolders,
    capabilities,
  }: InitializeParams): InitializeResult {
    this.#client = clientFeatures(capabilities);
    this.#options = (initializationOptions as ServerOptions | null | undefined) ?? {};
    const folder = workspaceFolders?.[0]?.uri ?? rootUri;
    this.#folder = (folder && fileOf(folder, this.#environment.platform)) ?? this.#environment.cwd;
    if (this.#options.workspaceFolders) this.#workspaceFolders = this.#filesOf(workspaceFolders ?? []);
    if (this.#options.secrets) this.#secrets = new Set();
    void this.#setRuntimes({ runtimes: this.#options.runtimes ?? [] });
    this.#documents = this.#newDocuments();
    return { capabilities: serverCapabilities(this.#options), serverInfo: { name: "Open MCP Gateway" } };
  }

  #newDocuments(): OpenDocuments {
    const { processEnv, checkThread, kinds: known = documentKinds } = this.#environment;
    const { secretsDir } = this.#options;
    return new OpenDocuments({
      kinds: known,
      processEnv,
      checkThread,
      ...(secretsDir !== undefined && { secretsDir }),
      clientSecrets: () => this.#secrets,
      types: () => this.#types,
      folder: () => this.#folder,
      workspaceFolderOf: (file) =>
        this.#catalogs.has(file) ? this.#catalogs.get(file) : folderAround(file, this.#workspaceFolders),
      onChecked: ({ uri }, { version, problems }) => {
        void this.#connection.sendDiagnostics({ uri, version, diagnostics: diagnosticsOf(problems, uri) });
      },
      onDefect: (error) => this.#connection.console.error(visibleText(`A check failed: ${messageOf(error)}`)),
    });
  }

  #listenToTexts(): void {
    this.#texts.onDidOpen(({ document }) => this.#documents?.open(document));
    // The event also fires for the first content, which is already checked.
    this.#texts.onDidChangeContent(({ document }) => this.#documents?.change(document));
    this.#texts.onDidSave(({ document }) => this.#documents?.saved(document.uri));
    this.#texts.onDidClose(({ document: { uri } }) => {
      if (this.#documents?.get(uri)) void this.#connection.sendDiagnostics({ uri, diagnostics: [] });
      this.#documents?.close(uri);
    });
  }

  #listenToClient(): void {
    const connection = this.#connection;
    connection.onInitialized(() => {
      if (this.#options.workspaceFolders) this.#followWorkspaceFolders();
    });
    connection.onNotification(notifications.states, (params: StatesParams) => this.#states.update(params));
    connection.onNotification(notifications.secretNames, ({ names }: SecretNamesParams) => {
      this.#secrets = new Set(names);
      this.#recheckAll();
    });
    connection.onNotification(notifications.runtimes, (params: RuntimesParams) => this.#setRuntimes(params));
    connection.onNotification(notifications.catalogs, (params: CatalogsParams) => this.#setCatalogs(params));
    connection.onNotification(notifications.recheck, () => this.#recheckAll());
  }

  #setCatalogs({ catalogs }: CatalogsParams): void {
    const { platform } = this.#environment;
    this.#catalogs = new Map(
      catalogs.flatMap(({ uri, folder }) => {
        const file = fileOf(uri, platform);
        return file === undefined ? [] : [[file, folder && fileOf(folder, platform)] as const];
      }),
    );
    this.#recheckAll();
  }

  #filesOf(folders: readonly WorkspaceFolder[]): string[] {
    return folders.flatMap(({ uri }) => fileOf(uri, this.#environment.platform) ?? []);
  }

  #followWorkspaceFolders(): void {
    this.#connection.workspace.onDidChangeWorkspaceFolders(({ added, removed }) => {
      const gone = this.#filesOf(removed);
      const kept = this.#workspaceFolders.filter((folder) => !gone.includes(folder));
      this.#workspaceFolders = [...kept, ...this.#filesOf(added)];
      this.#recheckAll();
    });
  }

  /** Adds these types to those of the schemas. Ignores a schema that is not valid. */
  async #setRuntimes({ runtimes }: RuntimesParams): Promise<void> {
    if (runtimes.length === 0 && this.#types.size === 0) return;
    const read = await Promise.allSettled(runtimes.map(({ type, schema }) => pluginType(type, schema)));
    const types = read.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
    for (const one of read)
      if (one.status === "rejected")
        this.#connection.console.error(visibleText(`Ignored a runtime type: ${messageOf(one.reason)}`));
    this.#types = new Map(types.map((one) => [one.type, one]));
    this.#libraries.clear();
    this.#recheckAll();
  }

  /** Answers with what is known now. */
  async #about<T>(uri: string, answer: (document: OpenDocument) => T | Promise<T>): Promise<T | null> {
    const document = this.#documents?.get(uri);
    return document ? answer(document) : null;
  }

  /** Answers when the running check has ended or takes too long. */
  async #settled<T>(uri: string, answer: (document: OpenDocument) => T | Promise<T>): Promise<T | null> {
    const document = await this.#documents?.settled(uri);
    return document ? answer(document) : null;
  }

  #partsFor(kind: DocumentKind): Parts {
    const known = this.#libraries.get(kind);
    if (known) return known;
    const schema = withRuntimes(kind.schema, [...this.#types.values()]);
    // The library caches documents by name, so another schema needs a library with another name.
    const library = new YamlLibrary(`${kind.name}${++this.#lastLibrary}`, schema);
    const parts = { library, schema, snippets: runtimeSnippets(schema) };
    this.#libraries.set(kind, parts);
    return parts;
  }

  /** Open documents with the same `.env`. */
  #neighbours({ documentContext: { baseDir } }: OpenDocument): OpenDocument[] {
    return this.#documents?.all().filter(({ documentContext }) => documentContext.baseDir === baseDir) ?? [];
  }

  #sourcesFor(kind: DocumentKind): CompletionSources {
    const parts = this.#partsFor(kind);
    const { snippets: hasSnippets } = this.#client;
    return { ...parts, hasSnippets, later: this.#later, search: this.#search(), engines: this.#engines() };
  }

  #search(): { platform: NodeJS.Platform; path: string; pathExt: string } {
    const { platform, processEnv } = this.#environment;
    return { platform, path: processEnv["PATH"] ?? "", pathExt: processEnv["PATHEXT"] ?? "" };
  }

  #engines(): Engines {
    const ask = (method: string) => async (params: object) =>
      (await this.#connection.sendRequest<NamesResult>(method, params)).names;
    return {
      ...(this.#options.images && { images: ask(requests.images) }),
      ...(this.#options.namespaces && { namespaces: ask(requests.namespaces) }),
    };
  }

  #recheckAll(): void {
    for (const { uri } of this.#documents?.all() ?? []) this.#documents?.recheck(uri);
  }

  #refreshLenses(): void {
    if (!this.#client.refreshLenses) return;
    // A client that has closed does not need a refresh.
    this.#connection.sendRequest("workspace/codeLens/refresh").catch(() => undefined);
  }
}
