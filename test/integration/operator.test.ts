/** The operator on a real cluster: the objects it makes of MCPServers and keeps correct, and their status. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Condition } from "../../src/platform/resource/mcp-server.ts";
import { withoutKubernetes, withoutRegistries } from "../support/engines.ts";
import { listening, OperatorStage, pushServer } from "../support/operator.ts";
import { until } from "../support/until.ts";

const group = "operator-test.agent-hellboy.io";
const skip = withoutKubernetes || withoutRegistries;
const parts = ["Deployment", "Service", "Ingress"] as const;
let stage: OperatorStage;
/** An image that listens on a port. */
let image = "";

before(async () => {
  if (skip) return;
  stage = await OperatorStage.open(group);
  await stage.ownersAreKnown();
  image = await pushServer(`${stage.namespace}/listening`, listening);
});

after(() => stage?.remove());

function condition(conditions: readonly Condition[] | undefined, type: string): Condition | undefined {
  return conditions?.find((one) => one.type === type);
}

/** The versions of all objects of it, which show whether something was written. */
async function versionsOf(name: string): Promise<(string | undefined)[]> {
  const objects = await Promise.all([stage.server(name), ...parts.map((kind) => stage.find(kind, name))]);
  const events = (await stage.list("Event")).filter(({ metadata }) => metadata.name.startsWith(`${name}.`));
  return [...objects.map((object) => object?.metadata.resourceVersion), String(events.length)];
}

test("an MCPServer becomes a Deployment, a Service and an Ingress, and a second pass writes nothing", {
  skip,
}, async (t) => {
  const operator = await stage.startOperator(t);
  await stage.applyServer("notes", { image, imageTag: "v1", ingressHost: "notes.example.com" });
  const server = await stage.says("notes", /^Ready: 1 of 1/);
  const { deploymentReady, serviceReady, ingressReady } = server.status ?? {};
  assert.deepEqual([deploymentReady, serviceReady, ingressReady], [true, true, true]);
  const [deployment, service, ingress] = await Promise.all(parts.map((kind) => stage.find(kind, "notes")));
  assert.equal(deployment?.spec.template.spec.containers[0].image, `${image}:v1`);
  assert.equal(ingress?.spec.rules[0].host, "notes.example.com");
  for (const one of [deployment, service, ingress])
    assert.equal(one?.metadata.ownerReferences?.[0]?.uid, server.metadata.uid);
  // The nodes get the list of a Service's Pods a moment after the cluster has it. Until then any Pod may answer.
  const ask = async () => {
    const headers = { Connection: "close" };
    const url = `http://${service?.spec.clusterIP}:80/`;
    const answer = await fetch(url, { headers, signal: AbortSignal.timeout(2_000) }).catch(() => undefined);
    return (await answer?.text()) === "/notes/mcp";
  };
  await until("its Service leads to it", ask);
  const reasons = (await stage.list("Event"))
    .map((event) => event as unknown as { reason: string; involvedObject: { kind: string } })
    .filter(({ involvedObject }) => involvedObject.kind === "MCPServer");
  assert.ok(reasons.some(({ reason }) => reason === "Ready"));
  // The next operator reads everything again.
  assert.equal(await operator.stop(), 0);
  const first = await versionsOf("notes");
  const next = await stage.startOperator(t);
  await until(
    "it has looked at all",
    async () => ((await next.metric("mcp_runtime_reconciles_total")) ?? 0) > 0,
  );
  await stage.applyServer("other", { image, replicas: 0 });
  await stage.says("other", /^Ready/);
  assert.deepEqual(await versionsOf("notes"), first);
  const log = operator.log() + next.log();
  assert.ok(!/cannot \w+ resource/.test(log), log);
});

test("fields that others add stay, and fields that the operator set are restored", { skip }, async (t) => {
  await stage.startOperator(t);
  await stage.applyServer("edited", { image, imageTag: "v1", replicas: 0, ingressHost: "e.example.com" });
  await stage.says("edited", /^Ready/);
  const ref = { name: "edited", namespace: stage.namespace };
  await stage.apply({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { ...ref, annotations: { "team.example/note": "keep" }, labels: { app: "wrong" } },
    spec: { replicas: 1, minReadySeconds: 2, template: { spec: { priority: undefined } } },
  } as never);
  const mended = await until("the Deployment is as said", async () => {
    const { metadata, spec } = (await stage.find("Deployment", "edited")) ?? {};
    return spec?.replicas === 0 && metadata?.labels?.["app"] === "edited" && { metadata, spec };
  });
  assert.equal(mended.metadata?.annotations?.["team.example/note"], "keep");
  assert.equal(mended.spec.minReadySeconds, 2);
  const service = await stage.find("Service", "edited");
  await stage.apply({
    apiVersion: "v1",
    kind: "Service",
    metadata: ref,
    spec: { ...service?.spec, ports: [{ ...service?.spec.ports[0], targetPort: 1 }] },
  } as never);
  await until(
    "its port is as said",
    async () => (await stage.find("Service", "edited"))?.spec.ports[0].targetPort === "http",
  );
  await stage.cluster.objects.delete({ apiVersion: "networking.k8s.io/v1", kind: "Ingress", ...ref });
  await until("its Ingress is there again", () => stage.find("Ingress", "edited"));
});

test("replicas, image, port, path and variables follow, and a server without a host has no Ingress", {
  skip,
}, async (t) => {
  await stage.startOperator(t);
  const common = { image, imageTag: "v1", replicas: 0 };
  await stage.applyServer("changed", {
    ...common,
    ingressHost: "c.example.com",
    envVars: [{ name: "A", value: "1" }],
  });
  await stage.says("changed", /^Ready/);
  await stage.applyServer("changed", { ...common, ingressHost: "c.example.com" });
  await until("the variable is gone", async () => {
    const spec = (await stage.find("Deployment", "changed"))?.spec.template.spec;
    return spec.containers[0].env.every(({ name }: { name: string }) => name !== "A");
  });
  await stage.applyServer("changed", {
    image,
    imageTag: "v2",
    replicas: 0,
    port: 9000,
    servicePort: 81,
    ingressPath: "/elsewhere",
    ingressHost: "c.example.com",
  });
  await stage.says("changed", /^Ready/);
  const container = (await stage.find("Deployment", "changed"))?.spec.template.spec.containers[0];
  assert.equal(container.image, `${image}:v2`);
  assert.deepEqual(container.env, [
    { name: "MCP_PATH", value: "/elsewhere" },
    { name: "PORT", value: "9000" },
  ]);
  assert.deepEqual(
    container.ports.map(({ containerPort }: { containerPort: number }) => containerPort),
    [9000],
  );
  const ports = (await stage.find("Service", "changed"))?.spec.ports;
  assert.deepEqual([ports.length, ports[0].port, ports[0].targetPort], [1, 81, "http"]);
  assert.equal((await stage.find("Ingress", "changed"))?.spec.rules[0].http.paths[0].path, "/elsewhere");
  await stage.applyServer("changed", common);
  const { status } = await stage.says("changed", /no ingress host/);
  assert.equal(condition(status?.conditions, "IngressHostMissing")?.status, "True");
  assert.deepEqual([await stage.find("Ingress", "changed"), status?.ingressReady], [undefined, false]);
  assert.equal(condition(status?.conditions, "ProvisionedRegistryMissing")?.status, "False");
  await stage.applyServer("changed", { ...common, useProvisionedRegistry: true });
  const lacking = await stage.says("changed", /^Ready: .*no registry was provisioned/);
  assert.equal(condition(lacking.status?.conditions, "ProvisionedRegistryMissing")?.status, "True");
});

test("the reason why a server does not start is in its status", { skip }, async (t) => {
  await stage.startOperator(t);
  const ends = await pushServer(`${stage.namespace}/ends`, [
    "node",
    "-e",
    "console.error('no token given'); process.exit(3)",
  ]);
  await stage.applyServer("missing", { image: `${image}-not-there` });
  await stage.applyServer("ends", { image: ends, imageTag: "v1" });
  await stage.applyServer("huge", { image, imageTag: "v1", resources: { requests: { cpu: "900" } } });
  const pull = await stage.says(
    "missing",
    /^Error: .*ImagePullBackOff: .*not-there:latest.*(not found|is not in)/,
  );
  assert.equal(condition(pull.status?.conditions, "DeploymentReady")?.reason, "ImagePullBackOff");
  await stage.says("ends", /^Error: .*CrashLoopBackOff: .*code 3.*no token given/);
  await stage.says("huge", /^Pending: .*Unschedulable: .*cpu/);
  for (const name of ["missing", "ends", "huge"]) await stage.deleteServer(name);
});

test("an image that runs as root only runs as root, and other images do not", { skip }, async (t) => {
  await stage.startOperator(t);
  const asRoot = await pushServer(`${stage.namespace}/root`, listening, { user: "0" });
  await stage.applyServer("as-root", { image: asRoot, imageTag: "v1" });
  await stage.says("as-root", /^Ready/);
  const pod = (await stage.find("Deployment", "as-root"))?.spec.template.spec;
  assert.deepEqual(
    [pod.securityContext.runAsNonRoot, pod.containers[0].securityContext.allowPrivilegeEscalation],
    [undefined, false],
  );
  const other = (await stage.find("Deployment", "notes"))?.spec.template.spec;
  assert.equal(other.securityContext.runAsNonRoot, true);
});

test("a refusal of the cluster is in the status, with the cluster's message", { skip }, async (t) => {
  await stage.startOperator(t);
  const name = "x".repeat(64);
  await stage.applyServer(name, { image, replicas: 0 });
  await stage.says(name, /^Error: the cluster refused the Deployment: .*no more than 63 characters/);
  const metadata = { name: "theirs", namespace: stage.namespace };
  const ports = [{ port: 80, protocol: "TCP" }];
  await stage.apply({ apiVersion: "v1", kind: "Service", metadata, spec: { ports } } as never);
  await stage.applyServer("theirs", { image, replicas: 0 });
  await stage.says(
    "theirs",
    /^Error: the cluster refused the Service: .*'theirs' exists and does not belong to the operator/,
  );
  assert.equal((await stage.find("Service", "theirs"))?.metadata.ownerReferences, undefined);
  const labels = { app: "old", "app.kubernetes.io/managed-by": "mcp-runtime" };
  const template = { metadata: { labels }, spec: { containers: [{ name: "old", image }] } };
  await stage.apply({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "selected", namespace: stage.namespace, labels },
    spec: { replicas: 0, selector: { matchLabels: labels }, template },
  } as never);
  await stage.applyServer("selected", { image, replicas: 0 });
  await stage.says("selected", /^Error: the cluster refused the Deployment: .*selector.*immutable/);
  // The error disappears with the object that caused it.
  await stage.cluster.objects.delete({ apiVersion: "v1", kind: "Service", ...metadata });
  await stage.says("theirs", /^Ready/);
});

test("the objects made for an MCPServer are removed with it", { skip }, async (t) => {
  await stage.startOperator(t);
  await stage.applyServer("short", { image, replicas: 0, ingressHost: "s.example.com" });
  await stage.says("short", /^Ready/);
  await stage.deleteServer("short");
  const left = () => Promise.all(parts.map((kind) => stage.find(kind, "short")));
  await until("all is gone", async () => (await left()).every((one) => one === undefined), 45_000);
});
