/** An editor for tests: a real LSP client over a pair of streams, and the data it shows. */

import { PassThrough } from "node:stream";
import type {
  ClientCapabilities,
  CodeAction,
  CompletionItem,
  Diagnostic,
  Hover,
  InitializeResult,
  Position,
  TextEdit,
  WorkspaceEdit,
  WorkspaceFolder,
} from "vscode-languageserver";
import type { MessageReader, MessageWriter } from "vscode-languageserver/node";
import { createConnection, createProtocolConnection, ProposedFeatures } from "vscode-languageserver/node";
import { TextDocument } from "vscode-languageserver-textdocument";
import type { ServerOptions } from "../../../language-server/protocol.ts";
import type { ServerEnvironment } from "../../../language-server/server.ts";
import { startServer } from "../../../language-server/server.ts";

export interface EditorOptions extends Partial<ServerEnvironment> {
  readonly options?: ServerOptions;
  readonly workspaceFolders?: readonly WorkspaceFolder[];
  readonly capabilities?: ClientCapabilities;
  /** Answers to requests of the server, by method. */
  readonly answers?: Readonly<Record<string, (params: unknown) => unknown>>;
}

/** Usual capabilities of editors. */
const usualCapabilities: ClientCapabilities = {
  workspace: {
    codeLens: { refreshSupport: true },
    workspaceFolders: true,
    workspaceEdit: { documentChanges: true, resourceOperations: ["create"] },
  },
  textDocument: {
    completion: { completionItem: { snippetSupport: true } },
    documentSymbol: { hierarchicalDocumentSymbolSupport: true },
  },
};

export class Editor {
  readonly connection: ReturnType<typeof createProtocolConnection>;
  /** A server that sends no version refers to the newest one. */
  readonly diagnostics = new Map<
    string,
    { readonly version: number; readonly list: readonly Diagnostic[] }
  >();
  readonly #waiting = new Set<() => void>();
  #version = 0;
  initialized: InitializeResult | undefined;
  readonly logged: string[] = [];

  constructor(reader: NodeJS.ReadableStream | MessageReader, writer: NodeJS.WritableStream | MessageWriter) {
    this.connection = createProtocolConnection(reader as MessageReader, writer as MessageWriter);
    this.connection.onNotification("textDocument/publishDiagnostics", ({ uri, version, diagnostics }) => {
      this.diagnostics.set(uri, { version: version ?? Number.MAX_SAFE_INTEGER, list: diagnostics });
      for (const look of [...this.#waiting]) look();
    });
    this.connection.onNotification("window/logMessage", ({ message }) => void this.logged.push(message));
    this.connection.onRequest("client/registerCapability", () => null);
  }

  async start(
    options: ServerOptions = {},
    rootUri: string | null = null,
    workspaceFolders: readonly WorkspaceFolder[] | null = null,
    capabilities = usualCapabilities,
  ): Promise<this> {
    this.connection.listen();
    this.initialized = await this.connection.sendRequest("initialize", {
      processId: null,
      rootUri,
      workspaceFolders,
      capabilities,
      initializationOptions: options,
    });
    await this.connection.sendNotification("initialized", {});
    return this;
  }

  async open(uri: string, text: string, languageId = "mcp-catalog"): Promise<readonly Diagnostic[]> {
    const version = ++this.#version;
    const checked = this.checked(uri, version);
    const textDocument = { uri, languageId, version, text };
    await this.connection.sendNotification("textDocument/didOpen", { textDocument });
    return checked;
  }

  /** Replaces the whole text. Resolves with the diagnostics of the server. */
  async type(uri: string, text: string): Promise<readonly Diagnostic[]> {
    return this.edit(uri, [{ text }]);
  }

  async edit(uri: string, contentChanges: object[]): Promise<readonly Diagnostic[]> {
    const version = ++this.#version;
    const checked = this.checked(uri, version);
    await this.connection.sendNotification("textDocument/didChange", {
      textDocument: { uri, version },
      contentChanges,
    });
    return checked;
  }

  checked(uri: string, version: number): Promise<readonly Diagnostic[]> {
    const { promise, resolve } = Promise.withResolvers<readonly Diagnostic[]>();
    const look = () => {
      const found = this.diagnostics.get(uri);
      if (found === undefined || found.version < version) return;
      this.#waiting.delete(look);
      resolve(found.list);
    };
    this.#waiting.add(look);
    return promise;
  }

  async close(uri: string): Promise<void> {
    await this.connection.sendNotification("textDocument/didClose", { textDocument: { uri } });
  }

  async complete(uri: string, position: Position): Promise<CompletionItem[]> {
    const list = await this.ask<{ items: CompletionItem[] } | null>("completion", uri, { position });
    return list?.items ?? [];
  }

  async hover(uri: string, position: Position): Promise<string | undefined> {
    const hover = await this.ask<Hover | null>("hover", uri, { position });
    return (hover?.contents as { value: string } | undefined)?.value;
  }

  async fixes(uri: string, diagnostic: Diagnostic): Promise<CodeAction[]> {
    const context = { diagnostics: [diagnostic] };
    return (
      (await this.ask<CodeAction[] | null>("codeAction", uri, { range: diagnostic.range, context })) ?? []
    );
  }

  ask<T>(method: string, uri: string, params: object = {}): Promise<T> {
    return this.connection.sendRequest(`textDocument/${method}`, { textDocument: { uri }, ...params });
  }

  /** A server in this process must not receive `exit`, because it would end the tests too. */
  async stop({ exit = false } = {}): Promise<void> {
    await this.connection.sendRequest("shutdown");
    if (exit) await this.connection.sendNotification("exit");
    this.connection.dispose();
  }
}

/** An editor and a server in this process, over a pair of streams. */
export async function openEditor({
  options,
  answers = {},
  workspaceFolders,
  capabilities,
  ...environment
}: EditorOptions = {}): Promise<Editor> {
  const toServer = new PassThrough();
  const toClient = new PassThrough();
  const connection = createConnection(ProposedFeatures.all, toServer, toClient);
  const checkThread = new URL("../../../language-server/documents/full-check-thread.ts", import.meta.url);
  const usual = { processEnv: { PATH: "/nowhere" }, platform: "linux", cwd: "/", checkThread } as const;
  startServer(connection, { ...usual, ...environment });
  connection.listen();
  const editor = new Editor(toClient, toServer);
  for (const [method, answer] of Object.entries(answers)) editor.connection.onRequest(method, answer);
  return editor.start(options, null, workspaceFolders, capabilities);
}

/** A text with `|` where the cursor is. */
export function atCursor(marked: string): { readonly text: string; readonly position: Position } {
  const offset = marked.indexOf("|");
  const before = marked.slice(0, offset).split("\n");
  const position = { line: before.length - 1, character: before.at(-1)?.length ?? 0 };
  return { text: marked.slice(0, offset) + marked.slice(offset + 1), position };
}

export function applied(text: string, edits: readonly TextEdit[]): string {
  return TextDocument.applyEdits(TextDocument.create("file:///x", "yaml", 1, text), [...edits]);
}

/** The edits a workspace edit makes in one document. */
export function editsOf(edit: WorkspaceEdit | undefined, uri: string): TextEdit[] {
  const changes = edit?.documentChanges ?? [];
  const ofDocument = changes.flatMap((change) =>
    "edits" in change && change.textDocument.uri === uri ? (change.edits as TextEdit[]) : [],
  );
  return [...ofDocument, ...(edit?.changes?.[uri] ?? [])];
}
