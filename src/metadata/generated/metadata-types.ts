/* Generated from schemas/ by `npm run generate`. Do not edit. */

/**
 * Processors: `500m` is half of one.
 */
export type Cpu = string | number;
/**
 * Memory in bytes: `256Mi`.
 */
export type Memory = string | number;

/**
 * The MCP servers of a team for the Kubernetes platform. `mcp-runtime pipeline generate` creates an `MCPServer` for each.
 */
export interface MetadataFile {
  /**
   * Version of this format.
   */
  version: "v1";
  /**
   * The servers, each with a unique name.
   */
  servers: PlatformServer[];
}
/**
 * A server of the platform.
 */
export interface PlatformServer {
  /**
   * Name of the server in the cluster and in its route: lower-case letters, digits and `-`, at most 63 characters, beginning with a letter.
   */
  name: string;
  /**
   * The container image. Unset: `<registry of the platform>/<name>`. `mcp-runtime server build` sets it.
   */
  image?: string;
  /**
   * Tag of the image. An `image` with a tag or a digest keeps it.
   */
  imageTag?: string;
  /**
   * Id of the image that was pushed last under this name and tag. A new id causes a rollout even when the tag is the same. `mcp-runtime server build --push` sets it.
   */
  imageId?: string;
  /**
   * Path at which clients reach the server. Unset: `/<name>/mcp`. A missing leading `/` is added.
   */
  route?: string;
  /**
   * Kubernetes namespace that the server runs in.
   */
  namespace?: string;
  /**
   * Port that the server listens on in its container.
   */
  port?: number;
  /**
   * Port of its Service.
   */
  servicePort?: number;
  /**
   * Number of Pods of the server. 0: no Pod runs, but the server stays defined.
   */
  replicas?: number;
  /**
   * Requests and limits of each Pod. Unset: requests of 50m CPU and 64Mi memory, limits of 500m and 256Mi.
   */
  resources?: {
    /**
     * Guaranteed amounts of a Pod.
     */
    requests?: {
      cpu?: Cpu;
      memory?: Memory;
    };
    /**
     * Upper limits of a Pod.
     */
    limits?: {
      cpu?: Cpu;
      memory?: Memory;
    };
  };
  /**
   * Variables of the server's environment. Do not put secrets here, because every user who may read the MCPServer can read them.
   */
  envVars?: {
    /**
     * Name of the variable.
     */
    name: string;
    /**
     * Value of the variable.
     */
    value: string;
  }[];
  /**
   * Host name of the route. Unset: the platform's default host (`MCP_DEFAULT_INGRESS_HOST` of the operator).
   */
  ingressHost?: string;
  /**
   * Serves the route on every host name if there is neither an `ingressHost` nor a default host.
   */
  allowAnyHost?: boolean;
  /**
   * Ingress controller that serves the route.
   */
  ingressClass?: string;
  /**
   * Annotations of the Ingress. A value here wins over one that the platform sets. Only names on a list are allowed. Any other name, such as a snippet of the controller's configuration, leaves the server without an Ingress (`MCP_INGRESS_ANNOTATIONS` of the operator extends the list).
   */
  ingressAnnotations?: {
    [k: string]: string;
  };
  /**
   * `true`: an image that would run as root is refused. Unset or `false`: an image that can only run as root is allowed, and its Deployment sets that. Every other image must run as another user.
   */
  runAsNonRoot?: boolean;
  /**
   * Registry that the image is pulled from, instead of the one in its name.
   */
  registryOverride?: string;
  /**
   * Pulls the image from the registry given to `mcp-runtime registry provision`; wins over `registryOverride`.
   */
  useProvisionedRegistry?: boolean;
  /**
   * Secrets of the namespace with the passwords of the registry. Unset: a Secret is created from the credentials of the provisioned registry, if there are any.
   */
  imagePullSecrets?: string[];
}
