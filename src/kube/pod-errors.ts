/** Why a Pod does not start and how it ended, in one sentence for people (gateway.md, *k8s-job*; platform.md). Pure. */

import type { CoreV1Event, V1ContainerState, V1Pod } from "@kubernetes/client-node";

export type PodState =
  /** `because`: what it waits for, where that is said. */
  | { readonly kind: "waiting"; readonly because?: string }
  | { readonly kind: "running" }
  /** It will not start. `reason`: the cluster's own word for it, where it has one. */
  | { readonly kind: "stuck"; readonly because: string; readonly reason?: string }
  | { readonly kind: "ended"; readonly because: string };

/** `pullSecretsField`: where people say with what the image is pulled. */
export function podState(
  { metadata, spec, status }: V1Pod,
  pullSecretsField = "image_pull_secrets",
): PodState {
  const container = status?.containerStatuses?.[0];
  const { running, terminated, waiting } = container?.state ?? {};
  if (terminated) return { kind: "ended", because: podExitReason(terminated) };
  if (status?.phase === "Failed" || status?.phase === "Succeeded")
    return { kind: "ended", because: evicted(status.reason, status.message) };
  if (metadata?.deletionTimestamp) return { kind: "ended", because: "its Pod was deleted" };
  if (running) return { kind: "running" };
  const because = waiting && startTrouble(waiting, spec?.containers[0]?.image ?? "", pullSecretsField);
  if (because) return { kind: "stuck", because, ...(waiting.reason && { reason: waiting.reason }) };
  const unscheduled = status?.conditions?.find(
    ({ type, status: is }) => type === "PodScheduled" && is === "False",
  );
  return unscheduled
    ? { kind: "waiting", because: `no node takes its Pod: ${oneLine(unscheduled.message ?? "")}` }
    : { kind: "waiting" };
}

/** Whether it is stuck because its node could not pull the image. */
export function isOfImage(state: PodState): boolean {
  return (
    state.kind === "stuck" && /^(ErrImagePull|ImagePullBackOff|RegistryUnavailable)$/.test(state.reason ?? "")
  );
}

/** Why a container waits, where waiting longer will not help. */
function startTrouble(
  { reason = "", message = "" }: Waiting,
  image: string,
  pullSecretsField: string,
): string | undefined {
  const words = oneLine(message);
  switch (reason) {
    case "ErrImagePull":
    case "ImagePullBackOff":
    case "RegistryUnavailable":
      return imageTrouble(image, words, pullSecretsField);
    case "InvalidImageName":
      return `image '${image}' is no name of an image`;
    case "ErrImageNeverPull":
      return `image '${image}' is not on the node, and may not be pulled`;
    case "CreateContainerConfigError":
      // The node asks again by itself; a Secret made just now is not always there at its first look.
      return /failed to sync .* cache/.test(words) ? undefined : `its container cannot be made: ${words}`;
    case "CreateContainerError":
    case "RunContainerError":
      return `its container cannot be made: ${words}`;
    case "CrashLoopBackOff":
      return `it ends as soon as it starts: ${words}`;
    default:
      return undefined;
  }
}

type Waiting = NonNullable<V1ContainerState["waiting"]>;

function imageTrouble(image: string, words: string, pullSecretsField: string): string {
  if (/no basic auth|unauthorized|authorization failed|authentication required|denied|401|403/i.test(words))
    return `image '${image}' could not be pulled: the registry wants other credentials (${pullSecretsField}): ${words}`;
  if (/not found|manifest unknown|does not exist/i.test(words))
    return `image '${image}' is not in its registry: ${words}`;
  if (/connection refused|no such host|timeout|EOF|unreachable/i.test(words))
    return `the registry of image '${image}' does not answer: ${words}`;
  return `image '${image}' could not be pulled: ${words === "" ? "the cluster does not say why" : words}`;
}

/** How a container ended, as a sentence without its subject. */
export function podExitReason({
  exitCode,
  reason,
  message,
  signal,
}: NonNullable<V1ContainerState["terminated"]>): string {
  if (reason === "OOMKilled") return "killed for using more memory than its limit (resources.limits.memory)";
  if (reason === "ContainerCannotRun" || reason === "StartError")
    return `its container cannot run: ${oneLine(message ?? "")}`;
  if (signal) return `killed by signal ${signal}`;
  // Not every node tells that it was for memory.
  if (exitCode === 137) return "killed by SIGKILL: by somebody, or for using more memory than its limit";
  return `exited with code ${exitCode}`;
}

function evicted(reason = "", message = ""): string {
  const words = oneLine([reason, message].filter((part) => part !== "").join(": "));
  return words === "" ? "its Pod ended" : `its Pod ended: ${words}`;
}

/** Why a Job has no Pod, by the events told of it: a quota, a policy, an account that is not there. */
export function jobErrorText(events: readonly CoreV1Event[]): string | undefined {
  const failed = events.find(({ reason }) => reason === "FailedCreate");
  return failed && `the cluster makes no Pod for it: ${oneLine(failed.message ?? "")}`;
}

/** Why a Pod does not get on, by what is told of it: the newest failure. A warning of another kind is no reason. */
export function podEventErrorText(events: readonly CoreV1Event[]): string | undefined {
  const failed = events
    .filter(({ type, reason = "" }) => type === "Warning" && /^(?:Failed|BackOff|Unhealthy)/.test(reason))
    .toSorted((one, other) => timeOf(one) - timeOf(other))
    .at(-1);
  return failed && oneLine(failed.message ?? failed.reason ?? "");
}

function timeOf({ lastTimestamp, eventTime, metadata }: CoreV1Event): number {
  return Date.parse(String(lastTimestamp ?? eventTime ?? metadata?.creationTimestamp)) || 0;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}
