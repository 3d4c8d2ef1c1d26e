/**
 * Brings the cluster to what is planned for one MCPServer, and the MCPServer to say how that went. Thin: what to make and
 * what to say is decided elsewhere. Never writes into a `spec` of an MCPServer.
 */

import { randomBytes } from "node:crypto";
import { GatewayError } from "../../base/errors.ts";
import { clusterErrorText, statusOf as httpStatusOf } from "../../kube/cluster-errors.ts";
import type { ClusterObject, ClusterObjects } from "../../kube/objects.ts";
import { fieldManagers } from "../identity.ts";
import { completeSpec, type McpServer, type McpServerStatus } from "../resource/mcp-server.ts";
import { isNamespaceTerminating, isTerminal, withoutPassword } from "./api-refusal.ts";
import type { ClusterCache } from "./cluster-cache.ts";
import { rootImageAnnotation } from "./desired-deployment.ts";
import { desiredImage } from "./desired-image.ts";
import { desiredState } from "./desired-state.ts";
import { phaseEvent } from "./events.ts";
import { isSubset } from "./is-subset.ts";
import type { ObservedState } from "./observed-state.ts";
import { isOurs } from "./owner.ts";
import { needsRoot } from "./pod-diagnosis.ts";
import { isPullSecret, pullSecret, usesPullSecret } from "./pull-secret.ts";
import type { OperatorSettings } from "./settings.ts";
import { statusOf } from "./status.ts";
import { StatusWriteCache } from "./status-write-cache.ts";

export interface ReconcilerOptions {
  readonly objects: ClusterObjects;
  readonly settings: OperatorSettings;
  /** Where the cluster is, for people. */
  readonly cluster: string;
  readonly sight: ClusterCache;
}

const manager = fieldManagers.operator;

export class Reconciler {
  readonly #options: ReconcilerOptions;
  readonly #sayings = new StatusWriteCache();

  constructor(options: ReconcilerOptions) {
    this.#options = options;
  }

  /** Rejects with `cluster-failed` when it has to be tried again; where the API server refused, the status says so. */
  async reconcile(namespace: string, name: string): Promise<void> {
    const seen = this.#options.sight.server(namespace, name);
    if (!seen || seen.metadata.deletionTimestamp !== undefined) return;
    const server = this.#sayings.latest(seen);
    try {
      const refused = await this.#bring(server);
      if (refused !== undefined) throw new GatewayError("cluster-failed", refused);
    } catch (error) {
      throw new GatewayError("cluster-failed", this.#words(error));
    }
  }

  /** What the API server refused, if anything. */
  async #bring(server: McpServer): Promise<string | undefined> {
    const { settings, sight } = this.#options;
    const { name, namespace = "default" } = server.metadata;
    const before = sight.observed(namespace, name);
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
    // What is wrong with it is no matter of a server that does without.
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
    await this.#say(server, statusOf({ server, observed, ...facts }));
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
    // What has no label of ours is not seen.
    const known = seen ?? (await objects.get<T>({ apiVersion, kind, ...metadata }));
    if (known && !isOurs(known, server))
      throw new GatewayError(
        "cluster-failed",
        `there is one called '${metadata.name}' that is not the operator's: delete it, or rename the server`,
      );
    if (known && isSubset(planned, known)) return known;
    return (await objects.apply(planned, { manager, force: true })) as T;
  }

  async #remove<T extends ClusterObject>(server: McpServer, seen: T | undefined): Promise<T | undefined> {
    if (!seen || !isOurs(seen, server)) return seen;
    const { apiVersion, kind, metadata } = seen;
    await this.#options.objects.delete({ apiVersion, kind, ...metadata });
    return undefined;
  }

  async #bringPullSecret(namespace: string, refusals: string[]): Promise<void> {
    const { objects, settings, sight } = this.#options;
    const planned = pullSecret(namespace, sight.servers(namespace), settings);
    const known = sight.pullSecret(namespace);
    try {
      if (planned && known && !isPullSecret(known, settings.group))
        throw new GatewayError(
          "cluster-failed",
          `the Secret ${known.metadata.name} was not made by the operator and is left alone: delete it, or name it in imagePullSecrets`,
        );
      if (planned && !(known && isSubset(planned, known)))
        await objects.apply(planned, { manager, force: true });
      if (!planned && known && isPullSecret(known, settings.group))
        await objects.delete({ ...known, ...known.metadata });
    } catch (error) {
      this.#refused("pull Secret", error, refusals);
    }
  }

  async #say(server: McpServer, status: McpServerStatus): Promise<void> {
    if (server.status && isSubset(status, server.status)) return;
    const { objects } = this.#options;
    const { apiVersion, kind, metadata } = server;
    const { name, namespace } = metadata;
    const said = { apiVersion, kind, metadata: { name, ...(namespace && { namespace }) }, status };
    try {
      const written = await objects.apply(said, { manager, force: true, status: true });
      this.#sayings.said(server, written as unknown as McpServer);
      const event = phaseEvent(server, status, randomBytes(5).toString("hex"), new Date());
      if (event) await objects.create(event);
    } catch (error) {
      // It has been deleted meanwhile, or is about to be.
      if (httpStatusOf(error) !== 404 && !isNamespaceTerminating(this.#words(error))) throw error;
    }
  }

  /** Throws what passes by itself. */
  #refused(what: string, error: unknown, refusals: string[]): void {
    if (!isTerminal(error)) throw error;
    const words = this.#words(error);
    if (!isNamespaceTerminating(words)) refusals.push(`the cluster refuses the ${what}: ${words}`);
  }

  #words(error: unknown): string {
    const { cluster, settings } = this.#options;
    const logins = [settings.registry?.credentials, settings.nodeCredentials];
    return logins.reduce(withoutPassword, clusterErrorText(error, cluster));
  }
}
