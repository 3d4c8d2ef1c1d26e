/**
 * Network policies of the platform: each namespace refuses all incoming connections except those named here. A cluster
 * without a policy engine stores the policies and does not enforce them. Policies add up, so a policy of the administrator
 * can open what these leave closed. A node always reaches the Pods on it, so probes and `port-forward` need no rule. Pure.
 */

import type { Manifest } from "../../kube/objects.ts";
import { helperLabel, managedByLabel, namespaces, registryName, registryPorts } from "../identity.ts";
import { namespaceNameLabel } from "../namespace-manifest.ts";

/** Label of a namespace whose Pods may call the servers. */
export const reachesServersLabel = "mcp-runtime/reaches-servers";
/** Label of a namespace whose Pods may read the operator's metrics. */
export const readsMetricsLabel = "mcp-runtime/reads-metrics";
/** Namespaces of ingress controllers, which may call the servers without a label. */
const controllers = [namespaces.ingress, "ingress-nginx"];
/** The gateway's Pod of deploy/gateway. The selector excludes the Jobs in its namespace. */
const gateway = { namespace: "mcp-gateway", labels: { "app.kubernetes.io/name": "mcp-gateway" } } as const;

/** Addresses at which clouds give a node's credentials to every process on it. */
const metadataServices = { ipv4: "169.254.169.254/32", ipv6: "fd00:ec2::254/128" } as const;

type Rule = Readonly<Record<string, unknown>>;

export function operatorPolicies(): Manifest[] {
  const from = [{ namespaceSelector: { matchLabels: { [readsMetricsLabel]: "true" } } }];
  return [
    denyIngress(namespaces.operator),
    allow(namespaces.operator, "metrics", { "control-plane": "controller-manager" }, [
      { from, ports: [tcp(8080)] },
    ]),
  ];
}

/**
 * The helper Pod pushes, and only from the operator's namespace. Nodes pull. A policy cannot name nodes, so their port stays
 * open to the network: it is read-only and requires a login. The registry itself opens no connection.
 */
export function registryPolicies(): Manifest[] {
  const namespaceSelector = { matchLabels: { [namespaceNameLabel]: namespaces.operator } };
  const helpers = { namespaceSelector, podSelector: { matchLabels: { [helperLabel]: "true" } } };
  const own = { app: registryName };
  return [
    denyIngress(namespaces.registry),
    allow(namespaces.registry, "push", own, [{ from: [helpers], ports: [tcp(registryPorts.push)] }]),
    allow(namespaces.registry, "pull", own, [{ ports: [tcp(registryPorts.pull)] }]),
    policy(namespaces.registry, "deny-egress", { podSelector: {}, policyTypes: ["Egress"] }),
  ];
}

/** The gateway and ingress controllers call the servers. Servers may call any address except a metadata service. */
export function serverPolicies(): Manifest[] {
  const from = [
    {
      namespaceSelector: { matchLabels: { [namespaceNameLabel]: gateway.namespace } },
      podSelector: { matchLabels: gateway.labels },
    },
    {
      namespaceSelector: {
        matchExpressions: [{ key: namespaceNameLabel, operator: "In", values: controllers }],
      },
    },
    { namespaceSelector: { matchLabels: { [reachesServersLabel]: "true" } } },
  ];
  return [
    denyIngress(namespaces.servers),
    allow(namespaces.servers, "callers", managedByLabel, [{ from }]),
    withoutMetadataService(namespaces.servers),
  ];
}

/** Every client may call the routes. The port of the probes stays closed. */
export function ingressPolicies(): Manifest[] {
  return [
    denyIngress(namespaces.ingress),
    allow(namespaces.ingress, "routes", { app: "traefik" }, [{ ports: [tcp(8000), tcp(8443)] }]),
  ];
}

function withoutMetadataService(namespace: string): Manifest {
  const { ipv4, ipv6 } = metadataServices;
  const to = [
    // Some engines do not apply address blocks to Pods.
    { namespaceSelector: {} },
    { ipBlock: { cidr: "0.0.0.0/0", except: [ipv4] } },
    { ipBlock: { cidr: "::/0", except: [ipv6] } },
  ];
  const spec = { podSelector: {}, policyTypes: ["Egress"], egress: [{ to }] };
  return policy(namespace, "no-metadata-service", spec);
}

function denyIngress(namespace: string): Manifest {
  return policy(namespace, "deny-ingress", { podSelector: {}, policyTypes: ["Ingress"] });
}

function allow(
  namespace: string,
  name: string,
  matchLabels: Readonly<Record<string, string>>,
  ingress: readonly Rule[],
): Manifest {
  return policy(namespace, `allow-${name}`, {
    podSelector: { matchLabels },
    policyTypes: ["Ingress"],
    ingress,
  });
}

function policy(namespace: string, name: string, spec: Rule): Manifest {
  const metadata = { name, namespace, labels: managedByLabel };
  return { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata, spec };
}

function tcp(port: number): Rule {
  return { protocol: "TCP", port };
}
