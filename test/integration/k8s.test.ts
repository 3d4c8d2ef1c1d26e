/**
 * Jobs and Services of a Kubernetes cluster through the gateway: beside others, asleep, and after the death of a
 * gateway.
 */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type Cluster, openCluster } from "../../src/kube/cluster.ts";
import { labels } from "../../src/runtime/kube/job-manifests.ts";
import { namespaceNames } from "../../src/vscode/language/engine-names.ts";
import { clusterImage, testNamespace, withoutKubernetes } from "../support/engines.ts";
import { fixture, startGateway } from "../support/gateway.ts";
import { loadsChunk } from "../support/loaded-chunks.ts";
import { McpClient } from "../support/mcp-client.ts";
import { serveInCluster } from "../support/served-in-cluster.ts";
import { until } from "../support/until.ts";

const space: { cluster?: Cluster; namespace: string; remove?: () => Promise<void> } = { namespace: "" };

before(async () => {
  if (withoutKubernetes) return;
  space.cluster = await openCluster({}, import.meta.dirname);
  Object.assign(space, await testNamespace(space.cluster.core));
});

after(() => space.remove?.());

function cluster(): Cluster {
  if (!space.cluster) throw new Error("no cluster");
  return space.cluster;
}

function job(id: string) {
  const { namespace } = space;
  const command = ["node", "/servers/echo.ts"];
  return { id, runtime: { type: "k8s-job", namespace, image: clusterImage, command }, env: { A: "1" } };
}

/** Jobs, Pods and Secrets of an entry. */
async function leftOf(entry: string): Promise<string[]> {
  const { core, batch } = cluster();
  const query = { namespace: space.namespace, labelSelector: `${labels.entry}=${entry}` };
  const lists = await Promise.all([
    batch.listNamespacedJob(query),
    core.listNamespacedPod(query),
    core.listNamespacedSecret(query),
  ]);
  return lists.flatMap(({ items }) => items.map(({ metadata }) => metadata?.name ?? ""));
}

async function served(): Promise<object> {
  const { namespace } = space;
  await serveInCluster(cluster().core, namespace);
  return { type: "k8s-service", namespace, service_name: "served", port: 80 };
}

test("Jobs and Services serve a client beside processes, and Jobs are removed when idle", {
  skip: withoutKubernetes,
}, async (t) => {
  const gateway = await startGateway(t, [
    { id: "process", runtime: fixture("echo") },
    { ...job("as-job"), idle_timeout_seconds: 2 },
    { id: "as-service", runtime: await served() },
  ]);
  const client = new McpClient(gateway.url, "");
  await client.initialize();
  const ids = ["process", "as-job", "as-service"];
  const answers = await Promise.all(ids.map((id) => client.callTool(`${id}__echo`, { id })));
  assert.deepEqual(
    answers.map((text) => JSON.parse(text).id),
    ids,
  );
  await until("the Job sleeps", async () => (await leftOf("as-job")).length === 0);
});

test("the Jobs and Secrets of a killed gateway are removed when the next gateway starts", {
  skip: withoutKubernetes,
}, async (t) => {
  const catalog = [job("left-as-job")];
  const first = await startGateway(t, catalog);
  await (await McpClient.open(first.url, "left-as-job")).callTool("echo");
  assert.equal((await leftOf("left-as-job")).length, 3);
  first.process.kill("SIGKILL");
  const second = await startGateway(t, catalog);
  await second.logged(/removed orphan Job mcp-left-as-job-[0-9a-f]{8} of 'left-as-job'/);
  assert.deepEqual(await leftOf("left-as-job"), []);
});

test("the library of clusters is loaded by the first entry that needs it", {
  skip: withoutKubernetes,
}, async (t) => {
  assert.equal(
    await loadsChunk(t, "kubernetes-client-exports", { id: "process", runtime: fixture("echo") }),
    false,
  );
  assert.equal(await loadsChunk(t, "kubernetes-client-exports", job("loads")), true);
});

test("completion receives the namespaces of the cluster", { skip: withoutKubernetes }, async () => {
  assert.ok((await namespaceNames({})).includes(space.namespace));
  assert.deepEqual(await namespaceNames({ context: "nowhere" }), []);
});
