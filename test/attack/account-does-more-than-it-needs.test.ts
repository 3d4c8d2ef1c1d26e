/** An attacker who has taken one of the project's accounts in a cluster tries to read and change objects of others. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { openCluster } from "../../src/kube/cluster.ts";
import type { ClusterObject } from "../../src/kube/objects.ts";
import { withSavedRegistry } from "../../src/platform/image-registry/saved-registry.ts";
import { clusterRules, ownRules, type Rule } from "../../src/platform/operator/rbac-rules.ts";
import type { McpServerSpec } from "../../src/platform/resource/mcp-server.ts";
import { gatewayManifests, setupManifests } from "../support/platform-pods.ts";
import { allows, recordedCluster, type Use } from "../support/recorded-cluster.ts";
import { kubeconfigOf, operatorKinds, startOperator } from "../support/recorded-operator.ts";
import { until } from "../support/until.ts";

const group = "mcp.agent-hellboy.io";
const pullSecret = "mcp-runtime-registry-creds";
const own = "mcp-runtime";

function server(name: string, namespace: string, spec: Partial<McpServerSpec>): ClusterObject {
  const metadata = { name, namespace, uid: `uid-${name}`, generation: 1, resourceVersion: "1" };
  return {
    apiVersion: `${group}/v1alpha1`,
    kind: "MCPServer",
    metadata,
    spec: { image: "a.example/b", ...spec },
  } as never;
}

function managed(apiVersion: string, kind: string, name: string, namespace: string): ClusterObject {
  return {
    apiVersion,
    kind,
    metadata: { name, namespace, labels: { "app.kubernetes.io/managed-by": "mcp-runtime" } },
  };
}

/** One object of each kind that the operator works with. */
const held = [
  server("routed", "team", { ingressHost: "routed.example.com" }),
  // It has lost its host, and its Secret is not needed any more.
  server("unrouted", "other", { imagePullSecrets: ["mine"] }),
  managed("networking.k8s.io/v1", "Ingress", "unrouted", "other"),
  managed("v1", "Secret", pullSecret, "other"),
  managed("v1", "Secret", "mcp-runtime-registry", own),
];

test("the operator has every right it uses, uses every right it has, and has it for one name where that can be", async (t) => {
  const cluster = await recordedCluster(t, operatorKinds, held);
  const kubeconfig = await kubeconfigOf(t, cluster);
  await withSavedRegistry(await openCluster({ kubeconfig }, "/"), {});
  const operator = await startOperator(kubeconfig, {
    PROVISIONED_REGISTRY_URL: "a.example",
    PROVISIONED_REGISTRY_USERNAME: "u",
    PROVISIONED_REGISTRY_PASSWORD: "password",
  });
  const isSaid = (name: string) => cluster.find("MCPServer", name)?.["status"] !== undefined;
  const isThere = () =>
    cluster.find("Event", "unrouted") ?? cluster.uses.some(({ resource }) => resource === "events");
  await until("both servers are looked after", () => isSaid("routed") && isSaid("unrouted") && isThere());
  await operator.close();

  const rules = clusterRules({ group, pullSecretName: pullSecret });
  const isAllowed = (use: Use) =>
    rules.some((rule) => allows(rule, use)) ||
    (use.namespace === own && ownRules().some((rule) => allows(rule, use)));
  const lacking = cluster.uses.filter((use) => !isAllowed(use));
  assert.deepEqual(lacking, [], "a right is missing");
  const rights = [...rules, ...ownRules()].flatMap((rule) =>
    rule.verbs.map((verb): Rule => ({ ...rule, verbs: [verb] })),
  );
  const idle = rights.filter((right) => !cluster.uses.some((use) => allows(right, use)));
  assert.deepEqual(idle, [], "a right is never used");
});

test("the operator's account reads and changes no Secret but its own, and takes no other lease", () => {
  const all = [...clusterRules({ group, pullSecretName: pullSecret }), ...ownRules()];
  const beyondCreate = (resource: string) =>
    all
      .filter(
        ({ resources, verbs }) => resources.includes(resource) && verbs.some((verb) => verb !== "create"),
      )
      .map(({ resourceNames }) => resourceNames);
  assert.deepEqual(beyondCreate("secrets"), [[pullSecret], ["mcp-runtime-registry"]]);
  assert.deepEqual(beyondCreate("leases"), [["mcp-runtime-operator.agent-hellboy.io"]]);
  assert.deepEqual(
    all.filter(({ resources }) => resources.includes("mcpservers")).flatMap(({ verbs }) => verbs),
    ["list", "watch"],
  );
});

test("the gateway's account reads and changes no Secret, and no MCPServer by its name", () => {
  const rules = ["gateway.yaml", "follow-servers.yaml"]
    .flatMap(gatewayManifests)
    .flatMap((manifest) => (manifest["rules"] as Rule[] | undefined) ?? []);
  const verbsOf = (resource: string) =>
    rules.filter(({ resources }) => resources.includes(resource)).flatMap(({ verbs }) => verbs);
  assert.deepEqual(verbsOf("secrets"), ["create", "delete"]);
  assert.deepEqual(verbsOf("mcpservers"), ["list", "watch"]);
});

test("the project's accounts do not have all rights and cannot pass rights on", () => {
  const manifests = [
    ...setupManifests(),
    ...gatewayManifests("gateway.yaml"),
    ...gatewayManifests("follow-servers.yaml"),
  ];
  const rules = manifests.flatMap((manifest) => (manifest["rules"] as Rule[] | undefined) ?? []);
  const words = new Set(
    rules.flatMap(({ apiGroups, resources, verbs }) => [...apiGroups, ...resources, ...verbs]),
  );
  for (const word of [
    "*",
    "rbac.authorization.k8s.io",
    "escalate",
    "bind",
    "impersonate",
    "serviceaccounts/token",
    "pods/exec",
  ])
    assert.ok(!words.has(word), word);
});

test("the project's accounts do not mount a token by default, and the registry's Pod has no token at all", () => {
  const manifests = [...setupManifests(), ...gatewayManifests("gateway.yaml")];
  const accounts = manifests.filter(({ kind }) => kind === "ServiceAccount");
  assert.equal(accounts.length, 4);
  for (const account of accounts)
    assert.equal(account["automountServiceAccountToken"], false, account.metadata.name);
});
