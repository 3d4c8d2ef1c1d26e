/** The status of an MCPServer, depending on the objects in the cluster. */

import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { phaseEvent } from "../../../../src/platform/operator/events.ts";
import type { ObservedState } from "../../../../src/platform/operator/observed-state.ts";
import { needsRoot } from "../../../../src/platform/operator/pod-diagnosis.ts";
import { type StatusInput, statusOf } from "../../../../src/platform/operator/status.ts";
import { assertGolden } from "../../../support/golden.ts";
import { deployment, ingress, mcpServer, pod, service, waiting } from "./samples.ts";

const now = new Date("2026-01-02T03:04:05.678Z");

function status(observed: Partial<ObservedState>, more: Partial<StatusInput> = {}) {
  const all = { deployment: undefined, service, ingress, pods: [], ...observed };
  return statusOf({
    server: mcpServer(),
    observed: all,
    isHostMissing: false,
    isRegistryMissing: false,
    annotationRefusals: [],
    now,
    ...more,
  });
}

const ended = { exitCode: 1, reason: "Error", message: "no\nsuch file" };
const quota = {
  type: "ReplicaFailure",
  status: "True",
  reason: "FailedCreate",
  message: "exceeded quota: q",
};
const unscheduled = { type: "PodScheduled", status: "False", message: "0/1 nodes: Insufficient cpu" };
const pulling = waiting("ErrImagePull", "manifest unknown");

const cases: Record<string, ReturnType<typeof status>> = {
  nothing: status({ service: undefined, ingress: undefined }),
  starting: status({ deployment: deployment(0), pods: [waiting("ContainerCreating")] }),
  listening: status({ deployment: deployment(0), pods: [pod({ state: { running: {} } })] }),
  ready: status({ deployment: deployment(1) }),
  published: status({
    deployment: deployment(1),
    ingress: { ...ingress, status: { loadBalancer: { ingress: [{ ip: "192.0.2.1" }] } } },
  }),
  "no-replicas": status({ deployment: deployment(0, 0) }, { server: mcpServer({ replicas: 0 }) }),
  "no-host": status({ deployment: deployment(1), ingress: undefined }, { isHostMissing: true }),
  "no-registry": status({ deployment: deployment(0), pods: [pulling] }, { isRegistryMissing: true }),
  "image-pull": status({ deployment: deployment(0), pods: [pulling] }),
  "half-ready": status(
    { deployment: deployment(1, 2), pods: [pulling] },
    { server: mcpServer({ replicas: 2 }) },
  ),
  "crash-loop": status({
    deployment: deployment(0),
    pods: [
      pod({
        restartCount: 2,
        state: { waiting: { reason: "CrashLoopBackOff" } },
        lastState: { terminated: ended },
      }),
    ],
  }),
  unschedulable: status({
    deployment: deployment(0),
    pods: [pod({}, { containerStatuses: [], conditions: [unscheduled as never] })],
  }),
  quota: status({ deployment: deployment(0, 1, { conditions: [quota] }) }),
  "annotations-refused": status(
    { deployment: deployment(1), ingress: undefined },
    {
      annotationRefusals: [
        {
          name: "nginx.ingress.kubernetes.io/server-snippet",
          because: "it is not in the list of allowed annotations",
        },
        { name: "bad\u202ename", because: "it is not in the list of allowed annotations" },
      ],
    },
  ),
  refused: status({ service: undefined }, { refused: "the cluster refused the Service: name is too long" }),
};

for (const [name, found] of Object.entries(cases))
  test(`the status: ${name}`, () =>
    assertGolden(found, join(import.meta.dirname, "golden", `status-${name}.yaml`)));

test("a Deployment is ready when the cluster has processed the complete specification", () => {
  const isReady = (one: ReturnType<typeof deployment>) => status({ deployment: one }).deploymentReady;
  assert.equal(isReady(deployment(1)), true);
  assert.equal(isReady(deployment(1, 1, { observedGeneration: 1 })), false);
  assert.equal(isReady(deployment(1, 1, { replicas: 2 })), false);
  assert.equal(isReady(deployment(2, 2)), false);
});

test("a condition keeps its time while its status stays, even when its message changes", () => {
  const before = status({ deployment: deployment(0), pods: [waiting("ContainerCreating")] });
  const later = new Date("2026-01-02T04:00:00Z");
  const server = mcpServer({}, { status: before });
  const timeOf = (type: string, { conditions }: typeof before) =>
    conditions.find((condition) => condition.type === type)?.lastTransitionTime;
  const failing = status({ deployment: deployment(0), pods: [pulling] }, { server, now: later });
  assert.equal(timeOf("Ready", failing), "2026-01-02T03:04:05Z");
  const ready = status({ deployment: deployment(1) }, { server, now: later });
  assert.equal(timeOf("Ready", ready), "2026-01-02T04:00:00Z");
  assert.equal(timeOf("ServiceReady", ready), "2026-01-02T03:04:05Z");
});

for (const isRegistryMissing of [false, true])
  test(`the reason why an image cannot be pulled stays known while the cluster waits for the next try (${isRegistryMissing})`, () => {
    const first = status({ deployment: deployment(0), pods: [pulling] }, { isRegistryMissing });
    const image = "registry.example.com/notes:latest";
    const backOff = waiting("ImagePullBackOff", `Back-off pulling image "${image}"`);
    const server = mcpServer({}, { status: first });
    const next = status({ deployment: deployment(0), pods: [backOff] }, { server, isRegistryMissing });
    assert.match(next.message, /ImagePullBackOff: .*manifest unknown/);
    assert.deepEqual(next, first);
    const other = status({ deployment: deployment(0), pods: [backOff] });
    assert.match(other.message, /ImagePullBackOff: .*Back-off pulling/);
  });

test("a server that never listens is distinguished from one that exits by itself", () => {
  const after = (finishedAt: string) => {
    const terminated = { exitCode: 137, startedAt: "2026-01-02T03:00:00Z", finishedAt };
    const container = { restartCount: 1, state: { running: {} }, lastState: { terminated } };
    return status({ deployment: deployment(0), pods: [pod(container)] });
  };
  const notListening = after("2026-01-02T03:02:59Z");
  assert.deepEqual(
    [notListening.phase, /NotListening: .*within 120 s/.test(notListening.message)],
    ["Error", true],
  );
  assert.match(after("2026-01-02T03:00:04Z").message, /CrashLoopBackOff/);
  assert.match(after("2026-01-03T03:00:00Z").message, /CrashLoopBackOff/);
});

test("the cluster's refusal to run an image without root is recognised", () => {
  const image = "registry.example.com/notes:latest";
  const reason = "container has runAsNonRoot and image will run as root";
  assert.equal(needsRoot([waiting("CreateContainerConfigError", reason)], image), true);
  assert.equal(needsRoot([waiting("CreateContainerConfigError", reason)], "other"), false);
  const first = status({ deployment: deployment(0), pods: [waiting("CreateContainerConfigError", reason)] });
  assert.equal(first.phase, "Pending", "the operator fixes that itself");
  const server = mcpServer({ runAsNonRoot: true });
  const second = status(
    { deployment: deployment(0), pods: [waiting("CreateContainerConfigError", reason)] },
    { server },
  );
  assert.equal(second.phase, "Error");
  assert.match(second.message, /runAsNonRoot and image will run as root/);
  assert.equal(needsRoot([waiting("CreateContainerConfigError", "no such secret")], image), false);
});

test("an Event reports a change of phase, and nothing else", () => {
  const failed = status({ deployment: deployment(0), pods: [pulling] });
  const event = phaseEvent(mcpServer(), failed, "00ff", now) as unknown as Record<string, unknown>;
  assert.deepEqual([event["type"], event["reason"], event["message"]], ["Warning", "Error", failed.message]);
  assert.equal(phaseEvent(mcpServer({}, { status: failed }), failed, "00ff", now), undefined);
});
