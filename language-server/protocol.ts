/**
 * Everything that client and server exchange beyond LSP. Every part is optional. Without it, the editor shows no live
 * states, and secrets are found as in the headless gateway. Contains only names and shapes and has no imports, so that
 * both sides can share it.
 */

/** Language ids of the supported documents. Documents with the id `yaml` are matched by their paths. */
export const languageIds = {
  catalog: "mcp-catalog",
  config: "mcp-gateway-config",
  metadata: "mcp-metadata",
} as const;

/** `initializationOptions`. All are optional. */
export interface ServerOptions {
  /** The client sends `states` and supports `commands`, so code lenses are shown. */
  readonly states?: boolean;
  /** The client sends `secretNames`, which replace the files of the secrets folder. */
  readonly secrets?: boolean;
  /** The client's own gateway uses the workspace folder of a catalog as `${workspaceFolder}`. */
  readonly workspaceFolders?: boolean;
  /** The client handles `images`. */
  readonly images?: boolean;
  /** The client handles `namespaces`. */
  readonly namespaces?: boolean;
  /** Folder with one file per secret, if the client does not store secrets. See `secrets_dir` in the config. */
  readonly secretsDir?: string;
  /** Runtime types of plugins that are known at the start. */
  readonly runtimes?: RuntimesParams["runtimes"];
}

/** Client commands used by code lenses and quick fixes. */
export const commands = {
  /** Arguments: id. */
  start: "openMcpGateway.startServer",
  /** Arguments: id. */
  stop: "openMcpGateway.stopServer",
  /** Arguments: id. */
  restart: "openMcpGateway.restartServer",
  /** Arguments: id. */
  log: "openMcpGateway.showServerLog",
  /** Asks the user for the value of a secret. Arguments: name. */
  setSecret: "openMcpGateway.setSecret",
  /**
   * Stores the text of a range as a secret, then makes an edit. Arguments: `MoveToSecret`. The value is not part of a
   * message, because the client reads it from its document.
   */
  moveToSecret: "openMcpGateway.moveToSecret",
} as const;

export interface MoveToSecret {
  readonly uri: string;
  /** Version of the document. If the document has another version, the command does nothing. */
  readonly version: number;
  readonly name: string;
  /** Range of the secret itself. */
  readonly range: TextRange;
  /** The edit to make after the secret is stored. */
  readonly edit: { readonly range: TextRange; readonly newText: string };
}

/** Zero-based lines and UTF-16 columns, as in LSP. */
export interface TextRange {
  readonly start: { readonly line: number; readonly character: number };
  readonly end: { readonly line: number; readonly character: number };
}

/** The current state of a server in the gateway. */
export interface ServerState {
  readonly id: string;
  /** The name of the state, as in the user interface: `running`, `failed`. */
  readonly label: string;
  /** The reason for the state, on one line. Never contains a secret. */
  readonly reason?: string;
  /** Other facts to show: `up 5m`, `12 requests`, `restart required`. */
  readonly facts?: readonly string[];
  /** The actions that are possible now. */
  readonly actions: readonly ("start" | "stop" | "restart")[];
}

export interface StatesParams {
  /** `false`: `servers` has only the changed servers. */
  readonly all: boolean;
  readonly servers: readonly ServerState[];
  /** Ids of removed servers. Only with `all: false`. */
  readonly gone?: readonly string[];
}

export interface SecretNamesParams {
  readonly names: readonly string[];
}

/** All runtime types that are not part of the catalog's schema. */
export interface RuntimesParams {
  /** `schema`: the JSON schema of the fields of such a `runtime`. */
  readonly runtimes: readonly { readonly type: string; readonly schema: Readonly<Record<string, unknown>> }[];
}

/** All catalogs of the client's own gateway. */
export interface CatalogsParams {
  /** URIs of the file and of the workspace folder for `${workspaceFolder}`, if there is one. */
  readonly catalogs: readonly { readonly uri: string; readonly folder?: string }[];
}

export interface ImagesParams {
  readonly engine: string;
  /** The engine's address from the entry, as written. */
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
  /** `StatesParams`: sent once at the start with `all`, then after each visible change. */
  states: "mcpGateway/states",
  /** `SecretNamesParams`: sent once at the start, then when a secret is added or removed. Names only. */
  secretNames: "mcpGateway/secretNames",
  /** `RuntimesParams`: sent when a plugin is added or removed. */
  runtimes: "mcpGateway/runtimes",
  /** `CatalogsParams`: sent once at the start, then after each change. Other documents use their own folder. */
  catalogs: "mcpGateway/catalogs",
  /** No parameters. Programs or folders may have been added, so all documents are checked again. */
  recheck: "mcpGateway/recheck",
} as const;

/** Server to client. Answers may be slow. An error counts as an empty list. */
export const requests = {
  /** `ImagesParams` → `NamesResult`: images of an engine. */
  images: "mcpGateway/images",
  /** `NamespacesParams` → `NamesResult`: namespaces of a cluster. */
  namespaces: "mcpGateway/namespaces",
} as const;
