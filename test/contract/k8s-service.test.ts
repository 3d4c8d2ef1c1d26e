/** The runtime contract for servers behind a Service of a Kubernetes cluster, reached by a port-forward. */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { type Cluster, openCluster } from "../../src/kube/cluster.ts";
import { ServiceRuntime } from "../../src/runtime/kube/service-runtime.ts";
import type { Launch } from "../../src/runtime/runtime.ts";
import { clusterImage, testNamespace, withoutKubernetes } from "../support/engines.ts";
import { until } from "../support/until.ts";
import { Probe } from "./probe.ts";
import { runtimeContract } from "./runtime-contract.ts";

const runtime = new ServiceRuntime();
const baseDir = import.meta.dirname;
const space: { cluster?: Cluster; namespace: string; remove?: () => Promise<void> } = { namespace: "" };
const made = new Map<string, Promise<void>>();

type Config = Extract<Launch["runtime"], { type: "k8s-service" }>;

function launch(name: string, more: Partial<Config> = {}): Launch {
  const config: Config = {
    type: "k8s-service",
    namespace: space.namespace,
    service_name: name,
    port: 80,
    ...more,
  };
  return {
    id: "in-cluster",
    runtime: config,
    env: {},
    baseDir,
    redact: (text) => text,
    hide: () => undefined,
  };
}

/** A Pod that serves the fixture over HTTP, and a Service that leads to it, made once for each fixture. */
async function serving(fixture: string): Promise<string> {
  const name = fixture.replace(".ts", "");
  const making = made.get(name) ?? serve(name, ["node", "/servers/over-http.ts", fixture]);
  made.set(name, making);
  await making;
  return name;
}

async function serve(name: string, command: string[]): Promise<void> {
  const { core } = cluster();
  const { namespace } = space;
  const labels = { app: name };
  const container = {
    name: "server",
    image: clusterImage,
    command,
    env: [{ name: "PORT", value: "8080" }],
    ports: [{ name: "mcp", containerPort: 8080 }],
    readinessProbe: { tcpSocket: { port: "mcp" as const }, periodSeconds: 1 },
  };
  await core.createNamespacedPod({
    namespace,
    body: { metadata: { name, labels }, spec: { containers: [container], terminationGracePeriodSeconds: 0 } },
  });
  await core.createNamespacedService({
    namespace,
    body: { metadata: { name }, spec: { selector: labels, ports: [{ port: 80, targetPort: "mcp" }] } },
  });
}

function cluster(): Cluster {
  if (!space.cluster) throw new Error("no cluster");
  return space.cluster;
}

before(async () => {
  if (withoutKubernetes) return;
  space.cluster = await openCluster({}, baseDir);
  Object.assign(space, await testNamespace(space.cluster.core));
});

after(() => space.remove?.());

describe("k8s-service keeps the runtime contract", { skip: withoutKubernetes }, () => {
  runtimeContract({ runtime, launch: async (fixture) => launch(await serving(fixture)) });
});

describe("k8s-service", { skip: withoutKubernetes }, () => {
  test("headers and path reach the server", async () => {
    const name = await serving("echo.ts");
    const more = { headers: { "x-team": "blue" }, path: "/refuse/418" };
    const probe = await Probe.start(runtime, launch(name, more));
    await assert.rejects(probe.initialize(), /418/);
    const ip = (await cluster().core.readNamespacedPod({ name, namespace: space.namespace })).status?.podIP;
    const good = await Probe.start(runtime, launch(name, { headers: { "x-team": "blue" } }));
    await good.initialize();
    const seen = await (await fetch(`http://${ip}:8080/seen`)).text();
    assert.match(seen, /"x-team":"blue"/);
    await good.stop();
  });

  test("a Service that does not exist and a port that it does not have are errors", async () => {
    await assert.rejects(Probe.start(runtime, launch("nobody")), {
      code: "start-failed",
      message: 'services "nobody" not found',
    });
    const name = await serving("echo.ts");
    await assert.rejects(Probe.start(runtime, launch(name, { port: 81 })), {
      message: "the Service 'echo' has no port 81 (it has 80)",
    });
  });

  test("a call fails with the reason when the Pods of the Service are removed", async (t) => {
    await serve("leaving", ["node", "/servers/over-http.ts", "echo.ts"]);
    const probe = await Probe.start(runtime, launch("leaving"));
    t.after(() => probe.stop());
    await probe.initialize();
    const pod = { name: "leaving", namespace: space.namespace };
    await cluster().core.deleteNamespacedPod({ ...pod, gracePeriodSeconds: 0 });
    await until("the Service leads nowhere", async () => {
      const { subsets = [] } = await cluster().core.readNamespacedEndpoints(pod);
      return subsets.every(({ addresses = [] }) => addresses.length === 0);
    });
    // A connection from before may break first.
    const broken = "the Service 'leaving' closed the connection";
    const none = "no Pod of the Service 'leaving' is ready";
    const said = [broken];
    while (said.at(-1) === broken) said.push(await probe.tool("echo").catch((error: Error) => error.message));
    assert.equal(said.at(-1), none);
  });

  test("a start waits while no Pod is ready, and reports that", async () => {
    const { core } = cluster();
    const body = { metadata: { name: "empty" }, spec: { selector: { app: "none" }, ports: [{ port: 80 }] } };
    await core.createNamespacedService({ namespace: space.namespace, body });
    const abort = new AbortController();
    const logs: string[] = [];
    const log = (line: string) => {
      logs.push(line);
      abort.abort();
    };
    const events = { message: () => undefined, undelivered: () => undefined, log };
    await assert.rejects(runtime.start(launch("empty"), events, abort.signal), { code: "start-failed" });
    assert.deepEqual(logs, ["[gateway] no Pod of the Service 'empty' is ready yet"]);
  });
});
