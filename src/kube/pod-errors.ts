/** Why a Pod does not start and how it ended, one sentence each (gateway.md, *k8s-job*; platform.md). Pure. */

import type { CoreV1Event, V1ContainerState, V1Pod } from "@kubernetes/client-node";

export type PodState =
  /** `because`: the reason of the wait, if there is one. */
  | { readonly kind: "waiting"; readonly because?: string }
  | { readonly kind: "running" }
  /** It will not start. `reason`: the cluster's own code for it, if there is one. */
  | { readonly kind: "stuck"; readonly because: string; readonly reason?: string }
  | { readonly kind: "ended"; readonly because: string };

/** `pullSecretsField`: the field for the pull credentials, named in messages. */
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
  const because = waiting && startError(waiting, spec?.containers[0]?.image ?? "", pullSecretsField);
  if (because) return { kind: "stuck", because, ...(waiting.reason && { reason: waiting.reason }) };
  const unscheduled = status?.conditions?.find(
    ({ type, status: is }) => type === "PodScheduled" && is === "False",
  );
  return unscheduled
    ? { kind: "waiting", because: `its Pod cannot be scheduled: ${oneLine(unscheduled.message ?? "")}` }
    : { kind: "waiting" };
}

/** Whether the reason is that its node could not pull the image. */
export function isOfImage(state: PodState): boolean {
  return (
    state.kind === "stuck" && /^(ErrImagePull|ImagePullBackOff|RegistryUnavailable)$/.test(state.reason ?? "")
  );
}

/** The reason why a container cannot start; `undefined` if it may still start. */
function startError(
  { reason = "", message = "" }: Waiting,
  image: string,
  pullSecretsField: string,
): string | undefined {
  const detail = oneLine(message);
  switch (reason) {
    case "ErrImagePull":
    case "ImagePullBackOff":
    case "RegistryUnavailable":
      return imageError(image, detail, pullSecretsField);
    case "InvalidImageName":
      return `image '${image}' is not a valid image name`;
    case "ErrImageNeverPull":
      return `image '${image}' is not on the node, and the pull policy forbids pulling it`;
    case "CreateContainerConfigError":
      // The node retries by itself. A new Secret is not always available at its first attempt.
      return /failed to sync .* cache/.test(detail)
        ? undefined
        : `its container cannot be created: ${detail}`;
    case "CreateContainerError":
    case "RunContainerError":
      return `its container cannot be created: ${detail}`;
    case "CrashLoopBackOff":
      return `it exits right after its start: ${detail}`;
    default:
      return undefined;
  }
}

type Waiting = NonNullable<V1ContainerState["waiting"]>;

function imageError(image: string, detail: string, pullSecretsField: string): string {
  if (/no basic auth|unauthorized|authorization failed|authentication required|denied|401|403/i.test(detail))
    return `image '${image}' could not be pulled: the registry rejected the credentials (${pullSecretsField}): ${detail}`;
  if (/not found|manifest unknown|does not exist/i.test(detail))
    return `image '${image}' is not in its registry: ${detail}`;
  if (/connection refused|no such host|timeout|EOF|unreachable/i.test(detail))
    return `the registry of image '${image}' does not answer: ${detail}`;
  return `image '${image}' could not be pulled: ${detail === "" ? "the cluster gives no reason" : detail}`;
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
  // Some nodes do not report that a container ran out of memory.
  if (exitCode === 137)
    return "killed by SIGKILL: it may have used more memory than its limit (resources.limits.memory)";
  return `exited with code ${exitCode}`;
}

function evicted(reason = "", message = ""): string {
  const detail = oneLine([reason, message].filter((part) => part !== "").join(": "));
  return detail === "" ? "its Pod ended" : `its Pod ended: ${detail}`;
}

/** Why a Job has no Pod, from its events: a quota, a policy, a missing service account. */
export function jobErrorText(events: readonly CoreV1Event[]): string | undefined {
  const failed = events.find(({ reason }) => reason === "FailedCreate");
  return failed && `the cluster cannot create its Pod: ${oneLine(failed.message ?? "")}`;
}

/** Why a Pod makes no progress, from its events: the newest failure. Warnings of other kinds do not count. */
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
