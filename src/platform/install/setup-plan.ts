/** The five steps of a set-up, each with its manifests (platform.md, *CLI*, `setup`). Pure. */

import { GatewayError } from "../../base/errors.ts";
import type { Manifest } from "../../kube/objects.ts";
import { splitTag, withoutScheme } from "../../metadata/image-reference.ts";
import { defaultOperatorImage, namespaces, operatorName, registryName } from "../identity.ts";
import { loginSecrets, loginsVersion, type RegistryLogins } from "../image-registry/registry-logins.ts";
import type { ProvisionedRegistry } from "../image-registry/registry-settings.ts";
import { namespaceManifest, type PodSecurity } from "../namespace-manifest.ts";
import type { DeploymentRef } from "../rollout.ts";
import { baseManifests } from "./base-manifests.ts";
import { ingressManifests } from "./ingress-manifests.ts";
import { ingressPolicies, reachesServersLabel } from "./network-policies.ts";
import { operatorManifests } from "./operator-manifests.ts";
import { nodeRegistry, registryImage, registryManifests } from "./registry-manifests.ts";

export interface SetupOptions {
  readonly group: string;
  readonly registryType: string;
  /** Unset: the current size, or else `defaultStorage`. */
  readonly registryStorage?: string | undefined;
  /** Image of the registry, where the one of Docker Hub is not available. */
  readonly registryImage?: string | undefined;
  readonly ingress: string;
  /** Objects from a file, instead of those of Traefik. */
  readonly ingressObjects?: readonly Manifest[] | undefined;
  readonly forceIngress: boolean;
  readonly operatorImage?: string | undefined;
  /** Empty: no default host. Unset: the current one stays. */
  readonly defaultHost?: string | undefined;
  /** Name of the pull Secret in each namespace. Unset: the current one stays. */
  readonly pullSecretName?: string | undefined;
  /**
   * Annotations of Ingresses that are allowed in addition to the built-in list. Empty: no additions. Unset: the current
   * ones stay.
   */
  readonly ingressAnnotations?: string | undefined;
}

export interface FoundClass {
  readonly name: string;
  /** Whether a set-up created it. */
  readonly isOurs: boolean;
}

/** The state of the cluster before the set-up. */
export interface Found {
  readonly ingressClasses: readonly FoundClass[];
  readonly registry?: ProvisionedRegistry | undefined;
  readonly registryVersion?: string | undefined;
  /** Logins of the platform's own registry. Unset: the set-up creates their Secrets. */
  readonly registryLogins?: RegistryLogins | undefined;
  /** Pod Security level that an administrator set for the servers' namespace, if it is stricter than the default. */
  readonly serversSecurity?: PodSecurity | undefined;
  /** Digest of the operator's image that was pushed to the registry. */
  readonly operatorDigest?: string | undefined;
  /** Options of an earlier set-up. They stay unless they are set again. */
  readonly before?: Partial<EarlierSetup>;
}

export interface EarlierSetup {
  readonly operatorImage: string;
  /** The image that the set-up chose for the operator, if the user named none. */
  readonly chosenImage: string;
  readonly defaultHost: string;
  readonly pullSecretName: string;
  readonly ingressAnnotations: string;
  readonly registryImage: string;
  readonly registryStorage: string;
}

export const defaultStorage = "20Gi";

export interface SetupStep {
  readonly title: string;
  readonly manifests: readonly Manifest[];
  readonly deployment?: DeploymentRef;
  /** An additional line for the step. */
  readonly note?: string;
}

/** Throws with the contract's message for an unsupported option. */
export function setupSteps(options: SetupOptions, found: Found): SetupStep[] {
  checkOptions(options);
  return [
    { title: "Step 1/5: Cluster", manifests: baseManifests(options.group, found.serversSecurity) },
    ingressStep(options, found),
    registryStep(options, found),
    operatorStep(options, found),
    { title: "Step 5/5: Verify", manifests: [] },
  ];
}

/** Throws with the contract's message. */
export function checkOptions({ registryType, ingress }: SetupOptions): void {
  if (registryType !== "docker")
    throw new GatewayError(
      "cluster-failed",
      `unsupported registry type "${registryType}" (supported: docker; harbor coming soon)`,
    );
  checkIngress(ingress);
}

/** Throws for an unknown controller. */
export function checkIngress(ingress: string): void {
  if (ingress !== "traefik" && ingress !== "none")
    throw new GatewayError("cluster-failed", `unsupported ingress "${ingress}" (supported: traefik, none)`);
}

/** Uses the existing controller, unless the options require another one. */
export function ingressStep(
  {
    ingress,
    ingressObjects,
    forceIngress,
  }: Pick<SetupOptions, "ingress" | "ingressObjects" | "forceIngress">,
  { ingressClasses }: Pick<Found, "ingressClasses">,
): SetupStep {
  const title = "Step 2/5: Ingress";
  const mayReach = `network policies allow it to reach the servers from the namespace ingress-nginx; label any other namespace ${reachesServersLabel}=true`;
  if (ingress === "none" && !ingressObjects)
    return { title, manifests: [], note: "no controller is installed (--ingress none)" };
  const others = ingressClasses.filter(({ isOurs }) => !isOurs);
  const isThere = ingressClasses.length > 0 && !forceIngress;
  if (isThere && (others.length > 0 || ingressObjects))
    return {
      title,
      manifests: [],
      note: `the cluster has a controller already: IngressClass ${ingressClasses.map(({ name }) => name).join(", ")}; ${mayReach}`,
    };
  if (ingressObjects) return { title, manifests: ingressObjects };
  return {
    title,
    manifests: [namespaceManifest(namespaces.ingress), ...ingressPolicies(), ...ingressManifests()],
    deployment: { name: "traefik", namespace: namespaces.ingress },
  };
}

function registryStep(options: SetupOptions, found: Found): SetupStep {
  const title = "Step 3/5: Registry";
  const { registry, registryLogins: logins, before = {} } = found;
  const note = registry && `External registry configured: ${registry.url}`;
  if (!usesOwnRegistry(found)) return { title, manifests: [], ...(note !== undefined && { note }) };
  const storage = options.registryStorage ?? before.registryStorage ?? defaultStorage;
  // A newer version from the platform replaces the earlier one.
  const others = before.registryImage?.startsWith("registry:") ? undefined : before.registryImage;
  const image = options.registryImage ?? others ?? registryImage;
  return {
    title,
    manifests: [
      ...(logins ? loginSecrets(logins, nodeRegistry) : []),
      ...registryManifests({ storage, image, loginsVersion: logins && loginsVersion(logins) }),
    ],
    deployment: { name: registryName, namespace: namespaces.registry },
    ...(note !== undefined && { note }),
  };
}

/** The platform's own registry stays in use when another one is provisioned, because servers still pull its images. */
function usesOwnRegistry({ registry, before }: Found): boolean {
  return registry === undefined || before?.registryImage !== undefined;
}

function operatorStep(options: SetupOptions, found: Found): SetupStep {
  const { registryVersion, registryLogins, before = {} } = found;
  const { group, defaultHost = before.defaultHost, pullSecretName = before.pullSecretName } = options;
  const { ingressAnnotations = before.ingressAnnotations } = options;
  const { image, isOurs } = plannedOperator(options, found);
  return {
    title: "Step 4/5: Operator",
    manifests: operatorManifests({
      group,
      image,
      isImageChosen: isOurs,
      defaultHost,
      pullSecretName,
      ingressAnnotations,
      nodeRegistry: usesOwnRegistry(found) ? nodeRegistry : undefined,
      loginsVersion: registryLogins && usesOwnRegistry(found) ? loginsVersion(registryLogins) : undefined,
      registryVersion,
    }),
    deployment: { name: operatorName, namespace: namespaces.operator },
    note: `image ${image}`,
  };
}

/**
 * The operator's image: as set now, when the registry was provisioned, or by an earlier set-up. Otherwise its name in
 * the registry, or else the image on the nodes. `isOurs`: the user did not name it, so the set-up pushes it.
 */
export function plannedOperator(
  { operatorImage }: SetupOptions,
  { registry, operatorDigest, before }: Found,
): { readonly image: string; readonly isOurs: boolean } {
  const earlier = before?.operatorImage;
  const isNamed = earlier !== defaultOperatorImage && earlier !== before?.chosenImage;
  const chosen = operatorImage ?? registry?.operatorImage ?? (isNamed ? earlier : undefined);
  if (chosen !== undefined) return { image: chosen, isOurs: false };
  if (!registry) return { image: defaultOperatorImage, isOurs: true };
  const tagged = `${withoutScheme(registry.url)}/${defaultOperatorImage}`;
  const named = `${splitTag(tagged).image}@`;
  if (operatorDigest !== undefined) return { image: named + operatorDigest, isOurs: true };
  // If this push failed, the image of an earlier set-up still exists.
  return { image: earlier?.startsWith(named) ? earlier : tagged, isOurs: true };
}
