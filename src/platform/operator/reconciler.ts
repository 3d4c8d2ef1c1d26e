/**
 * Applies the desired state of one MCPServer to the cluster, and writes the result into its status. Thin: other modules
 * decide what to apply and report. Never writes to the `spec` of an MCPServer.
 */

import { randomBytes } from "node:crypto";
import { GatewayError } from "../../base/errors.ts";
import { clusterErrorText, httpStatusOf } from "../../kube/cluster-errors.ts";
import type { ClusterObject, ClusterObjects } from "../../kube/objects.ts";
import { fieldManagers } from "../identity.ts";
import { completeSpec, type McpServer, type McpServerStatus } from "../resource/mcp-server.ts";
import { isNamespaceTerminating, isTerminalError, withoutPassword } from "./api-refusal.ts";
import type { ClusterCache } from "./cluster-cache.ts";
import { rootImageAnnotation } from "./desired-deployment.ts";
import { desiredImage } from "./desired-image.ts";
import { desiredState } from "./desired-state.ts";
import { phaseEvent } from "./events.ts";
import { isSubset } from "./is-subset.ts";
import type { ObservedState } from "./observed-state.ts";
import { mayWrite } from "./owner.ts";
import { needsRoot } from "./pod-diagnosis.ts";
import { isPullSecret, pullSecret, usesPullSecret } from "./pull-secret.ts";
import type { OperatorSettings } from "./settings.ts";
import { statusOf } from "./status.ts";
import { StatusWriteCache } from "./status-write-cache.ts";

export interface ReconcilerOptions {
  readonly objects: ClusterObjects;
  readonly settings: OperatorSettings;
  /** Address of the cluster, for messages. */
  readonly cluster: string;
  readonly cache: ClusterCache;
}

const manager = fieldManagers.operator;

export class Reconciler {
  readonly #options: ReconcilerOptions;
  readonly #statusWrites = new StatusWriteCache();

  constructor(options: ReconcilerOptions) {
    this.#options = options;
  }

  /** Rejects with `cluster-failed` when a retry is needed. A refusal by the API server is written into the status. */
  async reconcile(namespace: string, name: string): Promise<void> {
    const seen = this.#options.cache.server(namespace, name);
    if (!seen || seen.metadata.deletionTimestamp !== undefined) return;
    const server = this.#statusWrites.latest(seen);
    try {
      const refused = await this.#bring(server);
      if (refused !== undefined) throw new GatewayError("cluster-failed", refused);
    } catch (error) {
      throw new GatewayError("cluster-failed", this.#errorText(error));
    }
  }

  /** The refusal of the API server, if any. */
  async #bring(server: McpServer): Promise<string | undefined> {
    const { settings, cache } = this.#options;
    const { name, namespace = "default" } = server.metadata;
    const before = cache.observed(namespace, name);
    const plan = desiredState(server, settings, this.#rootImage(server, before));
    const refusals: string[] = [];
    const make = async <T extends ClusterObject>(planned: ClusterObject, known: T | undefined) => {
      try {
        return await this.#make(server, planned, known);
      } catch (error) {
        this.#refused(planned.kind, error, refusals);
        return known;
      }
    };
    // Errors of the pull Secret do not concern a server that does not use it.
    await this.#bringPullSecret(namespace, usesPullSecret(server, settings) ? refusals : []);
    const observed: ObservedState = {
      deployment: await make(plan.deployment, before.deployment),
      service: await make(plan.service, before.service),
      ingress: plan.ingress
        ? await make(plan.ingress, before.ingress)
        : await this.#remove(server, before.ingress),
      pods: before.pods,
    };
    const { isHostMissing, isRegistryMissing, annotationRefusals } = plan;
    const refused = refusals.length > 0 ? refusals.join("; ") : undefined;
    const now = new Date();
    const facts = { isHostMissing, isRegistryMissing, annotationRefusals, refused, now };
    await this.#writeStatus(server, statusOf({ server, observed, ...facts }));
    return refused;
  }

  #rootImage(server: McpServer, { deployment, pods }: ObservedState): string | undefined {
    const { settings } = this.#options;
    // The status then reports that the image would run as root.
    if (server.spec.runAsNonRoot === true) return undefined;
    const image = desiredImage(completeSpec(server), settings);
    const known = deployment?.metadata.annotations?.[rootImageAnnotation(settings.group)];
    return known === image || needsRoot(pods, image) ? image : undefined;
  }

  async #make<T extends ClusterObject>(
    server: McpServer,
    planned: ClusterObject,
    seen: T | undefined,
  ): Promise<T> {
    const { objects } = this.#options;
    const { apiVersion, kind, metadata } = planned;
    // An object without the platform's label is not in the cache.
    const known = seen ?? (await objects.get<T>({ apiVersion, kind, ...metadata }));
    if (known && !mayWrite(known, server))
      throw new GatewayError(
        "cluster-failed",
        `'${metadata.name}' exists and does not belong to the operator: delete it, or rename the server`,
      );
    if (known && isSubset(planned, known)) return known;
    return (await objects.apply(planned, { manager, force: true })) as T;
  }

  async #remove<T extends ClusterObject>(server: McpServer, seen: T | undefined): Promise<T | undefined> {
    if (!seen || !mayWrite(seen, server)) return seen;
    const { apiVersion, kind, metadata } = seen;
    await this.#options.objects.delete({ apiVersion, kind, ...metadata });
    return undefined;
  }

  async #bringPullSecret(namespace: string, refusals: string[]): Promise<void> {
    const { objects, settings, cache } = this.#options;
    const planned = pullSecret(namespace, cache.servers(namespace), settings);
    const known = cache.pullSecret(namespace);
    try {
      if (planned && known && !isPullSecret(known, settings.group))
        throw new GatewayError(
          "cluster-failed",
          `the Secret ${known.metadata.name} was not created by the operator and stays unchanged: delete it, or name it in imagePullSecrets`,
        );
      if (planned && !(known && isSubset(planned, known)))
        await objects.apply(planned, { manager, force: true });
      if (!planned && known && isPullSecret(known, settings.group))
        await objects.delete({ ...known, ...known.metadata });
    } catch (error) {
      this.#refused("pull Secret", error, refusals);
    }
  }

  async #writeStatus(server: McpServer, status: McpServerStatus): Promise<void> {
    if (server.status && isSubset(status, server.status)) return;
    const { objects } = this.#options;
    const { apiVersion, kind, metadata } = server;
    const { name, namespace } = metadata;
    const update = { apiVersion, kind, metadata: { name, ...(namespace && { namespace }) }, status };
    try {
      const written = await objects.apply(update, { manager, force: true, status: true });
      this.#statusWrites.store(server, written as unknown as McpServer);
      const event = phaseEvent(server, status, randomBytes(5).toString("hex"), new Date());
      if (event) await objects.create(event);
    } catch (error) {
      // The MCPServer has been deleted meanwhile, or is about to be.
      if (httpStatusOf(error) !== 404 && !isNamespaceTerminating(this.#errorText(error))) throw error;
    }
  }

  /** Throws errors that a retry can resolve. */
  #refused(what: string, error: unknown, refusals: string[]): void {
    if (!isTerminalError(error)) throw error;
    const message = this.#errorText(error);
    if (!isNamespaceTerminating(message)) refusals.push(`the cluster refused the ${what}: ${message}`);
  }

  #errorText(error: unknown): string {
    const { cluster, settings } = this.#options;
    const logins = [settings.registry?.credentials, settings.nodeCredentials];
    return logins.reduce(withoutPassword, clusterErrorText(error, cluster));
  }
}
