/** A program in one of the project's Pods tries to become root, another user, or part of the node. */

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Manifest } from "../../src/kube/objects.ts";
import { helperPod } from "../../src/platform/images/push-in-cluster.ts";
import { setupSteps } from "../../src/platform/install/setup-plan.ts";
import { desiredState } from "../../src/platform/operator/desired-state.ts";
import { operatorSettings } from "../../src/platform/operator/settings.ts";
import { jobManifest } from "../../src/runtime/kube/job-manifests.ts";
import { gatewayManifests, setupManifests } from "../support/platform-pods.ts";
import {
  baselineViolations,
  type PodSpec,
  restrictedViolations,
  writableContainers,
} from "../support/pod-security.ts";
import { mcpServer } from "../unit/platform/operator/samples.ts";

const job = { type: "k8s-job", namespace: "mcp", image: "team/server:1" } as const;
const around = { entryId: "notes", owner: "1:2:3", machine: "host", env: {}, mark: "00ff" };

function podOf(manifest: object): PodSpec {
  return (manifest as { spec: { template: { spec: PodSpec } } }).spec.template.spec;
}

function deploymentsOf(manifests: readonly Manifest[]): [string, PodSpec][] {
  return manifests
    .filter(({ kind }) => kind === "Deployment")
    .map((manifest) => [manifest.metadata.name, podOf(manifest)]);
}

const own = new Map([
  ...deploymentsOf(setupManifests()),
  ...deploymentsOf(gatewayManifests("gateway.yaml")),
  ["push helper", helperPod({ namespace: "mcp-runtime", image: "operator" })["spec"] as PodSpec] as const,
]);

for (const [name, pod] of own)
  test(`the Pod of ${name} cannot become root, gain a privilege or write to its image`, () => {
    assert.deepEqual(restrictedViolations(pod), []);
    assert.deepEqual(writableContainers(pod), []);
  });

test("a server of the platform cannot become root or gain a privilege, unless its image is known to need root", () => {
  const settings = operatorSettings({});
  const planned = (rootImage?: string) => podOf(desiredState(mcpServer(), settings, rootImage).deployment);
  assert.deepEqual(restrictedViolations(planned()), []);
  const asRoot = planned("registry.example.com/notes:latest");
  assert.deepEqual(restrictedViolations(asRoot), ["server may run as root"]);
  assert.deepEqual(baselineViolations(asRoot), []);
});

test("a server in a Job cannot gain a privilege, and cannot be root where its entry forbids it", () => {
  assert.deepEqual(restrictedViolations(podOf(jobManifest(job, around)) as PodSpec), [
    "server may run as root",
  ]);
  const strict = jobManifest({ ...job, run_as_non_root: true }, around);
  assert.deepEqual(restrictedViolations(podOf(strict)), []);
});

test("a foreign Pod in the platform's namespaces has the same limits", () => {
  const manifests = [...setupManifests(), ...gatewayManifests("gateway.yaml")];
  const namespaces = manifests.filter(({ kind }) => kind === "Namespace");
  const levels = namespaces.map(({ metadata: { name, labels = {} } }) => [
    name,
    labels["pod-security.kubernetes.io/enforce"],
    /^v1\.\d+$/.test(labels["pod-security.kubernetes.io/enforce-version"] ?? ""),
    labels["pod-security.kubernetes.io/warn"],
  ]);
  assert.deepEqual(levels, [
    ["mcp-runtime", "restricted", true, "restricted"],
    ["mcp-servers", "baseline", true, "restricted"],
    ["registry", "restricted", true, "restricted"],
    ["traefik", "restricted", true, "restricted"],
    ["mcp-gateway", "baseline", true, "restricted"],
  ]);
});

test("a second setup does not undo a stricter level", () => {
  const options = { group: "g", registryType: "docker", ingress: "none", forceIngress: false };
  const [step] = setupSteps(options, { ingressClasses: [], serversSecurity: "restricted" });
  const servers = step?.manifests.find(({ metadata }) => metadata.name === "mcp-servers");
  assert.equal(servers?.metadata.labels?.["pod-security.kubernetes.io/enforce"], "restricted");
});

test("a Pod that calls no API has no token of any account", () => {
  const token = (name: string) =>
    (own.get(name) as { automountServiceAccountToken?: boolean }).automountServiceAccountToken;
  assert.deepEqual([token("registry"), token("push helper")], [false, false]);
});
