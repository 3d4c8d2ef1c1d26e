/**
 * Who may reach the Pods of the platform over the network: nobody, but for what is named here. A cluster without a policy
 * engine stores them and enforces nothing. Policies add up: one of the administrator's own opens what these leave closed.
 * A node always reaches the Pods on it, so probes and `port-forward` need no rule. Pure.
 */

import type { Manifest } from "../../kube/objects.ts";
import { helperLabel, managedByLabel, namespaces, registryName, registryPorts } from "../identity.ts";
import { namespaceNameLabel } from "../namespace-manifest.ts";

/** On a namespace: its Pods may call the servers. */
export const reachesServersLabel = "mcp-runtime/reaches-servers";
/** On a namespace: its Pods may read the operator's metrics. */
export const readsMetricsLabel = "mcp-runtime/reads-metrics";
/** Where ingress controllers are, which may call the servers without a label. */
const controllers = [namespaces.ingress, "ingress-nginx"];
/** As deploy/gateway has it. Its Jobs are not meant. */
const gateway = { namespace: "mcp-gateway", labels: { "app.kubernetes.io/name": "mcp-gateway" } } as const;

/** Where clouds hand out credentials of a node to whoever asks from it. */
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
 * Images are pushed by the helper Pod. Nodes pull, and a policy cannot name nodes: their port is open to the network,
 * read-only, and asks for a login. The registry itself calls nobody.
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

/** Servers are called by the gateway and by ingress controllers. They may call whom they want, but no metadata service. */
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

/** The routes are for everybody; the port of its probes is not. */
export function ingressPolicies(): Manifest[] {
  return [
    denyIngress(namespaces.ingress),
    allow(namespaces.ingress, "routes", { app: "traefik" }, [{ ports: [tcp(8000), tcp(8443)] }]),
  ];
}

function withoutMetadataService(namespace: string): Manifest {
  const { ipv4, ipv6 } = metadataServices;
  const to = [
    // Some engines do not count Pods among addresses.
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
