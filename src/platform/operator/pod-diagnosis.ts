/** What holds up the Pods of an MCPServer, in words that stay while the trouble does. Pure. */

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

const longestWords = 400;
const unheard = `the server did not listen on its port within ${startSeconds} s: does it listen on the port of its spec?`;
const pulling = ["ErrImagePull", "RegistryUnavailable"];

/**
 * The worst trouble of them. `before`: what was said last, where it says more than the cluster does now. `mayBeRoot`:
 * whether an image that cannot run but as root is let.
 */
export function diagnosePod(
  pods: readonly Pod[],
  before: string,
  mayBeRoot = true,
): PodDiagnosis | undefined {
  const troubles = pods
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
    // The operator mends that itself, where it may.
    .filter((pod) => !(mayBeRoot && isKeptFromRoot(pod)))
    .sort((one, other) => (one.metadata.name < other.metadata.name ? -1 : 1))
    .flatMap((pod) => troubleOf(pod, before) ?? []);
  return troubles.find(({ isStuck }) => isStuck) ?? troubles[0];
}

/** Whether this image is kept from running, because it would run as root. */
export function needsRoot(pods: readonly Pod[], image: string): boolean {
  return pods.some((pod) => isKeptFromRoot(pod) && imageOf(pod) === image);
}

function isKeptFromRoot(pod: Pod): boolean {
  const { reason, message = "" } = statusOf(pod)?.state?.waiting ?? {};
  return reason === "CreateContainerConfigError" && /runAsNonRoot/.test(message);
}

function troubleOf(pod: Pod, before: string): PodDiagnosis | undefined {
  const container = statusOf(pod);
  if (container?.ready) return undefined;
  const last = container?.state?.terminated ?? container?.lastState?.terminated;
  // Between two starts it runs for a moment: that is no end of the trouble.
  if (container && last && container.restartCount > 0) {
    if (isUnheard(last)) return trouble("NotListening", unheard, true);
    const because = [podExitReason(last), oneLine(last.message ?? "")]
      .filter((part) => part !== "")
      .join(": ");
    return trouble("CrashLoopBackOff", `the server ends as soon as it starts: ${because}`, true);
  }
  const own = { ...pod, status: { ...pod.status, containerStatuses: container ? [container] : [] } };
  const state = podState(own as unknown as V1Pod, "imagePullSecrets");
  switch (state.kind) {
    case "running":
      return trouble("NotListening", "the server runs and does not listen on its port yet", false);
    case "ended":
      return trouble("Ended", state.because, false);
    case "waiting":
      return state.because === undefined
        ? trouble("Starting", "its Pod starts", false)
        : trouble("Unschedulable", state.because, false);
    case "stuck": {
      const { reason = "Stuck", because } = state;
      // The cluster says either by turns.
      const name = pulling.includes(reason) ? "ImagePullBackOff" : reason;
      const now = trouble(name, because, true);
      return name === "ImagePullBackOff" ? withCause(now, imageOf(pod), before) : now;
    }
  }
}

/**
 * Whether it was given the whole time to listen and ended then, by the cluster: nothing else tells so. It may take its
 * time to end, and a node that is busy its time to notice.
 */
function isUnheard({ startedAt, finishedAt }: V1ContainerStateTerminated): boolean {
  const seconds = (Date.parse(String(finishedAt)) - Date.parse(String(startedAt))) / 1000;
  return seconds >= startSeconds - 5 && seconds <= 2 * startSeconds;
}

/** While it waits for the next try, the cluster no longer says why the last failed. */
function withCause(now: PodDiagnosis, image: string, before: string): PodDiagnosis {
  const known = before.slice(Math.max(before.indexOf("ImagePullBackOff: "), 0));
  const isSaying = !/Back-off pulling image "[^"]*"$/.test(now.words);
  return isSaying || !known.startsWith("ImagePullBackOff: ") || !known.includes(`'${image}'`)
    ? now
    : { ...now, words: known };
}

function trouble(reason: string, because: string, isStuck: boolean): PodDiagnosis {
  const words = `${reason}: ${because}`;
  return { reason, words: words.length > longestWords ? `${words.slice(0, longestWords)}…` : words, isStuck };
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
