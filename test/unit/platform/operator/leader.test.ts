/** One operator leads: the contents of a Lease, and operators that share one, with the time advanced by hand. */

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { Leader, type LeaseStore } from "../../../../src/platform/operator/leader.ts";
import {
  type Lease,
  leaseMove,
  leaseSpec,
  observeLease,
  releasedLease,
} from "../../../../src/platform/operator/lease.ts";

const now = new Date("2026-01-02T03:04:05.678Z");

function lease(spec: Lease["spec"], resourceVersion = "1"): Lease {
  const metadata = { name: "lease", namespace: "team", resourceVersion };
  return { apiVersion: "coordination.k8s.io/v1", kind: "Lease", metadata, ...(spec && { spec }) };
}

test("a Lease is taken when it has expired by the operator's own clock, or was released", () => {
  const other = lease({ holderIdentity: "other", leaseDurationSeconds: 15 });
  const seen = observeLease(other, undefined, 1000);
  assert.deepEqual(leaseMove(undefined, "me", seen, 0), { kind: "create" });
  assert.deepEqual(leaseMove(other, "me", seen, 15_999), { kind: "wait", for: "other" });
  assert.deepEqual(leaseMove(other, "me", seen, 16_000), { kind: "take" });
  assert.deepEqual(leaseMove(lease({ holderIdentity: "", leaseDurationSeconds: 15 }), "me", seen, 1000), {
    kind: "take",
  });
  assert.deepEqual(leaseMove(lease({ holderIdentity: "me" }), "me", seen, 1000), { kind: "renew" });
  const renewed = observeLease(lease(other.spec, "2"), seen, 9000);
  assert.deepEqual(leaseMove(other, "me", renewed, 16_000), { kind: "wait", for: "other" });
  assert.deepEqual(observeLease(other, seen, 9000), seen);
});

test("a Lease contains the holder, the times and the number of transitions", () => {
  const ownLease = leaseSpec(undefined, "me", 15, now);
  assert.deepEqual(ownLease, {
    holderIdentity: "me",
    leaseDurationSeconds: 15,
    acquireTime: "2026-01-02T03:04:05.678000Z",
    renewTime: "2026-01-02T03:04:05.678000Z",
    leaseTransitions: 0,
  });
  const later = new Date("2026-01-02T03:05:00Z");
  const renewed = leaseSpec(ownLease, "me", 15, later);
  assert.deepEqual([renewed.acquireTime, renewed.leaseTransitions], [ownLease.acquireTime, 0]);
  assert.equal(leaseSpec(ownLease, "other", 15, later).leaseTransitions, 1);
  assert.equal(releasedLease(ownLease, later).holderIdentity, "");
});

/** The only Lease of a cluster. */
class OneLease implements LeaseStore {
  lease: Lease | undefined;
  #version = 0;

  async read() {
    return this.lease;
  }
  async create(spec: Lease["spec"]) {
    if (this.lease) throw Object.assign(new Error("exists"), { code: 409 });
    this.#version += 1;
    this.lease = lease(spec, String(this.#version));
  }
  async replace(next: Lease) {
    if (next.metadata.resourceVersion !== this.lease?.metadata.resourceVersion)
      throw Object.assign(new Error("changed meanwhile"), { code: 409 });
    this.#version += 1;
    this.lease = lease(next.spec, String(this.#version));
  }
}

function operators(t: TestContext) {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  let nowMs = 0;
  const shared = new OneLease();
  const events: string[] = [];
  const operator = (me: string) => {
    // A connection of its own to the cluster, so that it can be cut.
    const connection = { isDown: false };
    const overConnection =
      <A extends unknown[], R>(request: (...values: A) => Promise<R>) =>
      async (...values: A) => {
        if (connection.isDown) throw new Error("connection refused");
        return request(...values);
      };
    const leader = new Leader(
      {
        store: {
          read: overConnection(() => shared.read()),
          create: overConnection((spec: Lease["spec"]) => shared.create(spec)),
          replace: overConnection((next: Lease) => shared.replace(next)),
        },
        me,
        leaseSeconds: 15,
        server: "https://cluster",
        nowMs: () => nowMs,
      },
      {
        leads: () => events.push(`${me} leads`),
        lost: (because) => events.push(`${me} lost: ${because}`),
        waits: () => undefined,
        failed: (event) => events.push(`${me} failed: ${event}`),
      },
    );
    return { leader, connection };
  };
  const pass = async (seconds: number) => {
    for (let step = 0; step < seconds * 2; step += 1) {
      nowMs += 500;
      t.mock.timers.tick(500);
      for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
    }
  };
  return { operator, pass, events, shared };
}

test("the first operator leads and continues, and the second takes over when the first has released the Lease", async (t) => {
  const { operator, pass, events } = operators(t);
  const [one, two] = [operator("one"), operator("two")];
  one.leader.start();
  await pass(1);
  two.leader.start();
  await pass(60);
  assert.deepEqual(events, ["one leads"]);
  await one.leader.close();
  assert.equal(one.leader.isLeading, false);
  await pass(3);
  assert.deepEqual(events, ["one leads", "two leads"]);
  await two.leader.close();
});

test("an operator that cannot renew stops leading before another one takes the Lease", async (t) => {
  const { operator, pass, events } = operators(t);
  const [one, two] = [operator("one"), operator("two")];
  one.leader.start();
  await pass(1);
  two.leader.start();
  one.connection.isDown = true;
  await pass(20);
  assert.deepEqual(
    events.filter((event) => !event.includes("failed")),
    ["one leads", "one lost: the lease could not be renewed in time", "two leads"],
  );
  one.connection.isDown = false;
  await pass(30);
  assert.equal(one.leader.isLeading, false);
  assert.match(
    events.find((event) => event.includes("failed")) ?? "",
    /does not answer at https:\/\/cluster/,
  );
  await Promise.all([one.leader.close(), two.leader.close()]);
});

test("a leader that finds another leader in its Lease stops at once", async (t) => {
  const { operator, pass, events, shared } = operators(t);
  const one = operator("one");
  one.leader.start();
  await pass(1);
  shared.lease = lease({ holderIdentity: "thief", leaseDurationSeconds: 15 }, "99");
  await pass(3);
  assert.deepEqual(events, ["one leads", "one lost: thief is the leader"]);
  await one.leader.close();
  assert.equal(shared.lease.spec?.holderIdentity, "thief");
});
