/** Reasons why a Deployment is not ready, from its Pods. */

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Cluster } from "../../../src/kube/cluster.ts";
import type { ObjectType } from "../../../src/kube/objects.ts";
import { type Deployment, rolloutErrorText } from "../../../src/platform/rollout.ts";

const deployment: Deployment = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "registry", namespace: "registry" },
  spec: { selector: { matchLabels: { app: "registry" } }, template: { spec: { containers: [{}] } } },
};

function errorTextOf(isReady: boolean, events: readonly object[] = []): Promise<string> {
  const containerStatuses = [{ ready: isReady, state: { running: {} } }];
  const pod = { metadata: { name: "registry-1", namespace: "registry" }, status: { containerStatuses } };
  const list = async ({ kind }: ObjectType) => ({ items: kind === "Pod" ? [pod] : events });
  return rolloutErrorText({ objects: { list } } as unknown as Cluster, deployment);
}

test("a Pod that runs and is not ready is named, with the cluster's reason", async () => {
  assert.equal(await errorTextOf(false), "Pod registry-1 is running but not ready");
  const type = "Warning";
  const events = [
    { type, reason: "Unhealthy", message: "Readiness probe failed:\n connection refused" },
    // Newer, but not a reason.
    { type, reason: "MissingClusterDNS", message: "Falling back", lastTimestamp: "2026-01-01T00:00:00Z" },
  ];
  assert.equal(
    await errorTextOf(false, events),
    "Pod registry-1: Readiness probe failed: connection refused",
  );
  assert.equal(await errorTextOf(true, events), "it is starting");
});
