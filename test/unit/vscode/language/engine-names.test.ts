/** Whom completion asks for names, and for how long. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { clusterFor, engineFor, namesInTime } from "../../../../src/vscode/language/engine-names.ts";

test("an engine is asked where the entry says which, and only on this machine", () => {
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

test("a cluster is asked through the user's own kubeconfig only", () => {
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

test("names come once and sorted, and none of who fails or takes too long", async () => {
  assert.deepEqual(await namesInTime(async () => ["b", "a", "b"]), ["a", "b"]);
  assert.deepEqual(await namesInTime(() => Promise.reject(new Error("no engine"))), []);
  assert.deepEqual(await namesInTime(() => new Promise(() => undefined), 1), []);
  const many = Array.from({ length: 2_000 }, (_, nth) => String(nth));
  assert.equal((await namesInTime(async () => many)).length, 500);
});
