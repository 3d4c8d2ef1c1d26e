/** Tests whether an object is as planned, whatever other clients have added to it. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { isSubset } from "../../../../src/platform/operator/is-subset.ts";
import { amountOf, isSameAmount } from "../../../../src/platform/operator/quantity.ts";

const planned = {
  metadata: { labels: { app: "notes" }, annotations: { empty: "" } },
  spec: {
    replicas: 2,
    containers: [
      { name: "server", env: [{ name: "A", value: "1" }], resources: { limits: { cpu: "1000m" } } },
    ],
    rules: [{ host: "a" }],
  },
};

test("additions by other clients and the API server's format of amounts make no difference", () => {
  const observed = structuredClone(planned) as unknown as typeof planned & {
    spec: { tolerations?: object[] };
  };
  observed.spec.containers[0]?.env.unshift({ name: "B", value: "2" });
  observed.spec.containers.unshift({ name: "sidecar", env: [], resources: { limits: { cpu: "1" } } });
  observed.spec.tolerations = [{}];
  Object.assign(observed.spec.containers[1]?.resources.limits ?? {}, { cpu: "1" });
  Reflect.deleteProperty(observed.metadata.annotations, "empty");
  assert.equal(isSubset(planned, observed), true);
});

test("changed and removed fields are noticed", () => {
  const changed = (change: (copy: typeof planned) => void) => {
    const copy = structuredClone(planned);
    change(copy);
    return isSubset(planned, copy);
  };
  assert.equal(
    changed(({ spec }) => Object.assign(spec, { replicas: 3 })),
    false,
  );
  assert.equal(
    changed(({ spec }) => spec.containers.pop()),
    false,
  );
  assert.equal(
    changed(({ spec }) => Object.assign(spec.containers[0] ?? {}, { env: [] })),
    false,
  );
  assert.equal(
    changed(({ metadata }) => Object.assign(metadata.annotations, { empty: "not any more" })),
    false,
  );
  assert.equal(
    changed(({ spec }) => spec.rules.push({ host: "b" })),
    false,
  );
  assert.equal(
    changed(({ metadata }) => Object.assign(metadata.labels, { app: "x" })),
    false,
  );
  assert.equal(isSubset(planned, undefined), false);
});

test("amounts are compared by value", () => {
  assert.equal(amountOf("500m"), 0.5);
  assert.equal(amountOf("1Ki"), 1024);
  assert.equal(amountOf("1e3"), 1000);
  assert.equal(amountOf("much"), undefined);
  assert.ok(isSameAmount("1024Mi", "1Gi") && isSameAmount("0.1", "100m") && !isSameAmount("1", "1M"));
});
