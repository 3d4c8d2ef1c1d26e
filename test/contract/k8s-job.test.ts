/**
 * The runtime contract for Jobs of a Kubernetes cluster, and features that only they have: Secrets, reasons, cuts,
 * orphans.
 */

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { KubeConfig, RbacAuthorizationV1Api, type V1PolicyRule } from "@kubernetes/client-node";
import { type Cluster, openCluster } from "../../src/kube/cluster.ts";
import { jobManifest, labels, secretManifest } from "../../src/runtime/kube/job-manifests.ts";
import { JobRuntime } from "../../src/runtime/kube/job-runtime.ts";
import { formatOwner, thisOwner } from "../../src/runtime/local/process-marker.ts";
import type { Launch } from "../../src/runtime/runtime.ts";
import { clusterImage, testNamespace, withoutKubernetes } from "../support/engines.ts";
import { CutProxy } from "../support/proxy.ts";
import { until } from "../support/until.ts";
import { eventually, Probe } from "./probe.ts";
import { runtimeContract } from "./runtime-contract.ts";

const owner = formatOwner(thisOwner());
const runtime = new JobRuntime(owner);
const baseDir = import.meta.dirname;
const space: { cluster?: Cluster; namespace: string; remove?: () => Promise<void> } = { namespace: "" };

type Config = Extract<Launch["runtime"], { type: "k8s-job" }>;

function launch(fixture: string, more: Partial<Config> = {}, env: Record<string, string> = {}): Launch {
  const config: Config = {
    type: "k8s-job",
    namespace: space.namespace,
    image: clusterImage,
    command: ["node", `/servers/${fixture}`],
    ...more,
  };
  return { id: "in-cluster", runtime: config, env, baseDir, redact: (text) => text, hide: () => undefined };
}

async function started(...args: Parameters<typeof launch>): Promise<Probe> {
  const probe = await Probe.start(runtime, launch(...args));
  await probe.initialize();
  return probe;
}

function cluster(): Cluster {
  if (!space.cluster) throw new Error("no cluster");
  return space.cluster;
}

/** Jobs, Pods and Secrets of these tests. */
async function leftBehind(): Promise<string[]> {
  const { core, batch } = cluster();
  const query = { namespace: space.namespace, labelSelector: labels.owner };
  const lists = await Promise.all([
    batch.listNamespacedJob(query),
    core.listNamespacedPod(query),
    core.listNamespacedSecret(query),
  ]);
  return lists.flatMap(({ items }) => items.map(({ metadata }) => metadata?.name ?? ""));
}

async function podsOf(entry: string): Promise<string[]> {
  const query = { namespace: space.namespace, labelSelector: `${labels.entry}=${entry}` };
  return (await cluster().core.listNamespacedPod(query)).items.map(({ metadata }) => metadata?.name ?? "");
}

/** Writes a kubeconfig of an account that has no rights until they are granted. */
async function accountWithout(path: string): Promise<{ grant: (rules: V1PolicyRule[]) => Promise<void> }> {
  const { core, server } = cluster();
  const { namespace } = space;
  const name = "weak";
  await core.createNamespacedServiceAccount({ namespace, body: { metadata: { name } } });
  const metadata = { name, annotations: { "kubernetes.io/service-account.name": name } };
  const type = "kubernetes.io/service-account-token";
  await core.createNamespacedSecret({ namespace, body: { metadata, type } });
  const token = await until("the account has its token", async () => {
    const { data } = await core.readNamespacedSecret({ name, namespace });
    return data?.["token"];
  });
  const config = new KubeConfig();
  config.loadFromDefault();
  const { caData, caFile } = config.getCurrentCluster() ?? {};
  config.loadFromClusterAndUser(
    { name, server, skipTLSVerify: false, ...(caData && { caData }), ...(caFile && { caFile }) },
    { name, token: Buffer.from(token, "base64").toString("utf8") },
  );
  config.contexts = [{ name, cluster: name, user: name }];
  config.setCurrentContext(name);
  writeFileSync(path, config.exportConfig());
  return {
    grant: async (rules) => {
      const admin = new KubeConfig();
      admin.loadFromDefault();
      const rights = admin.makeApiClient(RbacAuthorizationV1Api);
      await rights.createNamespacedRole({ namespace, body: { metadata: { name }, rules } });
      const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name };
      const subjects = [{ kind: "ServiceAccount", name, namespace }];
      await rights.createNamespacedRoleBinding({
        namespace,
        body: { metadata: { name }, roleRef, subjects },
      });
    },
  };
}

/** The mark of a process that has ended. */
async function ownerThatEnded(): Promise<string> {
  const child = spawn(process.execPath, ["-e", ""]);
  await once(child, "exit");
  return formatOwner({ ...thisOwner(), pid: child.pid ?? 0 });
}

before(async () => {
  if (withoutKubernetes) return;
  space.cluster = await openCluster({}, baseDir);
  Object.assign(space, await testNamespace(space.cluster.core));
});

after(() => space.remove?.());

describe("k8s-job keeps the runtime contract", { skip: withoutKubernetes }, () => {
  runtimeContract({ runtime, launch: (fixture) => launch(fixture) });

  test("the tests above leave no object", async () => {
    assert.deepEqual(await leftBehind(), []);
  });
});

describe("k8s-job", { skip: withoutKubernetes }, () => {
  test("env goes through a Secret that is removed with the Job", async () => {
    const probe = await started("echo.ts", {}, { "MCP.KEY": "hush\n", PLAIN: "" });
    const value = (name: string) => probe.tool("env", { name });
    assert.deepEqual([await value("MCP.KEY"), await value("PLAIN")], ["hush\n", ""]);
    const { core, batch } = cluster();
    const query = { namespace: space.namespace, labelSelector: labels.owner };
    const jobs = (await batch.listNamespacedJob(query)).items;
    // Secrets of the tests before may not be removed yet.
    const ours = Buffer.from("hush\n").toString("base64");
    const secrets = (await core.listNamespacedSecret(query)).items;
    const secret = secrets.find(({ data }) => Object.values(data ?? {}).includes(ours));
    const job = jobs.find(({ metadata }) => metadata?.name === secret?.metadata?.name);
    assert.ok(job && !JSON.stringify(jobs).includes("hush"));
    assert.equal(secret?.metadata?.ownerReferences?.[0]?.uid, job.metadata?.uid);
    await probe.stop();
    assert.deepEqual(await leftBehind(), []);
  });

  test("a server is isolated and limited as its entry requires", async () => {
    const limits = { memory: "96Mi", cpu: "500m" };
    const probe = await started("looks-around.ts", { resources: { limits } });
    const status = await probe.tool("read", { path: "/proc/self/status" });
    assert.match(status, /^CapEff:\t0+$/m);
    assert.match(status, /^NoNewPrivs:\t1$/m);
    const token = "/var/run/secrets/kubernetes.io/serviceaccount/token";
    assert.match(await probe.tool("read", { path: token }), /ENOENT/);
    await assert.rejects(probe.tool("fill", { bytes: 400 * 1024 * 1024 }), /more memory than its limit/);
    await probe.instance.exited;
    assert.deepEqual(await leftBehind(), []);
  });

  test("a Service of the namespace adds nothing to the server's environment", async () => {
    const { core } = cluster();
    const body = { metadata: { name: "mcp-http" }, spec: { ports: [{ port: 80 }] } };
    await core.createNamespacedService({ namespace: space.namespace, body });
    const probe = await started("echo.ts");
    assert.doesNotMatch(await probe.tool("env", { name: "MCP_HTTP_PORT" }), /tcp/);
    await probe.stop();
  });

  const reasons: readonly [string, Partial<Config>, RegExp][] = [
    [
      "an image nobody has",
      { image: "127.0.0.1:5999/no-such:image" },
      /image '127.0.0.1:5999\/no-such:image'/,
    ],
    ["an image with an impossible name", { image: "UPPER:image" }, /is not a valid image name/],
    ["a namespace that is not there", { namespace: "no-such-namespace" }, /no-such-namespace.* not found/],
    ["an account that is not there", { service_account: "nobody" }, /serviceaccount "nobody" not found/],
    ["a command that is not there", { command: ["/no/such"] }, /\/no\/such/],
    ["a context that is not there", { context: "nowhere" }, /has no context 'nowhere'/],
    ["a kubeconfig that is not there", { kubeconfig: "none" }, /kubeconfig none cannot be read: ENOENT/],
  ];
  for (const [what, more, message] of reasons)
    test(`${what} is reported as the reason`, async () => {
      await assert.rejects(
        async () => {
          const probe = await Probe.start(runtime, launch("echo.ts", more));
          const exit = await probe.instance.exited;
          throw new Error(exit.kind === "crashed" ? exit.because : "stopped");
        },
        { message },
      );
      assert.deepEqual(await leftBehind(), []);
    });

  test("a quota that is used up is reported as the reason", async (t) => {
    const { core } = cluster();
    const { namespace } = space;
    const quota = { name: "full", namespace };
    const body = { metadata: { name: "full" }, spec: { hard: { pods: "0" } } };
    await core.createNamespacedResourceQuota({ namespace, body });
    t.after(() => core.deleteNamespacedResourceQuota(quota));
    // Before that the cluster reports that the usage is unknown.
    await until(
      "the quota is counted",
      async () => (await core.readNamespacedResourceQuota(quota)).status?.hard,
    );
    await assert.rejects(Probe.start(runtime, launch("echo.ts")), {
      code: "start-failed",
      message: /cannot create its Pod: .*exceeded quota: full/,
    });
    assert.deepEqual(await leftBehind(), []);
  });

  test("a missing right is reported as the reason, to make Jobs as well as to attach", async (t) => {
    const folder = mkdtempSync(join(tmpdir(), "k8s-rights-"));
    t.after(() => rmSync(folder, { recursive: true }));
    const kubeconfig = join(folder, "kubeconfig");
    const access = await accountWithout(kubeconfig);
    await assert.rejects(Probe.start(runtime, launch("echo.ts", { kubeconfig })), {
      message: /cannot create resource "jobs" in API group "batch" in the namespace/,
    });
    await access.grant([
      { apiGroups: ["batch"], resources: ["jobs"], verbs: ["create", "delete", "list"] },
      { apiGroups: [""], resources: ["pods"], verbs: ["list", "delete"] },
    ]);
    await assert.rejects(Probe.start(runtime, launch("echo.ts", { kubeconfig })), {
      message: "the cluster forbids it: the permission to create pods/attach in the namespace is missing",
    });
    assert.deepEqual(await leftBehind(), []);
  });

  const waiting = [
    {
      what: "no node takes",
      resources: { requests: { cpu: "5000" } },
      words: /its Pod cannot be scheduled: .*[Ii]nsufficient cpu/,
    },
    {
      what: "a node cannot make",
      resources: { limits: { memory: "2Mi" } },
      words: /[Ff]ailed to create pod sandbox/,
    },
  ];
  for (const { what, resources, words } of waiting)
    test(`a Pod that ${what} reports that while it waits`, async () => {
      const logs: string[] = [];
      const abort = new AbortController();
      const events = {
        message: () => undefined,
        undelivered: () => undefined,
        log: (line: string) => {
          logs.push(line);
          abort.abort();
        },
      };
      const starting = runtime.start(launch("echo.ts", { resources }), events, abort.signal);
      await assert.rejects(starting, { waitedFor: words });
      assert.match(String(logs), words);
      assert.deepEqual(await leftBehind(), []);
    });

  test("a server that ends reports its exit code, and its last output is in the log", async () => {
    const probe = await Probe.start(runtime, launch("crash-on-start.ts"));
    assert.deepEqual(await probe.instance.exited, { kind: "crashed", because: "exited with code 3" });
    assert.deepEqual(probe.logs, ["first", "second", "third"]);
  });

  test("a stubborn server is killed as soon as its node does it, and leaves nothing", async (t) => {
    const probe = await started("ignores-sigterm.ts");
    const begun = performance.now();
    assert.deepEqual(await probe.stop(), { kind: "stopped" });
    const tookMs = performance.now() - begun;
    // A node checks its Pods once a second, and gives every container 2 s, whatever time the Pod requests.
    t.diagnostic(`stopped after ${Math.round(tookMs)} ms`);
    assert.ok(tookMs < 7_000, `it took ${tookMs} ms`);
    assert.deepEqual(await leftBehind(), []);
  });

  test("a cut is repaired, no answer from the time of the cut is lost, and requests from that time are sent", async (t) => {
    const proxy = await CutProxy.before(cluster().server);
    const folder = mkdtempSync(join(tmpdir(), "k8s-job-"));
    t.after(async () => {
      await proxy.cut();
      rmSync(folder, { recursive: true });
    });
    const kubeconfig = join(folder, "kubeconfig");
    const original = readFileSync(process.env["KUBECONFIG"] ?? "", "utf8");
    writeFileSync(kubeconfig, original.replace(cluster().server, proxy.url));
    const probe = await started("echo.ts", { kubeconfig });
    const slow = probe.tool("sleep", { ms: 300 });
    // Its answer proves that the call before it arrived as well.
    assert.equal(await probe.tool("echo"), "{}");
    await proxy.cut();
    const { core } = cluster();
    const [name = ""] = await podsOf("in-cluster");
    const log = () => core.readNamespacedPodLog({ name, namespace: space.namespace });
    await eventually(async () => (await log()).includes("slept"), "it answers while nobody listens");
    const meanwhile = probe.tool("echo", { meanwhile: true });
    await proxy.listen();
    assert.deepEqual([await slow, await meanwhile], ["slept", '{"meanwhile":true}']);
    assert.equal(probe.messages.filter(({ text }) => text.includes("slept")).length, 1);
    assert.equal(await probe.tool("echo", { after: 1 }), '{"after":1}');
    await probe.stop();
    assert.deepEqual(await leftBehind(), []);
  });

  test("a Job that is removed from outside counts as crashed", async () => {
    const probe = await started("echo.ts");
    const { batch } = cluster();
    const [name = ""] = await leftBehind();
    await batch.deleteNamespacedJob({
      name,
      namespace: space.namespace,
      propagationPolicy: "Background",
    });
    assert.equal((await probe.instance.exited).kind, "crashed");
  });

  test("Jobs and Secrets of a dead gateway are removed, and those of a living one are not", async () => {
    const living = await started("echo.ts", {}, { A: "1" });
    const around = {
      entryId: "left",
      owner: await ownerThatEnded(),
      machine: hostname(),
      env: { A: "1" },
      mark: "0a",
    };
    const config = launch("echo.ts").runtime as Config;
    const { core, batch } = cluster();
    const { namespace } = space;
    await core.createNamespacedSecret({ namespace, body: secretManifest(config, around) ?? {} });
    await batch.createNamespacedJob({ namespace, body: jobManifest(config, around) });
    const launches = [launch("echo.ts"), launch("echo.ts")];
    await eventually(async () => (await podsOf("left")).length === 1, "its Pod is there");
    assert.deepEqual(await new JobRuntime(owner).endOrphans(launches), ["Job mcp-left-0a of 'left'"]);
    assert.deepEqual(
      (await leftBehind()).filter((name) => name.startsWith("mcp-left-0a")),
      [],
    );
    assert.equal(await living.tool("echo"), "{}");
    await living.stop();
  });
});
