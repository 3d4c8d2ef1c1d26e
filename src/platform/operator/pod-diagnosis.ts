/** Why the Pods of an MCPServer are not ready, as a message that stays the same while the problem lasts. Pure. */

import type { V1ContainerStateTerminated, V1ContainerStatus, V1Pod } from "@kubernetes/client-node";
import { podExitReason, podState } from "../../kube/pod-errors.ts";
import { containerName, startSeconds } from "./desired-deployment.ts";
import type { Pod } from "./observed-state.ts";

/** `isStuck`: waiting longer will not help. `words` begin with the cluster's own reason. */
export interface PodDiagnosis {
  readonly reason: string;
  readonly words: string;
  readonly isStuck: boolean;
}

const longestMessage = 400;
const notListening = `the server did not listen on its port within ${startSeconds} s: does it listen on the port of its spec?`;
const pulling = ["ErrImagePull", "RegistryUnavailable"];

/**
 * The worst problem of the Pods. `before`: the last reported message, used when the cluster now gives less detail.
 * `mayBeRoot`: whether an image that can only run as root is allowed.
 */
export function diagnosePod(
  pods: readonly Pod[],
  before: string,
  mayBeRoot = true,
): PodDiagnosis | undefined {
  const problems = pods
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
    // The operator fixes that itself, if it is allowed to.
    .filter((pod) => !(mayBeRoot && isKeptFromRoot(pod)))
    .sort((one, other) => (one.metadata.name < other.metadata.name ? -1 : 1))
    .flatMap((pod) => problemOf(pod, before) ?? []);
  return problems.find(({ isStuck }) => isStuck) ?? problems[0];
}

/** Whether this image is not allowed to run, because it would run as root. */
export function needsRoot(pods: readonly Pod[], image: string): boolean {
  return pods.some((pod) => isKeptFromRoot(pod) && imageOf(pod) === image);
}

function isKeptFromRoot(pod: Pod): boolean {
  const { reason, message = "" } = statusOf(pod)?.state?.waiting ?? {};
  return reason === "CreateContainerConfigError" && /runAsNonRoot/.test(message);
}

function problemOf(pod: Pod, before: string): PodDiagnosis | undefined {
  const container = statusOf(pod);
  if (container?.ready) return undefined;
  const last = container?.state?.terminated ?? container?.lastState?.terminated;
  // Between two starts it runs for a moment, which does not end the problem.
  if (container && last && container.restartCount > 0) {
    if (neverListened(last)) return problem("NotListening", notListening, true);
    const because = [podExitReason(last), oneLine(last.message ?? "")]
      .filter((part) => part !== "")
      .join(": ");
    return problem("CrashLoopBackOff", `the server exits right after its start: ${because}`, true);
  }
  const own = { ...pod, status: { ...pod.status, containerStatuses: container ? [container] : [] } };
  const state = podState(own as unknown as V1Pod, "imagePullSecrets");
  switch (state.kind) {
    case "running":
      return problem("NotListening", "the server is running but does not listen on its port yet", false);
    case "ended":
      return problem("Ended", state.because, false);
    case "waiting":
      return state.because === undefined
        ? problem("Starting", "its Pod is starting", false)
        : problem("Unschedulable", state.because, false);
    case "stuck": {
      const { reason = "Stuck", because } = state;
      // The cluster alternates between these two reasons.
      const name = pulling.includes(reason) ? "ImagePullBackOff" : reason;
      const now = problem(name, because, true);
      return name === "ImagePullBackOff" ? withCause(now, imageOf(pod), before) : now;
    }
  }
}

/**
 * Whether the cluster ended the container because it never listened. Only its run time shows that. The bounds allow for a
 * slow end, and for a busy node that notices late.
 */
function neverListened({ startedAt, finishedAt }: V1ContainerStateTerminated): boolean {
  const seconds = (Date.parse(String(finishedAt)) - Date.parse(String(startedAt))) / 1000;
  return seconds >= startSeconds - 5 && seconds <= 2 * startSeconds;
}

/** While the cluster waits for the next attempt, it no longer reports why the last one failed. */
function withCause(now: PodDiagnosis, image: string, before: string): PodDiagnosis {
  const known = before.slice(Math.max(before.indexOf("ImagePullBackOff: "), 0));
  const hasCause = !/Back-off pulling image "[^"]*"$/.test(now.words);
  return hasCause || !known.startsWith("ImagePullBackOff: ") || !known.includes(`'${image}'`)
    ? now
    : { ...now, words: known };
}

function problem(reason: string, because: string, isStuck: boolean): PodDiagnosis {
  const message = `${reason}: ${because}`;
  const words = message.length > longestMessage ? `${message.slice(0, longestMessage)}…` : message;
  return { reason, words, isStuck };
}

function statusOf(pod: Pod): V1ContainerStatus | undefined {
  return pod.status?.containerStatuses?.find(({ name }) => name === containerName);
}

function imageOf(pod: Pod): string {
  return pod.spec?.containers.find(({ name }) => name === containerName)?.image ?? "";
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}
