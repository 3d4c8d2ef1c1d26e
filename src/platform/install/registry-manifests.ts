/**
 * Manifests of the platform's own registry (platform.md, *CLI*, `setup`). Two containers share one volume: one accepts
 * images from the helper Pod, the other serves them to the nodes and is read-only. Each has its own login, because the login
 * of the nodes is in every namespace of servers and must not be able to replace an image. Pure.
 */

import type { Manifest } from "../../kube/objects.ts";
import {
  managedByLabel,
  namespaces,
  registryLoginsAnnotation,
  registryLoginsSecretName,
  registryName,
  registryPorts,
} from "../identity.ts";
import { restrictedContainer, restrictedPod } from "../pod-security.ts";

export interface RegistrySettings {
  readonly image: string;
  /** Size of its volume, such as `20Gi`. */
  readonly storage: string;
  /** Version of the required logins. The Pod restarts when it changes. */
  readonly loginsVersion?: string | undefined;
}

/**
 * Nodes do not resolve the names of Services. They pull from this port of their own loopback address, which container
 * engines trust without TLS.
 */
export const registryNodePort = 32_000;
export const nodeRegistry = `127.0.0.1:${registryNodePort}`;

export const registryImage =
  "registry:2.8.3@sha256:a3d8aaa63ed8681a604f1dea0aa03f100d5895b6a58ace528858a7b332415373";

type Role = keyof typeof registryPorts;

const dataPath = "/var/lib/registry";
const loginsPath = "/etc/registry-logins";
const user = 1000;
const labels = { app: registryName, ...managedByLabel };
const selector = { app: registryName };

export function registryManifests({ image, storage, loginsVersion }: RegistrySettings): Manifest[] {
  const metadata = { name: registryName, namespace: namespaces.registry, labels };
  return [
    { apiVersion: "v1", kind: "ServiceAccount", metadata, automountServiceAccountToken: false },
    {
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata,
      spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage } } },
    },
    // First, because an earlier version of the platform gave the nodes' port to this Service.
    service(registryName, "push", { type: "ClusterIP" }),
    service(`${registryName}-nodes`, "pull", { type: "NodePort", nodePort: registryNodePort }),
    { apiVersion: "apps/v1", kind: "Deployment", metadata, spec: deployment(image, loginsVersion) },
  ];
}

function service(
  name: string,
  role: Role,
  { type, ...more }: { readonly type: string; readonly nodePort?: number },
): Manifest {
  const port = { name: "http", port: registryPorts[role], targetPort: registryPorts[role], protocol: "TCP" };
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace: namespaces.registry, labels },
    spec: { type, selector, ports: [{ ...port, ...more }] },
  };
}

function deployment(image: string, loginsVersion: string | undefined): object {
  const annotations = loginsVersion !== undefined && { [registryLoginsAnnotation]: loginsVersion };
  return {
    replicas: 1,
    // Two Pods would write to one volume.
    strategy: { type: "Recreate" },
    selector: { matchLabels: selector },
    template: {
      metadata: { labels, ...(annotations && { annotations }) },
      spec: {
        serviceAccountName: registryName,
        enableServiceLinks: false,
        automountServiceAccountToken: false,
        securityContext: restrictedPod(user, user),
        containers: [container(image, "push"), container(image, "pull")],
        volumes: [
          { name: "data", persistentVolumeClaim: { claimName: registryName } },
          loginsVolume("push"),
          loginsVolume("pull"),
        ],
      },
    },
  };
}

/** The Pod does not start without the Secret, so the registry never runs without logins. */
function loginsVolume(role: Role): object {
  const items = [{ key: role, path: "htpasswd" }];
  return {
    name: `logins-${role}`,
    secret: { secretName: registryLoginsSecretName, items, defaultMode: 0o440 },
  };
}

function container(image: string, role: Role): object {
  const port = registryPorts[role];
  // This path requires no login.
  const probe = { httpGet: { path: "/", port }, periodSeconds: 2 };
  return {
    name: role === "push" ? registryName : `${registryName}-nodes`,
    image,
    imagePullPolicy: "IfNotPresent",
    env: environment(role),
    ports: [{ name: role, containerPort: port }],
    readinessProbe: probe,
    livenessProbe: { ...probe, periodSeconds: 10, initialDelaySeconds: 10 },
    resources: { requests: { cpu: "50m", memory: "64Mi" }, limits: { memory: "512Mi" } },
    securityContext: restrictedContainer,
    volumeMounts: [
      { name: "data", mountPath: dataPath, ...(role === "pull" && { readOnly: true }) },
      { name: `logins-${role}`, mountPath: loginsPath, readOnly: true },
    ],
  };
}

function environment(role: Role): object[] {
  const variables = {
    REGISTRY_HTTP_ADDR: `:${registryPorts[role]}`,
    REGISTRY_STORAGE_FILESYSTEM_ROOTDIRECTORY: dataPath,
    REGISTRY_STORAGE_DELETE_ENABLED: "false",
    REGISTRY_AUTH: "htpasswd",
    REGISTRY_AUTH_HTPASSWD_REALM: "mcp-runtime",
    REGISTRY_AUTH_HTPASSWD_PATH: `${loginsPath}/htpasswd`,
    // One value for the whole map, because the registry does not start with `..._READONLY_ENABLED`.
    ...(role === "pull" && { REGISTRY_STORAGE_MAINTENANCE_READONLY: '{"enabled":true}' }),
  };
  return Object.entries(variables).map(([name, value]) => ({ name, value }));
}
