/** Rows of the Platform view for servers and Pods. Pure. The texts are those of the cluster. */

import { serverDefaults } from "../../metadata/generated/server-defaults.ts";
import { splitTag } from "../../metadata/image-reference.ts";
import type { Pod } from "../../platform/operator/observed-state.ts";
import { diagnosePod } from "../../platform/operator/pod-diagnosis.ts";
import type { McpServer, Phase } from "../../platform/resource/mcp-server.ts";
import { readinessOf } from "../../platform/servers/wait-until-ready.ts";
import type { ServerPresentation } from "../tree/server-presentation.ts";

/** A server of the cluster as one row, with its Pods below it. */
export interface PlatformRow {
  /** `namespace/name`. */
  readonly id: string;
  readonly look: ServerPresentation;
  readonly pods: readonly PodRow[];
}

export interface PodRow {
  /** `namespace/name` of the Pod. */
  readonly id: string;
  readonly look: ServerPresentation;
  /** The whole message. */
  readonly words: string;
}

interface PhaseIcon {
  readonly icon: string;
  readonly color?: string;
}

const phaseIcons: Readonly<Record<Phase, PhaseIcon>> = {
  Pending: { icon: "loading~spin" },
  PartiallyReady: { icon: "warning", color: "list.warningForeground" },
  Ready: { icon: "pass-filled", color: "testing.iconPassed" },
  Error: { icon: "error", color: "list.errorForeground" },
};
/** The operator has not handled the latest change. It may not be running. */
const notHandled: PhaseIcon = { icon: "watch", color: "list.warningForeground" };
const ending: PhaseIcon = { icon: "circle-slash", color: "disabledForeground" };

/** One row for each server, sorted by name. Shows the namespace if there are several. */
export function platformRows(servers: readonly McpServer[], pods: readonly Pod[]): PlatformRow[] {
  const namespaces = new Set(servers.map(({ metadata }) => metadata.namespace));
  const key = ({ metadata }: McpServer) => `${metadata.name}/${metadata.namespace}`;
  return [...servers]
    .sort((a, b) => (key(a) < key(b) ? -1 : 1))
    .map((server) => ({
      id: idOf(server),
      look: serverPresentation(server, namespaces.size > 1),
      pods: podsOf(server, pods).map(podRow),
    }));
}

export function idOf({ metadata }: Pick<McpServer, "metadata">): string {
  return `${metadata.namespace}/${metadata.name}`;
}

/** Sorted by name. */
export function podsOf({ metadata: { name, namespace } }: McpServer, pods: readonly Pod[]): Pod[] {
  return pods
    .filter(({ metadata }) => metadata.namespace === namespace && metadata.labels?.["app"] === name)
    .sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
}

export function serverPresentation(server: McpServer, showsNamespace: boolean): ServerPresentation {
  const { name, namespace } = server.metadata;
  const { phase, because, icon, color } = stateOf(server);
  const shown = [phase, ...(showsNamespace && namespace ? [namespace] : [])];
  const facts = [...shown, because === undefined ? tagOf(server) : shortened(because)];
  return {
    label: name,
    description: facts.join(" · "),
    icon,
    ...(color !== undefined && { color }),
    context: "cluster-server",
    spoken: [name, ...shown, because ?? tagOf(server)].join(", "),
  };
}

/** Removes the count of replicas, because a row has little space and the reason is more important. */
function shortened(because: string): string {
  return because.replace(/^0 of \d+ replicas ready: /, "");
}

interface State extends PhaseIcon {
  readonly phase: string;
  /** The reason why the server is not ready. */
  readonly because?: string;
}

function stateOf({ metadata, status, ...server }: McpServer): State {
  const phase = status?.phase ?? "Pending";
  if (metadata.deletionTimestamp !== undefined) return { phase: "Deleting", ...ending };
  const { generation = 0 } = metadata;
  if (status === undefined || (status.observedGeneration ?? 0) < generation) {
    const readiness = readinessOf({ metadata, ...server, ...(status && { status }) }, generation);
    return { phase, ...notHandled, ...(!readiness.isReady && { because: readiness.because }) };
  }
  const isReady = phase === "Ready";
  return {
    phase,
    ...phaseIcons[phase],
    ...(!isReady && status.message !== "" && { because: status.message }),
  };
}

/** The effective tag. For an image with a digest, the beginning of the digest. */
export function tagOf({ spec }: McpServer): string {
  const digest = /@(?:sha256:)?(\w{1,12})/.exec(spec.image)?.[1];
  return digest ?? splitTag(spec.image).tag ?? spec.imageTag ?? serverDefaults.imageTag;
}

export function podRow(pod: Pod): PodRow {
  const { name, deletionTimestamp } = pod.metadata;
  const { state, words, ...look } = podStateOf(pod, deletionTimestamp !== undefined);
  const restarts = restartsOf(pod);
  const begun = restarts > 0 ? [restarts === 1 ? "1 restart" : `${restarts} restarts`] : [];
  return {
    id: idOf(pod),
    look: {
      label: name,
      description: [state, ...begun].join(" · "),
      ...look,
      context: "pod",
      spoken: [`Pod ${name}`, words, ...begun].join(", "),
    },
    words,
  };
}

interface PodState extends PhaseIcon {
  /** One word if possible. The row of the server has the details. */
  readonly state: string;
  readonly words: string;
}

function podStateOf(pod: Pod, isEnding: boolean): PodState {
  if (isEnding) return { state: "terminating", words: "terminating", ...ending };
  const trouble = diagnosePod([pod], "");
  if (trouble) {
    const look = trouble.isStuck ? phaseIcons.Error : phaseIcons.Pending;
    return { state: trouble.reason, words: trouble.words, ...look };
  }
  return isPodReady(pod)
    ? { state: "ready", words: "ready", icon: "pass", color: "testing.iconPassed" }
    : { state: "starting", words: "starting", ...phaseIcons.Pending };
}

export function isPodReady({ status }: Pod): boolean {
  const containers = status?.containerStatuses ?? [];
  return containers.length > 0 && containers.every(({ ready }) => ready);
}

function restartsOf({ status }: Pod): number {
  return (status?.containerStatuses ?? []).reduce((sum, { restartCount }) => sum + restartCount, 0);
}
