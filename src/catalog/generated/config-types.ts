/* Generated from schemas/ by `npm run generate`. Do not edit. */

/**
 * Settings of a headless gateway. Every key is optional; flags of the command line win over the file.
 */
export interface ConfigFile {
  /**
   * Address at which clients reach the gateway: `host:port`, `[ipv6]:port` or `unix:/path.sock`. An address that other machines can reach needs an `api_key`.
   */
  listen_addr?: string;
  /**
   * The catalog file: absolute, relative to this file, or `~/…`. Unset: `catalog.yaml` beside this file.
   */
  catalog_path?: string;
  /**
   * Sources of more servers, in addition to the catalog file. Their servers are added and removed automatically. An id in the catalog file wins over the same id in a source.
   */
  catalog_sources?: {
    /**
     * `kubernetes`: the `MCPServer` objects of a cluster.
     */
    type: "kubernetes";
    /**
     * Namespace to read. Unset: all namespaces.
     */
    namespace?: string;
    /**
     * The kubeconfig file. Unset: `KUBECONFIG`, `~/.kube/config`, or the service account of the Pod that the gateway runs in.
     */
    kubeconfig?: string;
    /**
     * Context of the kubeconfig. Unset: its current context.
     */
    context?: string;
  }[];
  /**
   * Lowest level that is logged. The environment variable `MCP_GATEWAY_LOG` wins over it.
   */
  log_level?: "trace" | "debug" | "info" | "warn" | "error";
  /**
   * Key that clients must send as `Authorization: Bearer` or `X-API-Key`. A list accepts each of its keys, for rotation. Use a variable: `${MCP_API_KEY}` or `${secret:API_KEY}`. Never logged.
   */
  api_key?: string | string[];
  /**
   * A server is stopped after this long without work. 0: never. Entries may override it.
   */
  idle_timeout_seconds?: number;
  /**
   * How often running servers are checked. 0: never.
   */
  health_check_interval_seconds?: number;
  /**
   * A request fails after this long without an answer or a progress notification. 0: no limit. Entries may override it.
   */
  request_timeout_seconds?: number;
  /**
   * Maximum number of instances of one entry with `instances: session`.
   */
  max_connections_per_server?: number;
  /**
   * How `/mcp` offers tools: `list` lists all of them; `search` offers three tools that find, describe and call the others, for models that cannot handle hundreds. A client chooses with `/mcp?tools=list` or `?tools=search`.
   */
  tools_mode?: "list" | "search";
  /**
   * Names of tools and prompts at `/mcp` are cut to this many characters, and stay distinct. Clients add the gateway's name in front and accept 64 characters in total.
   */
  max_name_length?: number;
  /**
   * `--validate` warns about a server whose tools take more than about this many tokens of a model's context. 0: never.
   */
  tools_warning_tokens?: number;
  /**
   * Request bodies larger than this are refused with 413.
   */
  max_body_bytes?: number;
  /**
   * Whether web pages of the origins in `cors_origins` may call the gateway.
   */
  cors_enabled?: boolean;
  /**
   * Origins of the web pages that may call the gateway when `cors_enabled` is on: scheme, host and port, without a path. `*` allows every web page.
   */
  cors_origins?: string[];
  /**
   * Whether the catalog is reloaded when the file changes. `false`: only on request.
   */
  hot_reload?: boolean;
  /**
   * Modules that add runtime types: paths relative to this file, or names of packages installed beside it. They run inside the gateway, with all its permissions.
   */
  runtime_plugins?: string[];
  /**
   * PEM file of certificates that are trusted for all remote servers, in addition to the usual ones and those of an entry's `ca`. Absolute, relative to this file, or `~/…`.
   */
  remote_ca?: string;
  /**
   * PEM file of the client certificate for remote servers that ask for one; needs `remote_key`. An entry's own `cert` wins over it.
   */
  remote_cert?: string;
  /**
   * PEM file of the private key of `remote_cert`, without a passphrase.
   */
  remote_key?: string;
  /**
   * Folder with one file per secret: `${secret:NAME}` is the content of `NAME` in it. Absolute, relative to this file, or `~/…`. The environment variable `MCP_GATEWAY_SECRETS_DIR` wins over it.
   */
  secrets_dir?: string;
}
