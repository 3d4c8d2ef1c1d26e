/**
 * What client and server say to each other beyond LSP: the whole of it. Every part is optional: a client that knows
 * none of it has an editor without live state, and finds secrets as the headless gateway does. Names and shapes only:
 * imports nothing, so that both sides can share it.
 */

/** The ids of our languages; documents that only have the id `yaml` are known by their names. */
export const languageIds = {
  catalog: "mcp-catalog",
  config: "mcp-gateway-config",
  metadata: "mcp-metadata",
} as const;

/** `initializationOptions`, all optional. */
export interface ServerOptions {
  /** The client sends `states`, and knows the commands of `commands`: code lenses are shown. */
  readonly states?: boolean;
  /** The client sends `secretNames`: they count instead of the files of the secrets folder. */
  readonly secrets?: boolean;
  /** The client's own gateway takes `${workspaceFolder}` from the workspace folder that a catalog is in. */
  readonly workspaceFolders?: boolean;
  /** The client answers `images`. */
  readonly images?: boolean;
  /** The client answers `namespaces`. */
  readonly namespaces?: boolean;
  /** Folder with one file per secret, where the client has none of its own; as `secrets_dir` of the config. */
  readonly secretsDir?: string;
  /** Runtime types of plugins, as far as they are known at the beginning. */
  readonly runtimes?: RuntimesParams["runtimes"];
}

/** Commands of the client that code lenses and quick fixes name. */
export const commands = {
  /** Arguments: id. */
  start: "openMcpGateway.startServer",
  /** Arguments: id. */
  stop: "openMcpGateway.stopServer",
  /** Arguments: id. */
  restart: "openMcpGateway.restartServer",
  /** Arguments: id. */
  log: "openMcpGateway.showServerLog",
  /** Asks for the value of a secret. Arguments: name. */
  setSecret: "openMcpGateway.setSecret",
  /**
   * Keeps the text at a range as a secret, then makes an edit. Arguments: `MoveToSecret`. The value is in no message:
   * the client reads it from its document.
   */
  moveToSecret: "openMcpGateway.moveToSecret",
} as const;

export interface MoveToSecret {
  readonly uri: string;
  /** Of the document; when it has another by now, nothing is to be done. */
  readonly version: number;
  readonly name: string;
  /** What stands there is the secret itself. */
  readonly range: TextRange;
  /** To be made in the document once the secret is kept. */
  readonly edit: { readonly range: TextRange; readonly newText: string };
}

/** As LSP has it: lines and UTF-16 columns from 0. */
export interface TextRange {
  readonly start: { readonly line: number; readonly character: number };
  readonly end: { readonly line: number; readonly character: number };
}

/** A server as the gateway has it now. */
export interface ServerState {
  readonly id: string;
  /** The state in words, as every surface shows it: `running`, `failed`. */
  readonly label: string;
  /** One line: why it is in this state. Never a secret. */
  readonly reason?: string;
  /** What else is worth a line: `up 5m`, `12 requests`, `restart required`. */
  readonly facts?: readonly string[];
  /** What can be done with it now. */
  readonly actions: readonly ("start" | "stop" | "restart")[];
}

export interface StatesParams {
  /** false: `servers` are those that changed, the others stay. */
  readonly all: boolean;
  readonly servers: readonly ServerState[];
  /** Ids of servers that are no more; only with `all: false`. */
  readonly gone?: readonly string[];
}

export interface SecretNamesParams {
  readonly names: readonly string[];
}

/** All runtime types besides those of the catalog's schema. */
export interface RuntimesParams {
  /** `schema`: the JSON schema of the fields of such a `runtime`. */
  readonly runtimes: readonly { readonly type: string; readonly schema: Readonly<Record<string, unknown>> }[];
}

/** All catalogs of the client's own gateway. */
export interface CatalogsParams {
  /** URIs: of the file, and of the workspace folder it takes `${workspaceFolder}` from, if there is one. */
  readonly catalogs: readonly { readonly uri: string; readonly folder?: string }[];
}

export interface ImagesParams {
  readonly engine: string;
  /** The entry's own address of it, as written. */
  readonly host?: string;
}

export interface NamespacesParams {
  readonly context?: string;
  readonly kubeconfig?: string;
}

export interface NamesResult {
  readonly names: readonly string[];
}

/** Client to server. */
export const notifications = {
  /** `StatesParams`: once at the beginning with `all`, then when something a person sees has changed. */
  states: "mcpGateway/states",
  /** `SecretNamesParams`: once at the beginning, then when a secret came or went. Names only. */
  secretNames: "mcpGateway/secretNames",
  /** `RuntimesParams`: when a plugin came or went. */
  runtimes: "mcpGateway/runtimes",
  /** `CatalogsParams`: once at the beginning, then when they are others. What is no catalog of them goes by its folder. */
  catalogs: "mcpGateway/catalogs",
  /** No parameters: programs may have been installed, folders made; everything is looked at again. */
  recheck: "mcpGateway/recheck",
} as const;

/** Server to client. They may take their time; an error counts as no names. */
export const requests = {
  /** `ImagesParams` → `NamesResult`: images an engine has. */
  images: "mcpGateway/images",
  /** `NamespacesParams` → `NamesResult`: namespaces of a cluster. */
  namespaces: "mcpGateway/namespaces",
} as const;
