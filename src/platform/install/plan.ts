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
  /** Unset: as it is, else `defaultStorage`. */
  readonly registryStorage?: string | undefined;
  /** Image of the registry, where the one of Docker Hub cannot be had. */
  readonly registryImage?: string | undefined;
  readonly ingress: string;
  /** Objects of a file, instead of Traefik's. */
  readonly ingressObjects?: readonly Manifest[] | undefined;
  readonly forceIngress: boolean;
  readonly operatorImage?: string | undefined;
  /** Empty: none from now on; unset: as it is. */
  readonly defaultHost?: string | undefined;
  /** Of the pull Secret in each namespace; unset: as it is. */
  readonly pullSecretName?: string | undefined;
}

export interface FoundClass {
  readonly name: string;
  /** Whether a set-up made it. */
  readonly isOurs: boolean;
}

/** What is found in the cluster before the set-up. */
export interface Found {
  readonly ingressClasses: readonly FoundClass[];
  readonly registry?: ProvisionedRegistry | undefined;
  readonly registryVersion?: string | undefined;
  /** What an earlier set-up was told: it stays where nothing else is said. */
  readonly before?: Partial<EarlierSetup>;
}

export interface EarlierSetup {
  readonly operatorImage: string;
  /** The image that was chosen for the operator, nobody having named one. */
  readonly chosenImage: string;
  readonly defaultHost: string;
  readonly pullSecretName: string;
  readonly registryImage: string;
  readonly registryStorage: string;
}

export const defaultStorage = "20Gi";

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

/** Throws with the contract's words. */
export function checkOptions({ registryType, ingress }: SetupOptions): void {
  if (registryType !== "docker")
    throw new GatewayError(
      "cluster-failed",
      `unsupported registry type "${registryType}" (supported: docker; harbor coming soon)`,
    );
  checkIngress(ingress);
}

/** Throws for a controller that is not known. */
export function checkIngress(ingress: string): void {
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
  const others = ingressClasses.filter(({ isOurs }) => !isOurs);
  const isThere = ingressClasses.length > 0 && !forceIngress;
  if (isThere && (others.length > 0 || ingressObjects))
    return {
      title,
      manifests: [],
      note: `the cluster has a controller already: IngressClass ${ingressClasses.map(({ name }) => name).join(", ")}`,
    };
  if (ingressObjects) return { title, manifests: ingressObjects };
  return {
    title,
    manifests: [namespaceManifest(namespaces.ingress), ...ingressManifests()],
    deployment: { name: "traefik", namespace: namespaces.ingress },
  };
}

function registryStep(options: SetupOptions, { registry, before = {} }: Found): SetupStep {
  const title = "Step 3/5: Registry";
  if (registry) return { title, manifests: [], note: `External registry configured: ${registry.url}` };
  const storage = options.registryStorage ?? before.registryStorage ?? defaultStorage;
  // A newer version of ours takes the place of the one before.
  const others = before.registryImage?.startsWith("registry:") ? undefined : before.registryImage;
  const image = options.registryImage ?? others ?? registryImage;
  return {
    title,
    manifests: registryManifests({ storage, image }),
    deployment: { name: registryName, namespace: namespaces.registry },
  };
}

function operatorStep(options: SetupOptions, found: Found): SetupStep {
  const { registry, registryVersion, before = {} } = found;
  const { group, defaultHost = before.defaultHost, pullSecretName = before.pullSecretName } = options;
  const { image, isOurs } = plannedOperator(options, found);
  return {
    title: "Step 4/5: Operator",
    manifests: operatorManifests({
      group,
      image,
      isImageChosen: isOurs,
      defaultHost,
      pullSecretName,
      // The platform's own registry stays where it was: what is in it is still pulled.
      nodeRegistry: registry && before.registryImage === undefined ? undefined : nodeRegistry,
      registryVersion,
    }),
    deployment: { name: operatorName, namespace: namespaces.operator },
    note: `image ${image}`,
  };
}

/**
 * What is said, now or when the registry was provisioned or by an earlier set-up, else its place in the registry, else what
 * the nodes have. `isOurs`: nobody has said it, so that we bring it there.
 */
export function plannedOperator(
  { operatorImage }: SetupOptions,
  { registry, before }: Found,
): { readonly image: string; readonly isOurs: boolean } {
  const earlier = before?.operatorImage;
  const isSaid = earlier !== defaultOperatorImage && earlier !== before?.chosenImage;
  const said = operatorImage ?? registry?.operatorImage ?? (isSaid ? earlier : undefined);
  if (said !== undefined) return { image: said, isOurs: false };
  const image = registry ? `${withoutScheme(registry.url)}/${defaultOperatorImage}` : defaultOperatorImage;
  return { image, isOurs: true };
}
