/**
 * Connects to a server that runs in a Kubernetes cluster already, behind a Service. Inside the cluster it is reached by
 * name, outside by a port-forward. The rest is as for a remote server (gateway.md, *k8s-service*).
 */

import { setTimeout as wait } from "node:timers/promises";
import type { V1Endpoints } from "@kubernetes/client-node";
import type { ChannelEvents, Exit } from "../../backend/channel.ts";
import { GatewayError } from "../../base/errors.ts";
import { type Cluster, openCluster } from "../../kube/cluster.ts";
import { clusterErrorText, httpStatusOf, streamErrorText } from "../../kube/cluster-errors.ts";
import { clusterLibrary } from "../../kube/lazy-library.ts";
import { type PodPort, PortForward } from "../../kube/port-forward.ts";
import { RemoteRuntime } from "../remote/remote-runtime.ts";
import type { Instance, Launch, Runtime } from "../runtime.ts";
import { StartAbortedError } from "../start-aborted.ts";
import { insideUrl, podBehind, type ServiceConfig, urlAt } from "./service-target.ts";

/** Interval at which the cluster is polled for a ready Pod. */
const pollMs = 300;

export class ServiceRuntime implements Runtime {
  readonly #remote = new RemoteRuntime();

  async load(): Promise<void> {
    await clusterLibrary();
    await this.#remote.load();
  }

  async start(launch: Launch, events: ChannelEvents, signal: AbortSignal): Promise<Instance> {
    const config = configOf(launch);
    if (signal.aborted) throw new StartAbortedError(signal.reason);
    const cluster = await openCluster(config, launch.baseDir);
    if (cluster.isAround) return this.#remote.start(launchAt(insideUrl(config), launch), events, signal);
    const log = (line: string) => events.log(`[gateway] ${launch.redact(line)}`);
    await ready(cluster, config, log, signal);
    let blocked: string | undefined;
    const next = async () => {
      const found = await findPod(cluster, config);
      blocked = typeof found === "string" ? found : undefined;
      if (typeof found === "string") throw new GatewayError("start-failed", found);
      return found;
    };
    const forward = await PortForward.open(cluster, next, (error) =>
      log(streamErrorText(error, "portforward", cluster.server)),
    );
    const address = `127.0.0.1:${forward.port}`;
    const rewordError = (because: string) =>
      blocked ?? because.replaceAll(address, `the Service '${config.service_name}'`);
    try {
      const forwarded = launchAt(urlAt(config, "127.0.0.1", forward.port), launch);
      const remote = await this.#remote.start(forwarded, events, signal, rewordError);
      return new ForwardedInstance(remote, forward);
    } catch (error) {
      forward.close();
      throw error;
    }
  }
}

/** The launch of a remote server at this URL, with the headers of the entry. */
function launchAt(url: string, launch: Launch): Launch {
  const { headers } = configOf(launch);
  return { ...launch, runtime: { type: "remote-sse", url, ...(headers && { headers }) } };
}

function configOf({ runtime }: Launch): ServiceConfig {
  if (runtime.type === "k8s-service") return runtime;
  throw new Error(`an entry of type ${runtime.type} is not a Service`);
}

/**
 * Resolves once a Pod of the Service is ready. Rejects with `start-failed` for an error that waiting cannot resolve.
 */
async function ready(
  cluster: Cluster,
  config: ServiceConfig,
  log: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  for (let isLogged = false; ; isLogged = true) {
    const found = await findPod(cluster, config);
    if (signal.aborted) throw new StartAbortedError(signal.reason);
    if (typeof found !== "string") return;
    if (!isLogged) log(`${found} yet`);
    await wait(pollMs, undefined, { signal }).catch((error) =>
      Promise.reject(new StartAbortedError(error, `${found} yet`)),
    );
  }
}

/** A ready Pod, or why there is none yet. Rejects with `start-failed`. */
async function findPod({ core, server }: Cluster, config: ServiceConfig): Promise<PodPort | string> {
  const service = { name: config.service_name, namespace: config.namespace };
  try {
    const [found, endpoints] = await Promise.all([
      core.readNamespacedService(service),
      core.readNamespacedEndpoints(service).catch(noneYet),
    ]);
    return podBehind(config, found, endpoints);
  } catch (error) {
    throw new GatewayError("start-failed", clusterErrorText(error, server));
  }
}

/** A Service without endpoints so far. */
function noneYet(error: unknown): V1Endpoints {
  if (httpStatusOf(error) === 404) return {};
  throw error;
}

/** A remote server behind a port-forward. Its end closes the port-forward. */
class ForwardedInstance implements Instance {
  readonly exited: Promise<Exit>;
  readonly #remote: Instance;

  constructor(remote: Instance, forward: PortForward) {
    this.#remote = remote;
    this.exited = remote.exited.finally(() => forward.close());
  }

  get congested(): Promise<void> | undefined {
    return this.#remote.congested;
  }

  send(text: string): void {
    this.#remote.send(text);
  }

  async stop(): Promise<Exit> {
    await this.#remote.stop();
    return this.exited;
  }
}
