/**
 * The gateway in a cluster, as deploy/gateway defines it: its image, its manifests, its rights, and a catalog that
 * changes.
 */

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { promisify } from "node:util";
import { KubeConfig, type KubernetesObject, KubernetesObjectApi } from "@kubernetes/client-node";
import { parseAllDocuments } from "yaml";
import { type Cluster, openCluster } from "../../src/kube/cluster.ts";
import { apiVersion, defaultGroup, kind } from "../../src/platform/identity.ts";
import { mcpServerDefinition } from "../../src/platform/resource/crd.ts";
import { labels } from "../../src/runtime/kube/job-manifests.ts";
import {
  clusterImage,
  docker,
  nodeImage,
  push,
  registries,
  testNamespace,
  withoutKubernetes,
  withoutRegistries,
} from "../support/engines.ts";
import { root } from "../support/gateway.ts";
import { McpClient } from "../support/mcp-client.ts";
import { serveInCluster } from "../support/served-in-cluster.ts";
import { until } from "../support/until.ts";

const run = promisify(execFile);
const skip = withoutKubernetes || withoutRegistries;
const key = "the-key-of-this-test";
const built = "open-mcp-gateway:test";
const image = `${registries.open}/open-mcp-gateway:latest`;
/** Time that nodes may take to pull an image, or to see a new ConfigMap. */
const patienceMs = 90_000;

/** The image of deploy/gateway, on top of the base image of the tests, where nodes can pull it. */
async function provideImage(t: TestContext): Promise<void> {
  const file = join(root, "deploy/gateway/Dockerfile");
  const args = ["build", "-q", "-f", file, "--build-arg", `BASE=${nodeImage}`, "-t", built, root];
  await run("docker", args, { env: { ...process.env, DOCKER_BUILDKIT: "0" } });
  t.after(async () => (await docker()).getImage(built).remove({ force: true }));
  await push(image, undefined, built);
}

/**
 * The manifests of deploy/gateway in a namespace of the test, with this image. `edit` changes the objects of a kind.
 */
async function manifests(
  namespace: string,
  // biome-ignore lint/suspicious/noExplicitAny: manifests of any shape
  edit: Readonly<Record<string, (object: any) => void>>,
): Promise<KubernetesObject[]> {
  const files = ["gateway.yaml", "follow-servers.yaml"];
  const texts = await Promise.all(files.map((file) => readFile(join(root, "deploy/gateway", file), "utf8")));
  const objects = texts.flatMap((text) => parseAllDocuments(text).map((document) => document.toJS()));
  for (const object of objects) {
    object.metadata.namespace = namespace;
    for (const subject of object.subjects ?? []) subject.namespace = namespace;
    edit[object.kind]?.(object);
  }
  return objects.filter(({ kind }) => kind !== "Namespace");
}

function catalog(servers: object[]): string {
  return JSON.stringify({ servers });
}

async function jobsOf({ batch }: Cluster, namespace: string): Promise<string[]> {
  const { items } = await batch.listNamespacedJob({ namespace, labelSelector: labels.owner });
  return items.map(({ metadata }) => metadata?.name ?? "");
}

/** The Pod of the gateway that is ready, if there is one. */
async function gatewayPod(
  { core }: Cluster,
  namespace: string,
): Promise<{ name: string; url: string } | undefined> {
  const labelSelector = "app.kubernetes.io/name=mcp-gateway";
  const { items } = await core.listNamespacedPod({ namespace, labelSelector });
  const pod = items.find(({ status }) => status?.containerStatuses?.[0]?.ready);
  return pod && { name: pod.metadata?.name ?? "", url: `http://${pod.status?.podIP}:4444` };
}

/** A packet to a Pod that does not exist yet, or no longer exists, is lost without an answer or a refusal. */
function answers(url: string): Promise<boolean> {
  return fetch(`${url}/health`, {
    signal: AbortSignal.timeout(2_000),
    headers: { Connection: "close" },
  }).then(
    ({ ok }) => ok,
    () => false,
  );
}

test("the gateway of deploy/gateway serves Jobs and Services of its cluster, reloads, and leaves nothing when its Pod ends", {
  skip,
  timeout: 175_000,
}, async (t) => {
  const cluster = await openCluster({}, root);
  const { core } = cluster;
  const { namespace, remove } = await testNamespace(core);
  t.after(remove);
  await provideImage(t);
  const address = await serveInCluster(core, namespace);
  const command = ["node", "/servers/echo.ts"];
  const job = {
    id: "job",
    runtime: { type: "k8s-job", namespace, image: clusterImage, command },
    env: { A: "1" },
  };
  const service = {
    id: "service",
    runtime: { type: "k8s-service", namespace, service_name: "served", port: 80 },
  };
  const stringData = { API_KEY: key };
  await core.createNamespacedSecret({
    namespace,
    body: { metadata: { name: "mcp-gateway-key" }, stringData },
  });
  const config = new KubeConfig();
  config.loadFromDefault();
  const api = KubernetesObjectApi.makeApiClient(config);
  const objects = await manifests(namespace, {
    ConfigMap: ({ data }) => {
      data["catalog.yaml"] = catalog([job]);
      data["config.yaml"] += `catalog_sources: [{ type: kubernetes, namespace: ${namespace} }]\n`;
    },
    Deployment: ({ spec: { template } }) => {
      template.spec.containers[0].image = image;
      // The cluster of the tests has no DNS.
      template.spec.hostAliases = [{ ip: address, hostnames: [`served.${namespace}.svc`] }];
    },
  });
  for (const object of objects) await api.create(object);

  const platform = { manager: "test", force: true };
  await cluster.objects.apply(mcpServerDefinition(defaultGroup), platform);
  const { spec } = await core.readNamespacedService({ name: "mcp-gateway", namespace });
  const url = `http://${spec?.clusterIP}`;
  // The Service leads only to a Pod that is ready.
  await until("the gateway is ready", () => answers(url), patienceMs);
  assert.equal((await fetch(`${url}/servers`)).status, 401);
  const headers = { Authorization: `Bearer ${key}` };
  const open = async (id: string, at = url) => {
    const client = new McpClient(at, id, headers);
    await client.initialize();
    return client;
  };
  assert.equal(await (await open("job")).callTool("env", { name: "A" }), "1");
  assert.equal((await jobsOf(cluster, namespace)).length, 1);

  // The gateway follows the platform's servers. No operator makes a Service for this server, so the Service of the
  // tests has its name.
  const type = { apiVersion: apiVersion(defaultGroup), kind };
  const served = { metadata: { name: "served", namespace }, spec: { image: "none", ingressPath: "/mcp" } };
  const isThere = async () => (await fetch(`${url}/servers/served`, { headers })).ok;
  await until("the cluster serves MCPServers", () => cluster.objects.knows(type));
  await cluster.objects.apply({ ...type, ...served }, platform);
  await until("the platform's server is in the catalog", isThere, patienceMs);
  assert.equal(await (await open("served")).callTool("echo", { followed: 1 }), '{"followed":1}');
  await cluster.objects.delete({ ...type, ...served.metadata });
  await until("it is gone again", async () => !(await isThere()), patienceMs);

  const data = [{ op: "add", path: "/data/catalog.yaml", value: catalog([job, service]) }];
  await core.patchNamespacedConfigMap({ name: "mcp-gateway", namespace, body: data });
  const pod = await until("the gateway's Pod is known", () => gatewayPod(cluster, namespace));
  // A node checks the volumes of a changed Pod at once, and those of other Pods once a minute.
  const touched = [{ op: "add", path: "/metadata/annotations", value: { touched: "now" } }];
  await core.patchNamespacedPod({ name: pod.name, namespace, body: touched });
  const isListed = async () => (await fetch(`${url}/servers/service`, { headers })).ok;
  await until("the catalog is reloaded", isListed, patienceMs);
  assert.equal(await (await open("service")).callTool("echo", { reloaded: 1 }), '{"reloaded":1}');
  assert.equal((await jobsOf(cluster, namespace)).length, 1, "the Job runs on");

  // Without the right the gateway cannot delete its Job. The cluster collects it.
  const binding = objects.find((object) => object.kind === "RoleBinding") ?? {};
  await api.delete(binding);
  await core.deleteNamespacedPod({ name: pod.name, namespace, gracePeriodSeconds: 0 });
  await until(
    "its Job went with it",
    async () => (await jobsOf(cluster, namespace)).length === 0,
    patienceMs,
  );
  await api.create(binding);
  // Connections to the previous Pod are still open on this side, and lead nowhere.
  const isAnother = async () => {
    const ready = await gatewayPod(cluster, namespace);
    return ready !== undefined && ready.name !== pod.name && ready;
  };
  const another = await until("another gateway is ready", isAnother, patienceMs);
  assert.equal(await (await open("job", another.url)).callTool("echo"), "{}");
});
