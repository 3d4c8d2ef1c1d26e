/** Which engines and clusters completion asks for names, and for how long. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { clusterFor, engineFor, namesInTime } from "../../../../src/vscode/language/engine-names.ts";

test("an engine is asked for names only on this machine, and the entry decides which engine", () => {
  assert.deepEqual(engineFor({ engine: "docker" }), { type: "docker" });
  const host = "unix:///run/podman/podman.sock";
  assert.deepEqual(engineFor({ engine: "podman", host }), { type: "podman", host });
  for (const engine of ["k8s-job", "local-process", "dokcer"]) assert.equal(engineFor({ engine }), undefined);
  for (const local of ["/run/docker.sock", "npipe:////./pipe/docker_engine"])
    assert.deepEqual(engineFor({ engine: "docker", host: local }), { type: "docker", host: local });
  const elsewhere = ["tcp://elsewhere:2375", "elsewhere:2375", "npipe:////elsewhere/pipe/x", "//elsewhere/x"];
  for (const other of [...elsewhere, "ssh://me@elsewhere", "tcp://$" + "{HOST}:2375"])
    assert.equal(engineFor({ engine: "docker", host: other }), undefined);
});

test("a cluster is asked for names only through the user's own kubeconfig", () => {
  assert.deepEqual(clusterFor({}), {});
  assert.deepEqual(clusterFor({ context: "dev" }), { context: "dev" });
  const kubeconfig = "~/.kube/other";
  assert.deepEqual(clusterFor({ kubeconfig, context: "dev" }), { kubeconfig, context: "dev" });
  for (const foreign of [
    "kubeconfig",
    "./kubeconfig",
    "/elsewhere/kubeconfig",
    "~/../x",
    "$" + "{workspaceFolder}/k",
  ])
    assert.equal(clusterFor({ kubeconfig: foreign }), undefined, foreign);
  assert.equal(clusterFor({ context: "$" + "{CONTEXT}" }), undefined);
});

test("names are sorted and distinct, and a source that fails or takes too long has none", async () => {
  assert.deepEqual(await namesInTime(async () => ["b", "a", "b"]), ["a", "b"]);
  assert.deepEqual(await namesInTime(() => Promise.reject(new Error("no engine"))), []);
  assert.deepEqual(await namesInTime(() => new Promise(() => undefined), 1), []);
  const many = Array.from({ length: 2_000 }, (_, nth) => String(nth));
  assert.equal((await namesInTime(async () => many)).length, 500);
});
