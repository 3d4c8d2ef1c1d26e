/** The small parts of the operator: whose an object is, what is refused, what was written last, what is counted. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { GatewayError } from "../../../../src/base/errors.ts";
import { Metrics } from "../../../../src/platform/operator/metrics.ts";
import { controllerOf, isOurs, labelsOf, serverNamesOf } from "../../../../src/platform/operator/owner.ts";
import { isFinal, withoutPassword } from "../../../../src/platform/operator/refusal.ts";
import { clusterRules } from "../../../../src/platform/operator/rules.ts";
import { Sayings } from "../../../../src/platform/operator/sayings.ts";
import { group, mcpServer, service } from "./samples.ts";

const server = mcpServer();

test("an object is the operator's when its server owns it, or it was made for one", () => {
  const with_ = (metadata: object) => ({ ...service, metadata: { ...service.metadata, ...metadata } });
  const somebody = { apiVersion: "apps/v1", kind: "Other", name: "x", uid: "y", controller: true };
  assert.equal(isOurs(service, server), false);
  assert.equal(isOurs(with_({ labels: labelsOf(server) }), server), true);
  assert.equal(isOurs(with_({ labels: labelsOf(server), ownerReferences: [somebody] }), server), false);
  assert.equal(isOurs(with_({ ownerReferences: [controllerOf(server)] }), server), true);
  assert.deepEqual(serverNamesOf(with_({ ownerReferences: [controllerOf(server)] }), group), ["notes"]);
  assert.deepEqual(serverNamesOf(with_({ labels: { app: "other" } }), group), ["other"]);
  assert.deepEqual(serverNamesOf(service, group), []);
});

test("what is for people to mend, and what passes", () => {
  const refused = (code: number) => isFinal(Object.assign(new Error(""), { code }));
  assert.deepEqual([403, 422, 409, 429, 500].map(refused), [true, true, false, false, false]);
  assert.equal(isFinal(new Error("connection refused")), false);
  assert.equal(isFinal(new GatewayError("cluster-failed", "not ours")), true);
});

test("the password is in no words", () => {
  const credentials = { username: "ada", password: "hush" };
  const encoded = Buffer.from("ada:hush").toString("base64");
  assert.equal(withoutPassword(`bad ${encoded} hush`, credentials), "bad *** ***");
});

test("what was written last counts until the watch knows of it", () => {
  const sayings = new Sayings();
  const at = (resourceVersion: string) =>
    mcpServer({}, { metadata: { ...server.metadata, resourceVersion } });
  assert.equal(sayings.latest(server), server);
  sayings.said(server, at("11"));
  assert.equal(sayings.latest(server).metadata.resourceVersion, "11");
  sayings.said(at("11"), at("12"));
  assert.equal(sayings.latest(server).metadata.resourceVersion, "12");
  assert.equal(sayings.latest(at("12")).metadata.resourceVersion, "12");
  assert.equal(sayings.latest(server), server);
});

test("metrics as Prometheus reads them", () => {
  const metrics = new Metrics();
  metrics.reconciled(0.02, false);
  metrics.reconciled(2, true);
  const text = metrics.text({ queueDepth: 4, isLeading: true, servers: [server] });
  for (const line of [
    "mcp_runtime_reconciles_total 2",
    "mcp_runtime_reconcile_errors_total 1",
    'mcp_runtime_reconcile_duration_seconds_bucket{le="0.05"} 1',
    'mcp_runtime_reconcile_duration_seconds_bucket{le="+Inf"} 2',
    "mcp_runtime_reconcile_duration_seconds_sum 2.02",
    "mcp_runtime_queue_depth 4",
    "mcp_runtime_leader 1",
    'mcp_runtime_servers{phase="Pending"} 1',
    'mcp_runtime_servers{phase="Ready"} 0',
  ])
    assert.ok(text.split("\n").includes(line), line);
});

test("of Secrets it may read its own only, and it may write no MCPServer", () => {
  const rules = clusterRules({ group, pullSecretName: "login" });
  const reading = rules.filter(
    ({ resources, verbs }) => resources.includes("secrets") && verbs.includes("get"),
  );
  assert.deepEqual(
    reading.map(({ resourceNames }) => resourceNames),
    [["login"]],
  );
  const own = rules.find(({ resources }) => resources.includes("mcpservers"));
  assert.deepEqual(own?.verbs, ["get", "list", "watch"]);
});
