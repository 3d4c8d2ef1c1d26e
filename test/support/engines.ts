/**
 * The real engines of this machine, where there are any. A test that needs an engine is skipped with a reason where it
 * is missing.
 */

import { randomBytes } from "node:crypto";
import type { CoreV1Api } from "@kubernetes/client-node";
import type Docker from "dockerode";
import { until } from "./until.ts";

/** An image with only this machine's Node, named by the environment. */
export const nodeImage = process.env["TEST_NODE_IMAGE"] ?? "";

/** Reason why tests with Docker cannot run here, or `false` where they can. */
export const withoutDocker: string | false =
  process.env["DOCKER_HOST"] === undefined || nodeImage === ""
    ? "no Docker to test with: DOCKER_HOST and TEST_NODE_IMAGE are not set"
    : false;

/** Podman's address, and its image with this machine's Node, named by the environment. */
export const podman = {
  host: process.env["TEST_PODMAN_HOST"] ?? "",
  image: process.env["TEST_PODMAN_IMAGE"] ?? "",
};

/** Reason why tests with Podman cannot run here, or `false` where they can. */
export const withoutPodman: string | false =
  podman.host === "" || podman.image === ""
    ? "no Podman to test with: TEST_PODMAN_HOST and TEST_PODMAN_IMAGE are not set"
    : false;

/** Docker itself, which shows the effects of the gateway. */
export async function docker(): Promise<Docker> {
  const { default: Client } = await import("dockerode");
  return new Client();
}

/** A registry with open access, and one with the login `u` and `p`, named by the environment. */
export const registries = {
  open: process.env["TEST_REGISTRY"] ?? "",
  guarded: process.env["TEST_AUTH_REGISTRY"] ?? "",
};

/** Reason why tests with registries cannot run here, or `false` where they can. */
export const withoutRegistries: string | false =
  withoutDocker ||
  (registries.open === "" || registries.guarded === ""
    ? "no registries to test with: TEST_REGISTRY and TEST_AUTH_REGISTRY are not set"
    : false);

/**
 * Puts the image into a registry under this name, and removes the name from the engine, so that the next use has to
 * pull.
 */
export async function push(
  name: string,
  auth?: { username: string; password: string },
  source = nodeImage,
): Promise<void> {
  const engine = await docker();
  const [repo, tag] = split(name);
  await engine.getImage(source).tag({ repo, tag });
  const image = engine.getImage(name);
  const authconfig = { username: "", password: "", serveraddress: "", ...auth };
  const stream = await image.push({ authconfig });
  await new Promise<void>((resolve, reject) => {
    engine.modem.followProgress(stream, (error: Error | null, events: { error?: string }[]) => {
      const failure = error?.message ?? events.find((event) => event.error !== undefined)?.error;
      if (failure === undefined) resolve();
      else reject(new Error(failure));
    });
  });
  await image.remove({ force: true });
}

function split(name: string): [string, string] {
  const colon = name.lastIndexOf(":");
  return [name.slice(0, colon), name.slice(colon + 1)];
}

/**
 * An image with this machine's Node and the fixture servers in /servers, which the nodes have. The environment names
 * it.
 */
export const clusterImage = process.env["TEST_KUBE_IMAGE"] ?? "";

/** Reason why tests with Kubernetes cannot run here, or `false` where they can. */
export const withoutKubernetes: string | false =
  process.env["KUBECONFIG"] === undefined || clusterImage === ""
    ? "no Kubernetes to test with: KUBECONFIG and TEST_KUBE_IMAGE are not set"
    : false;

/** A namespace of the test, ready for Pods. `namespace`: its name, where it shows in pictures. */
export async function testNamespace(
  core: CoreV1Api,
  namespace = `test-${randomBytes(4).toString("hex")}`,
): Promise<{ namespace: string; remove: () => Promise<void> }> {
  await core.createNamespace({ body: { metadata: { name: namespace } } });
  // Pods are refused until it has its account, and in older clusters a token for the account.
  const container = { name: "none", image: "none" };
  const body = { metadata: { name: "none" }, spec: { containers: [container] } };
  const takesPods = () =>
    core.createNamespacedPod({ namespace, dryRun: "All", body }).then(
      () => true,
      () => false,
    );
  await until("the namespace takes Pods", takesPods);
  return {
    namespace,
    remove: async () => {
      await core.deleteNamespace({ name: namespace });
    },
  };
}

/** Images of the platform that the nodes have: its operator, and a registry. The environment names them. */
export const platformImages = {
  operator: process.env["TEST_OPERATOR_IMAGE"] ?? "",
  registry: process.env["TEST_REGISTRY_IMAGE"] ?? "",
};

/** Reason why tests with the platform cannot run here, or `false` where they can. */
export const withoutPlatform: string | false =
  withoutKubernetes ||
  withoutRegistries ||
  (platformImages.operator === "" || platformImages.registry === ""
    ? "no images of the platform to test with: TEST_OPERATOR_IMAGE and TEST_REGISTRY_IMAGE are not set"
    : false);
