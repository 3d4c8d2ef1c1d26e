/** The manifests of Traefik, which serves the routes, without its dashboard (platform.md, *CLI*, `setup`). Pure. */

import type { Manifest } from "../../kube/objects.ts";
import { managedByLabel, namespaces } from "../identity.ts";
import { restrictedContainer, restrictedPod } from "../pod-security.ts";

const name = "traefik";
/** The version that reads `networking.k8s.io/v1` Ingresses and `discovery.k8s.io/v1` EndpointSlices. */
export const traefikImage =
  "traefik:v3.5.4@sha256:4df0a50fcf71b454c0d7ad17675776dc8d37359deae3291895bdaa008c1b9972";
const labels = { app: name, ...managedByLabel };
const selector = { app: name };

export function ingressManifests(): Manifest[] {
  const metadata = { name, namespace: namespaces.ingress, labels };
  const rbac = "rbac.authorization.k8s.io";
  return [
    { apiVersion: "v1", kind: "ServiceAccount", metadata, automountServiceAccountToken: false },
    { apiVersion: `${rbac}/v1`, kind: "ClusterRole", metadata: { name, labels }, rules: rules() },
    {
      apiVersion: `${rbac}/v1`,
      kind: "ClusterRoleBinding",
      metadata: { name, labels },
      roleRef: { apiGroup: rbac, kind: "ClusterRole", name },
      subjects: [{ kind: "ServiceAccount", name, namespace: namespaces.ingress }],
    },
    {
      apiVersion: "networking.k8s.io/v1",
      kind: "IngressClass",
      metadata: { name, labels },
      spec: { controller: "traefik.io/ingress-controller" },
    },
    {
      apiVersion: "v1",
      kind: "Service",
      metadata,
      spec: {
        type: "LoadBalancer",
        selector,
        ports: [
          { name: "web", port: 80, targetPort: "web", protocol: "TCP" },
          { name: "websecure", port: 443, targetPort: "websecure", protocol: "TCP" },
        ],
      },
    },
    { apiVersion: "apps/v1", kind: "Deployment", metadata, spec: deployment() },
  ];
}

function rules(): object[] {
  const read = ["get", "list", "watch"];
  return [
    { apiGroups: [""], resources: ["services", "secrets", "nodes"], verbs: read },
    { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: read },
    { apiGroups: ["networking.k8s.io"], resources: ["ingresses", "ingressclasses"], verbs: read },
    { apiGroups: ["networking.k8s.io"], resources: ["ingresses/status"], verbs: ["update"] },
  ];
}

function deployment(): object {
  const args = [
    "--providers.kubernetesingress=true",
    "--entrypoints.web.address=:8000",
    "--entrypoints.websecure.address=:8443",
    "--entrypoints.traefik.address=:8080",
    "--ping=true",
    "--api.dashboard=false",
    "--global.checknewversion=false",
    "--global.sendanonymoususage=false",
  ];
  const probe = { httpGet: { path: "/ping", port: 8080 }, periodSeconds: 5 };
  return {
    replicas: 1,
    selector: { matchLabels: selector },
    template: {
      metadata: { labels },
      spec: {
        serviceAccountName: name,
        automountServiceAccountToken: true,
        enableServiceLinks: false,
        securityContext: restrictedPod(65532),
        containers: [
          {
            name,
            image: traefikImage,
            args,
            ports: [
              { name: "web", containerPort: 8000 },
              { name: "websecure", containerPort: 8443 },
            ],
            readinessProbe: probe,
            livenessProbe: { ...probe, initialDelaySeconds: 10 },
            securityContext: restrictedContainer,
          },
        ],
      },
    },
  };
}
