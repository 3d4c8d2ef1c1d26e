/** What a set-up of the platform is made of: five steps, each with what it gives to the cluster (platform.md, *CLI*, `setup`). Pure. */

import { GatewayError } from "../../base/errors.ts";
import type { Manifest } from "../../kube/objects.ts";
import { withoutScheme } from "../../metadata/image-reference.ts";
import { defaultOperatorImage, namespaces, operatorName, registryName } from "../identity.ts";
import type { ProvisionedRegistry } from "../registry/registry-settings.ts";
import type { DeploymentRef } from "../rollout.ts";
import { baseManifests, namespaceManifest } from "./base-manifests.ts";
import { ingressManifests } from "./ingress-manifests.ts";
import { operatorManifests } from "./operator-manifests.ts";
import { nodeRegistry, registryImage, registryManifests } from "./registry-manifests.ts";

export interface SetupOptions {
  readonly group: string;
  readonly registryType: string;
  readonly registryStorage: string;
  /** Image of the registry, where the one of Docker Hub cannot be had. */
  readonly registryImage?: string | undefined;
  readonly ingress: string;
  /** Objects of a file, instead of Traefik's. */
  readonly ingressObjects?: readonly Manifest[] | undefined;
  readonly forceIngress: boolean;
  readonly operatorImage?: string | undefined;
  readonly defaultHost?: string | undefined;
}

/** What is found in the cluster before the set-up. */
export interface Found {
  readonly ingressClasses: readonly string[];
  readonly registry?: ProvisionedRegistry | undefined;
  readonly registryVersion?: string | undefined;
}

export interface SetupStep {
  readonly title: string;
  readonly manifests: readonly Manifest[];
  readonly deployment?: DeploymentRef;
  /** What is said of the step besides. */
  readonly note?: string;
}

/** Throws with the contract's words for what is not supported. */
export function setupSteps(options: SetupOptions, found: Found): SetupStep[] {
  checkOptions(options);
  return [
    { title: "Step 1/5: Cluster", manifests: baseManifests(options.group) },
    ingressStep(options, found),
    registryStep(options, found),
    operatorStep(options, found),
    { title: "Step 5/5: Verify", manifests: [] },
  ];
}

function checkOptions({ registryType, ingress }: SetupOptions): void {
  if (registryType !== "docker")
    throw new GatewayError(
      "cluster-failed",
      `unsupported registry type "${registryType}" (supported: docker; harbor coming soon)`,
    );
  if (ingress !== "traefik" && ingress !== "none")
    throw new GatewayError("cluster-failed", `unsupported ingress "${ingress}" (supported: traefik, none)`);
}

/** The controller that is there is used, unless another one is insisted on. */
export function ingressStep(
  {
    ingress,
    ingressObjects,
    forceIngress,
  }: Pick<SetupOptions, "ingress" | "ingressObjects" | "forceIngress">,
  { ingressClasses }: Pick<Found, "ingressClasses">,
): SetupStep {
  const title = "Step 2/5: Ingress";
  if (ingress === "none" && !ingressObjects)
    return { title, manifests: [], note: "no controller is installed (--ingress none)" };
  const others = ingressClasses.filter((name) => name !== "traefik");
  const isThere = ingressClasses.length > 0 && !forceIngress;
  if (isThere && (others.length > 0 || ingressObjects))
    return {
      title,
      manifests: [],
      note: `the cluster has a controller already: IngressClass ${ingressClasses.join(", ")}`,
    };
  if (ingressObjects) return { title, manifests: ingressObjects };
  return {
    title,
    manifests: [namespaceManifest(namespaces.ingress), ...ingressManifests()],
    deployment: { name: "traefik", namespace: namespaces.ingress },
  };
}

function registryStep(options: SetupOptions, { registry }: Found): SetupStep {
  const title = "Step 3/5: Registry";
  if (registry) return { title, manifests: [], note: `External registry configured: ${registry.url}` };
  const { registryStorage: storage, registryImage: image = registryImage } = options;
  return {
    title,
    manifests: registryManifests({ storage, image }),
    deployment: { name: registryName, namespace: namespaces.registry },
  };
}

function operatorStep(
  { group, operatorImage, defaultHost }: SetupOptions,
  { registry, registryVersion }: Found,
): SetupStep {
  const image = operatorImage ?? operatorImageIn(registry);
  return {
    title: "Step 4/5: Operator",
    manifests: operatorManifests({
      group,
      image,
      defaultHost,
      nodeRegistry: registry ? undefined : nodeRegistry,
      registryVersion,
    }),
    deployment: { name: operatorName, namespace: namespaces.operator },
    note: `image ${image}`,
  };
}

/** What was said when the registry was provisioned, else its place in that registry, else what the nodes have. */
function operatorImageIn(registry: ProvisionedRegistry | undefined): string {
  if (!registry) return defaultOperatorImage;
  return registry.operatorImage ?? `${withoutScheme(registry.url)}/${defaultOperatorImage}`;
}
