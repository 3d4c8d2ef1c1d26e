/**
 * Pushes an image through the API server. A Pod of the cluster receives it and pushes it to the registry, so this
 * machine needs no access to the registry (platform.md, *CLI*, `registry push`). The Pod is always deleted.
 */

import { randomBytes } from "node:crypto";
import type { V1Pod } from "@kubernetes/client-node";
import { GatewayError } from "../../base/errors.ts";
import { isObject, parseJson } from "../../base/json.ts";
import type { Cluster } from "../../kube/cluster.ts";
import { isUnreachable, streamErrorText } from "../../kube/cluster-errors.ts";
import { type ClusterStream, channels } from "../../kube/cluster-stream.ts";
import type { ClusterObject, Manifest } from "../../kube/objects.ts";
import { podState } from "../../kube/pod-errors.ts";
import { withClusterErrors } from "../cluster-error-text.ts";
import { helperLabel, managedByLabel, operatorPullSecretName, ownPullSecretName } from "../identity.ts";
import { restrictedContainer, restrictedPod } from "../pod-security.ts";
import type { ProgressSink } from "../servers/wait-until-ready.ts";
import type { ReceivedImage, ReceiverLine } from "./receive-image.ts";
import { frame, lastFrame } from "./upload-frames.ts";

export interface HelperPlace {
  readonly namespace: string;
  /** Contains this program. */
  readonly image: string;
}

/** Deadline after which a helper Pod ends by itself, if the program that created it died before deleting it. */
const deadlineSeconds = 1_800;
const startMs = 120_000;
const lookMs = 300;
const removalTries = 5;
const removalPauseMs = 1_000;

/** An image and where it goes. */
export interface Upload {
  readonly delivery: ReceivedImage;
  /** The image in the engine's save format. */
  readonly saved: AsyncIterable<Buffer>;
}

export interface UploadTask {
  readonly sink: ProgressSink;
  /** Aborts the upload. */
  readonly signal: AbortSignal;
}

/** Rejects with `cluster-failed`. */
export async function pushInCluster(
  cluster: Cluster,
  place: HelperPlace,
  upload: Upload,
  task: UploadTask,
): Promise<void> {
  await removeEnded(cluster, place.namespace);
  const pod = helperPod(place);
  const ref = { apiVersion: "v1", kind: "Pod", name: pod.metadata.name, namespace: place.namespace };
  try {
    // A request without an answer may still have created the Pod.
    await withClusterErrors(cluster, cluster.objects.create(pod), "the helper Pod could not be created");
    await started(cluster, ref, task);
    await deliver(cluster, ref, upload, task);
  } catch (error) {
    // The first error is the one to report.
    await removed(cluster, ref).catch(() => undefined);
    throw error;
  }
  await withClusterErrors(cluster, removed(cluster, ref), `Pod ${ref.name} could not be deleted`);
}

/** Retried while the cluster does not answer. */
async function removed(cluster: Cluster, ref: PodRef): Promise<void> {
  for (let tries = removalTries; ; tries--) {
    try {
      await cluster.objects.delete(ref);
      return;
    } catch (error) {
      if (tries === 0 || !isUnreachable(error)) throw error;
      await new Promise((resolve) => setTimeout(resolve, removalPauseMs));
    }
  }
}

/** Pure, except for the random name. */
export function helperPod({ namespace, image }: HelperPlace): Manifest {
  const name = `mcp-runtime-push-${randomBytes(4).toString("hex")}`;
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace, labels: { ...managedByLabel, [helperLabel]: "true" } },
    spec: {
      restartPolicy: "Never",
      // The registry of the image may require a password. A missing Secret means that none is needed.
      imagePullSecrets: [{ name: operatorPullSecretName }, { name: ownPullSecretName }],
      activeDeadlineSeconds: deadlineSeconds,
      terminationGracePeriodSeconds: 0,
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      securityContext: restrictedPod(65532),
      containers: [
        {
          name: "push",
          image,
          imagePullPolicy: "IfNotPresent",
          args: ["registry", "receive"],
          stdin: true,
          stdinOnce: true,
          env: [{ name: "TMPDIR", value: "/spool" }],
          volumeMounts: [{ name: "spool", mountPath: "/spool" }],
          securityContext: restrictedContainer,
        },
      ],
      volumes: [{ name: "spool", emptyDir: {} }],
    },
  };
}

interface PodRef {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
}

/** Removes helper Pods of earlier pushes that were killed. */
async function removeEnded(cluster: Cluster, namespace: string): Promise<void> {
  const type = { apiVersion: "v1", kind: "Pod" };
  const list = cluster.objects.list<ClusterObject>(type, { namespace, labelSelector: `${helperLabel}=true` });
  const { items } = await withClusterErrors(cluster, list);
  const ended = items.filter((pod) => podState(pod as unknown as V1Pod).kind === "ended");
  for (const { metadata } of ended)
    await withClusterErrors(cluster, cluster.objects.delete({ ...type, name: metadata.name, namespace }));
}

async function started(cluster: Cluster, ref: PodRef, { sink, signal }: UploadTask): Promise<void> {
  const end = performance.now() + startMs;
  for (;;) {
    if (signal.aborted) throw interrupted();
    const pod = await withClusterErrors(cluster, cluster.objects.get<ClusterObject>(ref));
    const state = pod
      ? podState(pod as unknown as V1Pod)
      : ({ kind: "ended", because: "it was deleted" } as const);
    if (state.kind === "running") return;
    const because = state.because ?? "it is starting";
    const isOver = state.kind !== "waiting" || performance.now() > end;
    if (isOver) throw new GatewayError("cluster-failed", `the helper Pod does not start: ${because}`);
    sink.update(`helper Pod ${ref.name}: ${because}`);
    await new Promise((resolve) => setTimeout(resolve, lookMs));
  }
}

async function deliver(
  cluster: Cluster,
  { name, namespace }: PodRef,
  upload: Upload,
  { sink, signal }: UploadTask,
): Promise<void> {
  const receiver = new ReceiverOutput(sink);
  const path = `/api/v1/namespaces/${namespace}/pods/${name}/attach?stdin=true&stdout=true&stderr=true`;
  const stream = await cluster
    .open(path, { data: (channel, chunk) => receiver.take(channel, chunk) })
    .catch((error: unknown) => {
      throw new GatewayError("cluster-failed", streamErrorText(error, "attach", cluster.server), {
        cause: error,
      });
    });
  const onAbort = () => stream.destroy();
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    await sendAll(stream, upload, sink);
    await stream.closed;
  } finally {
    signal.removeEventListener("abort", onAbort);
    stream.destroy();
  }
  if (signal.aborted) throw interrupted();
  const { outcome } = receiver;
  if (outcome?.kind === "pushed") return;
  const because =
    outcome?.kind === "failed" ? outcome.because : `the helper Pod ended: ${receiver.lastOutput}`;
  throw new GatewayError("cluster-failed", because);
}

async function sendAll(
  stream: ClusterStream,
  { delivery, saved }: Upload,
  sink: ProgressSink,
): Promise<void> {
  let isOpen = true;
  void stream.closed.then(() => {
    isOpen = false;
  });
  const send = (data: Buffer) =>
    Promise.race([stream.closed, new Promise<void>((sent) => stream.write(channels.stdin, data, sent))]);
  await send(frame(Buffer.from(JSON.stringify(delivery))));
  let bytes = 0;
  for await (const piece of saved) {
    if (!isOpen) return;
    await send(frame(piece));
    bytes += piece.length;
    sink.update(`sending ${delivery.target.name}: ${Math.round(bytes / 1e6)} MB`);
  }
  await send(lastFrame);
}

/** Parses the output of the helper, line by line. */
class ReceiverOutput {
  outcome: Exclude<ReceiverLine, { kind: "progress" }> | undefined;
  readonly #sink: ProgressSink;
  #rest = "";
  #errors = "";

  constructor(sink: ProgressSink) {
    this.#sink = sink;
  }

  /** The end of its error output. */
  get lastOutput(): string {
    const output = this.#errors.replace(/\s+/g, " ").trim().slice(-300);
    return output === "" ? "it gives no reason" : output;
  }

  take(channel: number, chunk: Buffer): void {
    if (channel === channels.stderr) this.#errors += chunk.toString("utf8");
    if (channel !== channels.stdout) return;
    const lines = (this.#rest + chunk.toString("utf8")).split("\n");
    this.#rest = lines.pop() ?? "";
    for (const line of lines) this.#line(line);
  }

  #line(text: string): void {
    const value = parseJson(text);
    const line = isObject(value) ? (value as unknown as ReceiverLine) : undefined;
    if (line?.kind === "progress") this.#sink.update(line.text);
    else if (line) this.outcome = line;
    else this.#errors += text;
  }
}

function interrupted(): GatewayError {
  return new GatewayError("cluster-failed", "interrupted");
}
