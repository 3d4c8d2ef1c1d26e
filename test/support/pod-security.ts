/** Violations of the Pod Security Standards by a Pod, as far as the project's Pods could violate them. Pure. */

interface Context {
  readonly runAsNonRoot?: boolean;
  readonly runAsUser?: number;
  readonly privileged?: boolean;
  readonly allowPrivilegeEscalation?: boolean;
  readonly readOnlyRootFilesystem?: boolean;
  readonly seccompProfile?: { readonly type?: string };
  readonly capabilities?: { readonly add?: readonly string[]; readonly drop?: readonly string[] };
}

interface Container {
  readonly name: string;
  readonly securityContext?: Context;
  readonly ports?: readonly { readonly hostPort?: number }[];
}

export interface PodSpec {
  readonly securityContext?: Context;
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly hostNetwork?: boolean;
  readonly hostPID?: boolean;
  readonly hostIPC?: boolean;
  readonly volumes?: readonly Readonly<Record<string, unknown>>[];
}

const volumes = [
  "name",
  "configMap",
  "downwardAPI",
  "emptyDir",
  "ephemeral",
  "persistentVolumeClaim",
  "projected",
  "secret",
];

/** Violations of `baseline`: uses of the node. */
export function baselineViolations(pod: PodSpec): string[] {
  const own = [
    ...(pod.hostNetwork || pod.hostPID || pod.hostIPC ? ["it shares a namespace of the node"] : []),
    ...(pod.volumes ?? [])
      .filter((volume) => "hostPath" in volume)
      .map(() => "a volume is a path of the node"),
  ];
  return [...own, ...containersOf(pod).flatMap((container) => baselineOf(container))];
}

function baselineOf({ name, securityContext = {}, ports = [] }: Container): string[] {
  return [
    ...(securityContext.privileged ? [`${name} is privileged`] : []),
    ...(securityContext.capabilities?.add?.length ? [`${name} gets more capabilities`] : []),
    ...(ports.some(({ hostPort }) => hostPort !== undefined) ? [`${name} has a port of the node`] : []),
  ];
}

/** Violations of `restricted`. */
export function restrictedViolations(pod: PodSpec): string[] {
  const kinds = (pod.volumes ?? []).flatMap((volume) => Object.keys(volume));
  return [
    ...baselineViolations(pod),
    ...kinds.filter((kind) => !volumes.includes(kind)).map((kind) => `a volume is of the kind ${kind}`),
    ...containersOf(pod).flatMap((container) => restrictedOf(container, pod.securityContext ?? {})),
  ];
}

function restrictedOf({ name, securityContext: own = {} }: Container, pod: Context): string[] {
  const { runAsNonRoot, runAsUser, seccompProfile } = { ...pod, ...own };
  const seccomp = seccompProfile?.type ?? "";
  return [
    ...(runAsNonRoot === true && runAsUser !== 0 ? [] : [`${name} may run as root`]),
    ...(["RuntimeDefault", "Localhost"].includes(seccomp) ? [] : [`${name} may make any system call`]),
    ...(own.allowPrivilegeEscalation === false ? [] : [`${name} may gain privileges`]),
    ...(own.capabilities?.drop?.includes("ALL") ? [] : [`${name} keeps capabilities`]),
  ];
}

/** Containers that may write outside of their volumes. */
export function writableContainers(pod: PodSpec): string[] {
  return containersOf(pod)
    .filter(({ securityContext }) => securityContext?.readOnlyRootFilesystem !== true)
    .map(({ name }) => name);
}

function containersOf({ containers, initContainers = [] }: PodSpec): readonly Container[] {
  return [...initContainers, ...containers];
}
