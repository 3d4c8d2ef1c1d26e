/** The manifests of the operator (platform.md, *Identity*, *CRD spec*). Pure. */

import type { Manifest } from "../../kube/objects.ts";
import {
  managedByLabel,
  namespaces,
  operatorContainer,
  operatorName,
  operatorPullSecretName,
  ownPullSecretName,
  ownRegistrySecretName,
  registryLoginsAnnotation,
  registrySecretName,
} from "../identity.ts";
import { clusterRules, ownRules } from "../operator/rbac-rules.ts";
import {
  defaultHostVariable,
  defaultPullSecret,
  ingressAnnotationsVariable,
  nodePasswordVariable,
  pullSecretVariable,
  registryVersionVariable,
} from "../operator/settings.ts";
import { restrictedContainer, restrictedPod } from "../pod-security.ts";

export interface OperatorSettings {
  readonly group: string;
  readonly image: string;
  /** Whether the set-up chose the image, because the user named none. */
  readonly isImageChosen?: boolean;
  /** Host of servers without one. */
  readonly defaultHost?: string | undefined;
  /** Name of the pull Secret in each namespace. */
  readonly pullSecretName?: string | undefined;
  /** Address at which nodes pull from the platform's own registry. */
  readonly nodeRegistry?: string | undefined;
  /** Annotations of Ingresses that are allowed in addition to the built-in list. */
  readonly ingressAnnotations?: string | undefined;
  /** Version of the logins of the platform's own registry. The operator restarts when it changes. */
  readonly loginsVersion?: string | undefined;
  /** Version of the provisioned registry's credentials. The operator restarts when it changes. */
  readonly registryVersion?: string | undefined;
}

/** Annotation of the operator's Deployment: the image that a set-up chose, which a later set-up may replace. */
export function chosenImageAnnotation(group: string): string {
  return `${group}/chosen-image`;
}

const controlPlane = { "control-plane": "controller-manager" } as const;
const labels = { ...managedByLabel, ...controlPlane };
const account = operatorName;

export function operatorManifests(settings: OperatorSettings): Manifest[] {
  return [
    serviceAccount(),
    clusterRole(settings),
    clusterRoleBinding(),
    leaseRole(),
    leaseRoleBinding(),
    deployment(settings),
    metricsService(),
  ];
}

function serviceAccount(): Manifest {
  const metadata = inNamespace(account);
  // Only a Pod that requests the token gets it.
  return { apiVersion: "v1", kind: "ServiceAccount", metadata, automountServiceAccountToken: false };
}

function clusterRole({ group, pullSecretName = defaultPullSecret }: OperatorSettings): Manifest {
  return {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRole",
    metadata: { name: operatorName, labels },
    rules: clusterRules({ group, pullSecretName }),
  };
}

function clusterRoleBinding(): Manifest {
  return {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRoleBinding",
    metadata: { name: operatorName, labels },
    roleRef: {
      apiGroup: "rbac.authorization.k8s.io",
      kind: "ClusterRole",
      name: operatorName,
    },
    subjects: [{ kind: "ServiceAccount", name: account, namespace: namespaces.operator }],
  };
}

function leaseRole(): Manifest {
  return {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "Role",
    metadata: inNamespace(operatorName),
    rules: ownRules(),
  };
}

function leaseRoleBinding(): Manifest {
  return {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "RoleBinding",
    metadata: inNamespace(operatorName),
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: operatorName },
    subjects: [{ kind: "ServiceAccount", name: account, namespace: namespaces.operator }],
  };
}

function deployment(settings: OperatorSettings): Manifest {
  const { group, image, isImageChosen, loginsVersion } = settings;
  const annotations = { [chosenImageAnnotation(group)]: image };
  const ofPod = loginsVersion !== undefined && { [registryLoginsAnnotation]: loginsVersion };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { ...inNamespace(operatorName), ...(isImageChosen && { annotations }) },
    spec: {
      replicas: 1,
      selector: { matchLabels: controlPlane },
      template: {
        metadata: { labels, ...(ofPod && { annotations: ofPod }) },
        spec: {
          serviceAccountName: account,
          automountServiceAccountToken: true,
          // Secrets for the provisioned registry and the platform's own one. A missing Secret is not needed.
          imagePullSecrets: [{ name: operatorPullSecretName }, { name: ownPullSecretName }],
          enableServiceLinks: false,
          terminationGracePeriodSeconds: 10,
          securityContext: restrictedPod(65532),
          containers: [container(settings)],
        },
      },
    },
  };
}

function container(settings: OperatorSettings): object {
  const probe = (path: string) => ({ httpGet: { path, port: "probes" }, periodSeconds: 10 });
  return {
    name: operatorContainer,
    image: settings.image,
    imagePullPolicy: "IfNotPresent",
    args: ["operator"],
    env: environment(settings),
    ports: [
      { name: "metrics", containerPort: 8080 },
      { name: "probes", containerPort: 8081 },
    ],
    livenessProbe: { ...probe("/healthz"), initialDelaySeconds: 10 },
    readinessProbe: { ...probe("/readyz"), periodSeconds: 2 },
    resources: { requests: { cpu: "10m", memory: "64Mi" }, limits: { cpu: "500m", memory: "256Mi" } },
    securityContext: restrictedContainer,
  };
}

const nodePassword = {
  name: nodePasswordVariable,
  valueFrom: { secretKeyRef: { name: ownRegistrySecretName, key: "pull-password", optional: true } },
};

function environment(settings: OperatorSettings): object[] {
  const plain = {
    MCP_API_GROUP: settings.group,
    [defaultHostVariable]: settings.defaultHost,
    [pullSecretVariable]: settings.pullSecretName,
    [ingressAnnotationsVariable]: settings.ingressAnnotations,
    MCP_NODE_REGISTRY: settings.nodeRegistry,
  };
  const { registryVersion } = settings;
  const given = Object.entries(plain).filter(([, value]) => value !== undefined && value !== "");
  const secret = (name: string, key: string) => ({
    name,
    valueFrom: { secretKeyRef: { name: registrySecretName, key, optional: true } },
  });
  return [
    ...given.map(([name, value]) => ({ name, value })),
    ...(settings.nodeRegistry === undefined ? [] : [nodePassword]),
    secret("PROVISIONED_REGISTRY_URL", "url"),
    secret("PROVISIONED_REGISTRY_USERNAME", "username"),
    secret("PROVISIONED_REGISTRY_PASSWORD", "password"),
    secret("PROVISIONED_REGISTRY_VERSION", "version"),
    // In last place, as `registry provision` adds it. In another place it would change the Pod.
    ...(registryVersion ? [{ name: registryVersionVariable, value: registryVersion }] : []),
  ];
}

function metricsService(): Manifest {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: inNamespace(`${operatorName}-metrics`),
    spec: {
      selector: controlPlane,
      ports: [{ name: "metrics", port: 8080, targetPort: "metrics", protocol: "TCP" }],
    },
  };
}

function inNamespace(name: string): Manifest["metadata"] {
  return { name, namespace: namespaces.operator, labels };
}
