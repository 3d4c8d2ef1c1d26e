/* Generated from schemas/ by `npm run generate`. Do not edit. */

/**
 * Settings of a headless gateway. Every key is optional; flags of the command line beat the file.
 */
export interface ConfigFile {
  /**
   * Where clients reach the gateway: `host:port`, `[ipv6]:port` or `unix:/path.sock`. An address other machines can reach needs an `api_key`.
   */
  listen_addr?: string;
  /**
   * The catalog file: absolute, relative to this file, or `~/…`. Unset: `catalog.yaml` beside this file.
   */
  catalog_path?: string;
  /**
   * Where more servers come from, besides the catalog file. They come and go by themselves; a name that the file has already stays the file's.
   */
  catalog_sources?: {
    /**
     * `kubernetes`: the `MCPServer` objects of a cluster.
     */
    type: "kubernetes";
    /**
     * Of one namespace only. Unset: of all.
     */
    namespace?: string;
    /**
     * The kubeconfig file. Unset: `KUBECONFIG`, `~/.kube/config`, or the account of the Pod the gateway runs in.
     */
    kubeconfig?: string;
    /**
     * Context of the kubeconfig. Unset: its current one.
     */
    context?: string;
  }[];
  /**
   * Least level that is logged. The environment variable `MCP_GATEWAY_LOG` beats it.
   */
  log_level?: "trace" | "debug" | "info" | "warn" | "error";
  /**
   * Key clients must send as `Authorization: Bearer` or `X-API-Key`. A list accepts each of its keys, for rotation. Best a variable: `${MCP_API_KEY}` or `${secret:API_KEY}`. Never logged.
   */
  api_key?: string | string[];
  /**
   * A server is stopped when it had no work for this long. 0: never. Entries may set their own.
   */
  idle_timeout_seconds?: number;
  /**
   * How often running servers are checked. 0: never.
   */
  health_check_interval_seconds?: number;
  /**
   * A request fails when neither an answer nor a progress notification came for this long. 0: no limit. Entries may set their own.
   */
  request_timeout_seconds?: number;
  /**
   * The most instances one entry with `instances: session` may have at a time.
   */
  max_connections_per_server?: number;
  /**
   * How `/mcp` offers tools: `list` lists all of them; `search` offers three tools that find, describe and call the others, for models that cannot take hundreds. A client chooses by `/mcp?tools=list` or `?tools=search`.
   */
  tools_mode?: "list" | "search";
  /**
   * Names of tools and prompts at `/mcp` are cut to so many characters, and stay distinct. Clients put the gateway's name before them and take 64 in all.
   */
  max_name_length?: number;
  /**
   * `--validate` warns of a server whose tools are about more than so many tokens of a model. 0: never.
   */
  tools_warning_tokens?: number;
  /**
   * Request bodies over this are refused with 413.
   */
  max_body_bytes?: number;
  /**
   * Whether web pages of the origins in `cors_origins` may call the gateway.
   */
  cors_enabled?: boolean;
  /**
   * Origins of the web pages that may call the gateway when `cors_enabled` is on: scheme, host and port, without a path. `*` lets every page of every site in.
   */
  cors_origins?: string[];
  /**
   * Whether the catalog is read again when the file changes. `false`: only when asked to.
   */
  hot_reload?: boolean;
  /**
   * Modules that add runtime types: paths relative to this file, or names of packages installed beside it. They run inside the gateway, with all its rights.
   */
  runtime_plugins?: string[];
  /**
   * PEM file of certificates that are trusted for all remote servers, besides the usual ones and those of an entry's `ca`. Absolute, relative to this file, or `~/…`.
   */
  remote_ca?: string;
  /**
   * PEM file of the certificate that the gateway shows to remote servers that ask for one; needs `remote_key`. An entry's own `cert` beats it.
   */
  remote_cert?: string;
  /**
   * PEM file of the private key of `remote_cert`, without a passphrase.
   */
  remote_key?: string;
  /**
   * Folder with one file per secret: `${secret:NAME}` is the content of `NAME` in it. Absolute, relative to this file, or `~/…`. The environment variable `MCP_GATEWAY_SECRETS_DIR` beats it.
   */
  secrets_dir?: string;
}
