/* Generated from schemas/ by `npm run generate`. Do not edit. */

/**
 * How the server is run. `type` decides which other keys are allowed.
 */
export type RuntimeConfig = LocalProcess | RemoteSse | Docker | Podman | K8SJob | K8SService;

/**
 * The MCP servers of a gateway, and how each is run.
 */
export interface CatalogFile {
  /**
   * All servers of this catalog. `servers: []` is a catalog without servers.
   */
  servers: Entry[];
}
/**
 * One MCP server: its name, how it is run, and which tools it may offer.
 */
export interface Entry {
  /**
   * Name of the server in paths (`/<id>/mcp`), tool names and logs. Unique; lower-case letters, digits and inner hyphens, at most 63 characters; not one of the gateway's own paths (health, stats, servers, mcp, rpc, admin, metrics, events, ui).
   */
  id: string;
  /**
   * Display name, shown instead of the id.
   */
  display_name?: string;
  /**
   * What the server is for, in a sentence. Shown in lists.
   */
  description?: string;
  /**
   * Tags to group and filter servers, as in `GET /servers?tag=dev`.
   */
  tags?: string[];
  runtime: RuntimeConfig;
  env?: Env;
  /**
   * `false`: the server is listed but never started.
   */
  enabled?: boolean;
  /**
   * `shared`: one instance serves all client sessions. `session`: every client session gets an instance of its own, up to the config's `max_connections_per_server`. Choose `session` for servers that keep state for one client: browsers (`@playwright/mcp`, Puppeteer, Chrome DevTools) and thinking tools (`server-sequential-thinking`), whose clients would otherwise work on the same page or mix their thoughts.
   */
  instances?: "shared" | "session";
  /**
   * The server is stopped after this long without work. 0: never. Unset: the config's `idle_timeout_seconds`.
   */
  idle_timeout_seconds?: number;
  /**
   * A request fails after this long without an answer or a progress notification. 0: no limit. Unset: the config's `request_timeout_seconds`.
   */
  request_timeout_seconds?: number;
  /**
   * A start fails when the server has not completed the MCP handshake within this time. Raise it for servers that are downloaded first, as by `npx`.
   */
  start_timeout_seconds?: number;
  restart?: Restart;
  tools?: ToolFilter;
}
/**
 * A program on this machine that serves MCP on its standard input and output.
 */
export interface LocalProcess {
  /**
   * A program on this machine that serves MCP on its standard input and output.
   */
  type: "local-process";
  /**
   * The program: a name found on PATH, or a path. Started without a shell, so arguments belong in `args`.
   */
  command: string;
  /**
   * Arguments of the program, one string each: quote numbers and `true`/`false`.
   */
  args?: string[];
  /**
   * Folder the program starts in: absolute, `~/…`, or relative to the catalog's folder. Unset: the catalog's folder.
   */
  working_dir?: string;
}
/**
 * A server that runs elsewhere and is reached by HTTP: MCP Streamable HTTP first, the older HTTP+SSE transport as fallback.
 */
export interface RemoteSse {
  /**
   * A server that runs elsewhere and is reached by HTTP.
   */
  type: "remote-sse";
  /**
   * The server's MCP endpoint, `http://` or `https://`. Keys belong in `headers`, not in the URL.
   */
  url: string;
  /**
   * HTTP headers sent with every request. Keep secrets out of the file: `Bearer ${secret:NAME}`.
   */
  headers?: {
    [k: string]: string;
  };
  /**
   * PEM file of certificates that are trusted for this server in addition to the usual ones. For self-signed certificates and for a company's own certificate authority. Absolute, `~/…`, or relative to the catalog's folder.
   */
  ca?: string;
  /**
   * PEM file of the client certificate for the server; needs `key`. Absolute, `~/…`, or relative to the catalog's folder.
   */
  cert?: string;
  /**
   * PEM file of the private key of `cert`, without a passphrase. Absolute, `~/…`, or relative to the catalog's folder.
   */
  key?: string;
}
/**
 * A container of Docker.
 */
export interface Docker {
  /**
   * A container of Docker.
   */
  type: "docker";
  /**
   * The image, as `docker pull` takes it. Name a digest, or at least a tag, so that it does not change unexpectedly.
   */
  image: string;
  /**
   * Arguments after the image's entry point, one string each: quote numbers and `true`/`false`.
   */
  args?: string[];
  /**
   * Name of the container. Unset: a name made from the entry's id. Only for entries with one instance, because names are unique.
   */
  container_name?: string;
  /**
   * Folders, files and volumes of this machine in the container: `host:container` or `host:container:ro`. The host part is a path (absolute, `~/…`, or relative to the catalog's folder) or the name of a volume.
   */
  volumes?: string[];
  /**
   * Network of the container: `bridge`, `none`, `host`, or the name of a network.
   */
  network?: string;
  /**
   * File of `NAME=value` lines for the container: absolute, `~/…`, or relative to the catalog's folder. `env` wins over it.
   */
  env_file?: string;
  /**
   * Upper limits for the container.
   */
  resources?: {
    /**
     * Number of processors: `0.5`, `2`.
     */
    cpu?: string;
    /**
     * Amount of memory: `512m`, `2g`, `512Mi`.
     */
    memory?: string;
  };
  /**
   * When the image is pulled.
   */
  pull?: "missing" | "always" | "never";
  /**
   * Transport of MCP between gateway and container.
   */
  transport?: "stdio" | "http";
  /**
   * The container's port, if `transport` is `http`. It is reached through a free port of this machine's loopback address.
   */
  port?: number;
  /**
   * Path of the MCP endpoint, if `transport` is `http`.
   */
  path?: string;
  /**
   * User of the container's processes, as `uid[:gid]` or by name. Unset: the image's.
   */
  user?: string;
  /**
   * `true`: the container cannot write to its own files. `/tmp` stays writable.
   */
  read_only?: boolean;
  /**
   * Address of the engine. Unset: found automatically.
   */
  host?: string;
}
/**
 * A container of Podman.
 */
export interface Podman {
  /**
   * A container of Podman.
   */
  type: "podman";
  /**
   * The image, as `docker pull` takes it. Name a digest, or at least a tag, so that it does not change unexpectedly.
   */
  image: string;
  /**
   * Arguments after the image's entry point, one string each: quote numbers and `true`/`false`.
   */
  args?: string[];
  /**
   * Name of the container. Unset: a name made from the entry's id. Only for entries with one instance, because names are unique.
   */
  container_name?: string;
  /**
   * Folders, files and volumes of this machine in the container: `host:container` or `host:container:ro`. The host part is a path (absolute, `~/…`, or relative to the catalog's folder) or the name of a volume.
   */
  volumes?: string[];
  /**
   * Network of the container: `bridge`, `none`, `host`, or the name of a network.
   */
  network?: string;
  /**
   * File of `NAME=value` lines for the container: absolute, `~/…`, or relative to the catalog's folder. `env` wins over it.
   */
  env_file?: string;
  /**
   * Upper limits for the container.
   */
  resources?: {
    /**
     * Number of processors: `0.5`, `2`.
     */
    cpu?: string;
    /**
     * Amount of memory: `512m`, `2g`, `512Mi`.
     */
    memory?: string;
  };
  /**
   * When the image is pulled.
   */
  pull?: "missing" | "always" | "never";
  /**
   * Transport of MCP between gateway and container.
   */
  transport?: "stdio" | "http";
  /**
   * The container's port, if `transport` is `http`. It is reached through a free port of this machine's loopback address.
   */
  port?: number;
  /**
   * Path of the MCP endpoint, if `transport` is `http`.
   */
  path?: string;
  /**
   * User of the container's processes, as `uid[:gid]` or by name. Unset: the image's.
   */
  user?: string;
  /**
   * `true`: the container cannot write to its own files. `/tmp` stays writable.
   */
  read_only?: boolean;
  /**
   * Address of the engine. Unset: found automatically.
   */
  host?: string;
}
/**
 * A Job of a Kubernetes cluster that serves MCP on its standard input and output.
 */
export interface K8SJob {
  /**
   * A Job of a Kubernetes cluster that serves MCP on its standard input and output.
   */
  type: "k8s-job";
  /**
   * Namespace for the Job. It must exist.
   */
  namespace: string;
  /**
   * The image, as the cluster's nodes pull it. Name a digest, or at least a tag, so that it does not change unexpectedly.
   */
  image: string;
  /**
   * Command that replaces the image's entry point, one string each.
   */
  command?: string[];
  /**
   * Arguments after the command or the image's entry point, one string each: quote numbers and `true`/`false`.
   */
  args?: string[];
  /**
   * Service account with the server's permissions in the cluster. Unset: no permissions, and no token in the Pod.
   */
  service_account?: string;
  /**
   * `true`: the cluster refuses to run the server as root, which namespaces with the Pod Security level `restricted` require. The image must set a numeric user.
   */
  run_as_non_root?: boolean;
  /**
   * Requests and limits of the Pod. Unset: the defaults of the namespace.
   */
  resources?: {
    /**
     * Guaranteed amounts: `cpu`, `memory` and others.
     */
    requests?: {
      [k: string]: string;
    };
    /**
     * Upper limits: `cpu`, `memory` and others.
     */
    limits?: {
      [k: string]: string;
    };
  };
  /**
   * Secrets of the namespace with the credentials for the image's registry.
   */
  image_pull_secrets?: string[];
  /**
   * How long the cluster keeps an ended Job that no gateway removes, for example because the gateway crashed.
   */
  ttl_seconds_after_finished?: number;
  /**
   * Context of the kubeconfig, which selects cluster and user. Unset: the current context.
   */
  context?: string;
  /**
   * Kubeconfig file: absolute, `~/…`, or relative to the catalog's folder. Unset: `KUBECONFIG`, then `~/.kube/config`, then the service account of the Pod that the gateway runs in.
   */
  kubeconfig?: string;
}
/**
 * A server that runs in a Kubernetes cluster already and serves MCP over HTTP behind a Service.
 */
export interface K8SService {
  /**
   * A server behind a Service of a Kubernetes cluster. Inside the cluster it is reached by name, outside by a port-forward.
   */
  type: "k8s-service";
  /**
   * Namespace of the Service.
   */
  namespace: string;
  /**
   * Name of the Service.
   */
  service_name: string;
  /**
   * The Service's port.
   */
  port: number;
  /**
   * Path of the MCP endpoint.
   */
  path?: string;
  /**
   * Whether the server uses HTTP or HTTPS.
   */
  scheme?: "http" | "https";
  /**
   * HTTP headers sent with every request. Keep secrets out of the file: `Bearer ${secret:NAME}`.
   */
  headers?: {
    [k: string]: string;
  };
  /**
   * Context of the kubeconfig, which selects cluster and user. Unset: the current context.
   */
  context?: string;
  /**
   * Kubeconfig file: absolute, `~/…`, or relative to the catalog's folder. Unset: `KUBECONFIG`, then `~/.kube/config`, then the service account of the Pod that the gateway runs in.
   */
  kubeconfig?: string;
}
/**
 * Environment variables of the server, in addition to the gateway's own. Values are strings: quote numbers and `true`/`false`. Variables such as `${NAME}`, `${NAME:-default}` and `${secret:NAME}` are resolved when the server starts.
 */
export interface Env {
  [k: string]: string;
}
/**
 * How often a crashed server is restarted automatically (with growing pauses) before it counts as failed. A failed server starts again at the next request.
 */
export interface Restart {
  /**
   * Number of crashes within the window after which the server counts as failed. 0 or 1: it is never restarted automatically.
   */
  max_attempts?: number;
  /**
   * Crashes older than this no longer count.
   */
  window_seconds?: number;
}
/**
 * Which of the server's tools clients see and may call. Names are matched by globs (`*`, `?`, `{a,b}`). Unset: all.
 */
export interface ToolFilter {
  /**
   * Only tools matching one of these globs are offered. Unset: all.
   */
  allow?: string[];
  /**
   * Tools matching one of these globs are not offered, even when allowed above.
   */
  deny?: string[];
}
