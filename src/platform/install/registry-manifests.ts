/** What a cluster is told to run a registry of its own (platform.md, *CLI*, `setup`). Pure. */

import type { Manifest } from "../../kube/objects.ts";
import { managedByLabel, namespaces, registryName, registryPort } from "../identity.ts";

export interface RegistrySettings {
  readonly image: string;
  /** Size of its volume, such as `20Gi`. */
  readonly storage: string;
}

/**
 * Nodes do not know the names of Services: they pull from this port of their own loopback address, which container
 * engines trust without TLS.
 */
export const registryNodePort = 32_000;
export const nodeRegistry = `127.0.0.1:${registryNodePort}`;

export const registryImage = "registry:2.8.3";

const dataPath = "/var/lib/registry";
const user = 1000;
const labels = { app: registryName, ...managedByLabel };
const selector = { app: registryName };

export function registryManifests({ image, storage }: RegistrySettings): Manifest[] {
  const metadata = { name: registryName, namespace: namespaces.registry, labels };
  return [
    {
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata,
      spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage } } },
    },
    {
      apiVersion: "v1",
      kind: "Service",
      metadata,
      spec: {
        type: "NodePort",
        selector,
        ports: [
          {
            name: "http",
            port: registryPort,
            targetPort: registryPort,
            nodePort: registryNodePort,
            protocol: "TCP",
          },
        ],
      },
    },
    { apiVersion: "apps/v1", kind: "Deployment", metadata, spec: deployment(image) },
  ];
}

function deployment(image: string): object {
  return {
    replicas: 1,
    // Two of them would write to one volume.
    strategy: { type: "Recreate" },
    selector: { matchLabels: selector },
    template: {
      metadata: { labels },
      spec: {
        enableServiceLinks: false,
        automountServiceAccountToken: false,
        securityContext: {
          runAsNonRoot: true,
          runAsUser: user,
          fsGroup: user,
          seccompProfile: { type: "RuntimeDefault" },
        },
        containers: [container(image)],
        volumes: [{ name: "data", persistentVolumeClaim: { claimName: registryName } }],
      },
    },
  };
}

function container(image: string): object {
  const probe = { httpGet: { path: "/v2/", port: registryPort }, periodSeconds: 2 };
  return {
    name: registryName,
    image,
    imagePullPolicy: "IfNotPresent",
    env: [
      { name: "REGISTRY_HTTP_ADDR", value: `:${registryPort}` },
      { name: "REGISTRY_STORAGE_FILESYSTEM_ROOTDIRECTORY", value: dataPath },
      { name: "REGISTRY_STORAGE_DELETE_ENABLED", value: "true" },
    ],
    ports: [{ name: "http", containerPort: registryPort }],
    readinessProbe: probe,
    livenessProbe: { ...probe, periodSeconds: 10, initialDelaySeconds: 10 },
    resources: { requests: { cpu: "50m", memory: "64Mi" }, limits: { memory: "512Mi" } },
    securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
    volumeMounts: [{ name: "data", mountPath: dataPath }],
  };
}
