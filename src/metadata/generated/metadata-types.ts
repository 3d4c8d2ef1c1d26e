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
 * The MCP servers a team gives to the Kubernetes platform. `mcp-runtime pipeline generate` makes an `MCPServer` of each.
 */
export interface MetadataFile {
  /**
   * Version of this format.
   */
  version: "v1";
  /**
   * The servers, each with a name of its own.
   */
  servers: PlatformServer[];
}
/**
 * A server of the platform.
 */
export interface PlatformServer {
  /**
   * Names the server in the cluster and in its route: lower-case letters, digits and `-`, at most 63 characters, a letter first.
   */
  name: string;
  /**
   * The container image. Unset: `<registry of the platform>/<name>`. `mcp-runtime server build` sets it.
   */
  image?: string;
  /**
   * Tag of the image. An image that has a tag or a digest of its own keeps it.
   */
  imageTag?: string;
  /**
   * Id of the image that was pushed last under this name and tag: another one is rolled out, though its tag is the same. `mcp-runtime server build --push` sets it.
   */
  imageId?: string;
  /**
   * Path at which clients reach the server. Unset: `/<name>/mcp`. A missing leading `/` is added.
   */
  route?: string;
  /**
   * Kubernetes namespace the server runs in.
   */
  namespace?: string;
  /**
   * Port the server listens on in its container.
   */
  port?: number;
  /**
   * Port of its Service.
   */
  servicePort?: number;
  /**
   * How many Pods run the server. 0: none, and it stays defined.
   */
  replicas?: number;
  /**
   * What each Pod is promised and allowed. Unset: requests of 50m CPU and 64Mi memory, limits of 500m and 256Mi.
   */
  resources?: {
    /**
     * What a Pod is promised.
     */
    requests?: {
      cpu?: Cpu;
      memory?: Memory;
    };
    /**
     * What a Pod may use at most.
     */
    limits?: {
      cpu?: Cpu;
      memory?: Memory;
    };
  };
  /**
   * Variables of the server's environment. They are readable for everybody who may read the MCPServer: no secrets.
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
   * Serves the route on every host name where there is neither an own nor a default host.
   */
  allowAnyHost?: boolean;
  /**
   * Which ingress controller serves the route.
   */
  ingressClass?: string;
  /**
   * Annotations of the Ingress; of a name that the platform sets itself, the value here counts. Only names of a list are allowed: one that is not, such as a snippet of the controller's configuration, leaves the server without an Ingress (`MCP_INGRESS_ANNOTATIONS` of the operator widens the list).
   */
  ingressAnnotations?: {
    [k: string]: string;
  };
  /**
   * `true`: an image that would run as root does not run. Unset or `false`: an image that can only run as root is allowed, and its Deployment says so; every other image has to run as another user.
   */
  runAsNonRoot?: boolean;
  /**
   * Registry the image is pulled from instead of the one in its name.
   */
  registryOverride?: string;
  /**
   * Pulls the image from the registry given to `mcp-runtime registry provision`; wins over `registryOverride`.
   */
  useProvisionedRegistry?: boolean;
  /**
   * Secrets of the namespace with the passwords of the registry. Unset: one is made from the provisioned registry's credentials, where there are any.
   */
  imagePullSecrets?: string[];
}
