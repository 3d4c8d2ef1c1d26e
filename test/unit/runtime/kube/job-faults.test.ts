/**
 * Clusters that are unavailable at the wrong moment. Every Job is removed in the end, and nothing waits for
 * objects that were never created.
 */

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { Cluster } from "../../../../src/kube/cluster.ts";
import type { ClusterStream } from "../../../../src/kube/cluster-stream.ts";
import { DeferredCleanup } from "../../../../src/runtime/deferred-cleanup.ts";
import { JobInstance } from "../../../../src/runtime/kube/job-instance.ts";
import type { JobConfig } from "../../../../src/runtime/kube/job-manifests.ts";
import { RunningJob } from "../../../../src/runtime/kube/running-job.ts";
import { handTurnedTime, launch, turns } from "../../fakes.ts";

/** A cluster that holds one Job with its Secret until they are deleted, and that answers while it is `there`. */
function fakeCluster() {
  const fake = { there: true, asked: [] as string[], held: new Set(["job", "secret"]) };
  const answers = (what: string, act: () => unknown) => async () => {
    fake.asked.push(what);
    if (!fake.there) throw Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
    return act();
  };
  const deletes = (kind: string) =>
    answers(`delete ${kind}`, () => {
      if (!fake.held.delete(kind)) throw Object.assign(new Error("not found"), { code: 404 });
    });
  const core = {
    createNamespacedSecret: answers("create secret", () => ({})),
    deleteNamespacedSecret: deletes("secret"),
    listNamespacedPod: answers("list pods", () => ({ items: [] })),
  };
  const batch = {
    createNamespacedJob: answers("create job", () => ({})),
    deleteNamespacedJob: deletes("job"),
  };
  return Object.assign(fake, { cluster: { core, batch, server: "fake" } as unknown as Cluster });
}

/** A Job in that cluster that is being removed, with the time advanced by hand. */
function removing(t: TestContext) {
  const pass = handTurnedTime(t);
  const fake = fakeCluster();
  const unremoved = new DeferredCleanup();
  const place = {
    cluster: fake.cluster,
    keep: (removal: () => Promise<boolean>) => unremoved.keep("there", removal),
  };
  const job = new RunningJob({ ...place, namespace: "n", name: "mcp-x" });
  fake.there = false;
  return { fake, pass, removed: job.remove(), unremoved };
}

test("a Job and its Secret are deleted although the cluster is unavailable for a moment", async (t) => {
  const { fake, pass, removed } = removing(t);
  await pass(3_000);
  fake.there = true;
  await pass(1_000);
  await removed;
  assert.deepEqual([...fake.held], []);
});

for (const how of ["by and by", "before the next start"])
  test(`a Job that could not be deleted in time is deleted ${how}`, async (t) => {
    const { fake, pass, removed, unremoved } = removing(t);
    await pass(20_000);
    await removed;
    fake.there = true;
    assert.deepEqual([...fake.held], ["job", "secret"]);
    if (how === "by and by") await pass(5_000);
    else await unremoved.sweep("there");
    assert.deepEqual([...fake.held], []);
    fake.asked.length = 0;
    await pass(20_000);
    assert.deepEqual(fake.asked, [], "it is at it still");
  });

const config: JobConfig = { type: "k8s-job", namespace: "n", image: "i" };
const around = { entryId: "x", owner: "1:2:3", machine: "m", env: { KEY: "v" }, mark: "0", pod: undefined };
const signal = new AbortController().signal;
const report = () => {};

test("an unavailable cluster fails the start at once, because nothing was created that must be removed", async () => {
  const fake = fakeCluster();
  fake.there = false;
  const place = { cluster: fake.cluster, keep: () => assert.fail("nothing to keep") };
  await assert.rejects(RunningJob.start(place, config, around, { report, signal }), { code: "start-failed" });
  assert.deepEqual(fake.asked, ["create secret"]);
});

test("an object that may have been created is removed, although the cluster did not confirm it", async () => {
  const fake = fakeCluster();
  fake.cluster.batch.createNamespacedJob = () => Promise.reject(new Error("socket hang up"));
  const place = { cluster: fake.cluster, keep: () => assert.fail("nothing to keep") };
  await assert.rejects(RunningJob.start(place, config, { ...around, env: {} }, { report, signal }), {
    code: "start-failed",
  });
  assert.deepEqual([...fake.held], []);
});

test("a connection to a Pod that opens after the stop is closed", async (t) => {
  const pass = handTurnedTime(t);
  const attached = Promise.withResolvers<ClusterStream>();
  const [first, late] = [stream(), stream()];
  const attaches = [Promise.resolve(first), attached.promise];
  const fake = {
    attach: () => attaches.shift(),
    state: async () => ({ kind: "running" }),
    lastLines: async () => [],
    remove: async () => undefined,
  };
  const events = { message: () => {}, log: () => {}, undelivered: () => {} };
  const instance = await JobInstance.start({ job: fake as unknown as RunningJob, launch, events });
  first.end();
  await pass(200);
  const stopped = instance.stop();
  await turns();
  attached.resolve(late as unknown as ClusterStream);
  assert.deepEqual(await stopped, { kind: "stopped" });
  assert.equal(late.destroyed, true);
});

function stream() {
  const closed = Promise.withResolvers<void>();
  return {
    destroyed: false,
    isCongested: false,
    closed: closed.promise,
    write: () => undefined,
    close: () => closed.resolve(),
    end: () => closed.resolve(),
    destroy() {
      this.destroyed = true;
      closed.resolve();
    },
  };
}
