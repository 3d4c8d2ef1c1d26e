/** A foreign Pod calls the platform's Pods, and a server calls the service that gives out a node's credentials. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { isLetThrough, type NetworkPolicy, type Party } from "../support/network-policies.ts";
import { gatewayManifests, setupManifests } from "../support/platform-pods.ts";

const policies = [...setupManifests(), ...gatewayManifests("gateway.yaml")]
  .filter(({ kind }) => kind === "NetworkPolicy")
  .map((manifest) => manifest as unknown as NetworkPolicy);

const managed = { "app.kubernetes.io/managed-by": "mcp-runtime" };
const pod = (namespace: string, labels: Record<string, string> = {}): Party => ({ namespace, labels });

const stranger = pod("team", { app: "stranger" });
const neighbour = pod("mcp-servers", { app: "other", ...managed });
const helper = pod("mcp-runtime", { ...managed, "mcp-runtime/push-helper": "true" });
const gateway = pod("mcp-gateway", { "app.kubernetes.io/name": "mcp-gateway" });
const job = pod("mcp-gateway", { "app.kubernetes.io/managed-by": "open-mcp-gateway" });
const traefik = pod("traefik", { app: "traefik", ...managed });
const server = pod("mcp-servers", { app: "notes", ...managed });
const registry = pod("registry", { app: "registry", ...managed });
const operator = pod("mcp-runtime", { "control-plane": "controller-manager", ...managed });
const outside: Party = { address: "203.0.113.7" };

const lets = (from: Party, to: Party, port: number) => isLetThrough(policies, { from, to, port });

test("a Pod of another namespace reaches neither servers, nor the registry that takes images, nor the operator", () => {
  assert.equal(lets(stranger, server, 8088), false);
  assert.equal(lets(stranger, registry, 5000), false);
  assert.equal(lets(stranger, operator, 8080), false);
  assert.equal(lets(stranger, traefik, 8080), false);
  assert.equal(lets(stranger, job, 8080), false);
});

test("a Pod with a helper's label in a namespace of its own does not reach the registry", () => {
  assert.equal(lets(pod("team", { "mcp-runtime/push-helper": "true" }), registry, 5000), false);
});

test("a server reaches neither its neighbours nor the registry that takes images", () => {
  assert.equal(lets(neighbour, server, 8088), false);
  assert.equal(lets(neighbour, registry, 5000), false);
  assert.equal(lets(job, server, 8088), false);
});

test("a server does not reach the metadata service of a cloud, and reaches every other address", () => {
  for (const from of [server, job]) {
    assert.equal(lets(from, { address: "169.254.169.254" }, 80), false);
    assert.equal(lets(from, { address: "fd00:ec2::254" }, 80), false);
    assert.equal(lets(from, outside, 443), true);
    assert.equal(lets(from, { address: "2001:db8::1" }, 443), true);
    assert.equal(lets(from, pod("kube-system", { "k8s-app": "kube-dns" }), 53), true);
  }
});

test("the registry cannot connect to any address", () => {
  assert.equal(lets(registry, outside, 443), false);
  assert.equal(lets(registry, server, 8088), false);
});

test("connections that the platform needs are allowed", () => {
  assert.equal(lets(helper, registry, 5000), true);
  assert.equal(lets(outside, registry, 5001), true);
  assert.equal(lets(gateway, server, 8088), true);
  assert.equal(lets(traefik, server, 8088), true);
  assert.equal(lets(outside, traefik, 8000), true);
  assert.equal(lets(outside, gateway, 4444), true);
  const labelled = (label: string): Party => ({
    namespace: "team",
    namespaceLabels: { [label]: "true" },
    labels: {},
  });
  assert.equal(lets(labelled("mcp-runtime/reaches-servers"), server, 8088), true);
  assert.equal(lets(labelled("mcp-runtime/reads-metrics"), operator, 8080), true);
});
