/** The objects that a setup and the gateway's own manifests create in a cluster. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import type { Manifest } from "../../src/kube/objects.ts";
import { setupSteps } from "../../src/platform/install/setup-plan.ts";
import { root } from "./gateway.ts";

/** All objects that `setup` applies in an empty cluster, without its Secrets. */
export function setupManifests(): Manifest[] {
  const options = {
    group: "mcp.agent-hellboy.io",
    registryType: "docker",
    ingress: "traefik",
    forceIngress: false,
  };
  return setupSteps(options, { ingressClasses: [] }).flatMap(({ manifests }) => manifests);
}

/** The objects of a file of deploy/gateway. */
export function gatewayManifests(file: string): Manifest[] {
  const text = readFileSync(join(root, "deploy/gateway", file), "utf8");
  return parseAllDocuments(text).map((document) => document.toJS() as Manifest);
}
