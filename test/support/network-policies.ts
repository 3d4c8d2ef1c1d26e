/**
 * Decides whether NetworkPolicies allow a connection, as an engine would. The test cluster has no such engine. Pure.
 */

import { BlockList, isIPv6 } from "node:net";
import type { ClusterObject } from "../../src/kube/objects.ts";

type Labels = Readonly<Record<string, string>>;

interface Selector {
  readonly matchLabels?: Labels;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: string;
    readonly values?: readonly string[];
  }[];
}

interface Peer {
  readonly namespaceSelector?: Selector;
  readonly podSelector?: Selector;
  readonly ipBlock?: { readonly cidr: string; readonly except?: readonly string[] };
}

interface Rule {
  readonly from?: readonly Peer[];
  readonly to?: readonly Peer[];
  readonly ports?: readonly { readonly port: number }[];
}

export interface NetworkPolicy extends ClusterObject {
  readonly spec: {
    readonly podSelector: Selector;
    readonly policyTypes: readonly string[];
    readonly ingress?: readonly Rule[];
    readonly egress?: readonly Rule[];
  };
}

/** A Pod, or an address outside of the cluster. */
export type Party =
  | { readonly namespace: string; readonly namespaceLabels?: Labels; readonly labels: Labels }
  | { readonly address: string };

export interface Attempt {
  readonly from: Party;
  readonly to: Party;
  readonly port: number;
}

/** A Pod that no policy of a direction selects is open in that direction. */
export function isLetThrough(policies: readonly NetworkPolicy[], attempt: Attempt): boolean {
  return isLet(policies, "Egress", attempt) && isLet(policies, "Ingress", attempt);
}

function isLet(
  policies: readonly NetworkPolicy[],
  direction: "Ingress" | "Egress",
  { from, to, port }: Attempt,
): boolean {
  const [selected, other] = direction === "Egress" ? [from, to] : [to, from];
  if ("address" in selected) return true;
  const own = policies.filter(
    ({ metadata, spec }) =>
      metadata.namespace === selected.namespace &&
      spec.policyTypes.includes(direction) &&
      isSelected(spec.podSelector, selected.labels),
  );
  const rules = own.flatMap(({ spec }) => (direction === "Ingress" ? spec.ingress : spec.egress) ?? []);
  return own.length === 0 || rules.some((rule) => isOfRule(rule, selected.namespace, other, port));
}

function isOfRule({ from, to, ports }: Rule, namespace: string, other: Party, port: number): boolean {
  const peers = from ?? to;
  const isPort = ports === undefined || ports.some((one) => one.port === port);
  return isPort && (peers === undefined || peers.some((peer) => isPeer(peer, namespace, other)));
}

function isPeer({ namespaceSelector, podSelector, ipBlock }: Peer, namespace: string, other: Party): boolean {
  if (ipBlock) return "address" in other && isInBlock(other.address, ipBlock.cidr, ipBlock.except ?? []);
  if ("address" in other) return false;
  const labels = { "kubernetes.io/metadata.name": other.namespace, ...other.namespaceLabels };
  const isThere = namespaceSelector ? isSelected(namespaceSelector, labels) : other.namespace === namespace;
  return isThere && (podSelector === undefined || isSelected(podSelector, other.labels));
}

function isInBlock(address: string, cidr: string, except: readonly string[]): boolean {
  return isIn(address, cidr) && !except.some((one) => isIn(address, one));
}

function isIn(address: string, cidr: string): boolean {
  const [network = "", prefix = ""] = cidr.split("/");
  const family = isIPv6(network) ? "ipv6" : "ipv4";
  if (isIPv6(address) !== (family === "ipv6")) return false;
  const list = new BlockList();
  list.addSubnet(network, Number(prefix), family);
  return list.check(address, family);
}

function isSelected({ matchLabels = {}, matchExpressions = [] }: Selector, labels: Labels): boolean {
  const isOf = ({ key, values = [] }: { key: string; values?: readonly string[] }) =>
    values.includes(labels[key] ?? "");
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) && matchExpressions.every(isOf)
  );
}
