/**
 * The whole use of the platform: set up, a server built, pushed, deployed, called through the gateway, and removed
 * again.
 */

import assert from "node:assert/strict";
import { chmod, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { after, before, type TestContext, test } from "node:test";
import { type Cluster, openCluster } from "../../src/kube/cluster.ts";
import type { ClusterObject, Manifest, ObjectType } from "../../src/kube/objects.ts";
import { leaseName, operatorName } from "../../src/platform/identity.ts";
import { clusterImage, platformImages, registries, withoutPlatform } from "../support/engines.ts";
import { startGateway, temporaryFolder } from "../support/gateway.ts";
import { McpClient } from "../support/mcp-client.ts";
import { begin, mcpRuntime, type Ran } from "../support/mcp-runtime.ts";
import { CutProxy } from "../support/proxy.ts";
import { until } from "../support/until.ts";

const namespaces = ["mcp-runtime", "registry", "mcp-servers"];
const setup = [
  "setup",
  "--ingress",
  "none",
  "--registry-image",
  platformImages.registry,
  "--operator-image",
  platformImages.operator,
];

const around: { cluster?: Cluster } = {};

function cluster(): Cluster {
  if (!around.cluster) throw new Error("no cluster");
  return around.cluster;
}

const type = (apiVersion: string, kind: string): ObjectType => ({ apiVersion, kind });
const volume = { ...type("v1", "PersistentVolume"), name: "mcp-runtime-test" };

async function removePlatform(): Promise<void> {
  const { objects } = cluster();
  for (const name of namespaces) {
    await objects.delete({ ...type("v1", "Namespace"), name });
    // A node that is slow to remove a Pod would keep the namespace from being deleted.
    const pods = await objects.collectionPath(type("v1", "Pod"), name);
    await objects.requests.json("DELETE", pods, { body: { gracePeriodSeconds: 0 } });
  }
  await objects.delete(volume);
  for (const kind of ["ClusterRole", "ClusterRoleBinding"])
    await objects.delete({ ...type("rbac.authorization.k8s.io/v1", kind), name: operatorName });
  for (const name of namespaces)
    await until(
      `namespace ${name} is gone`,
      async () => (await objects.get({ ...type("v1", "Namespace"), name })) === undefined,
      60_000,
    );
}

before(async () => {
  if (withoutPlatform) return;
  around.cluster = await openCluster({}, import.meta.dirname);
  await removePlatform();
});

after(async () => {
  if (around.cluster) await removePlatform();
});

/** The cluster of the tests does not make volumes by itself. */
async function provideVolume(t: TestContext): Promise<void> {
  const path = await temporaryFolder(t);
  await chmod(path, 0o777);
  const spec = {
    capacity: { storage: "20Gi" },
    accessModes: ["ReadWriteOnce"],
    claimRef: { namespace: "registry", name: "registry" },
    hostPath: { path },
  };
  const object: Manifest = { ...type("v1", "PersistentVolume"), metadata: { name: volume.name }, spec };
  await cluster().objects.apply(object, { manager: "test", force: true });
}

async function succeeds(args: readonly string[], cwd: string, input?: string): Promise<Ran> {
  const ran = await mcpRuntime(args, { cwd, ...(input !== undefined && { input }) });
  assert.equal(ran.code, 0, `${args.join(" ")}\n${ran.stdout}${ran.stderr}`);
  return ran;
}

/** The objects made for the platform, with the version of each. Objects that other operators make are left out. */
async function versions(): Promise<string[]> {
  const kinds = [
    type("apps/v1", "Deployment"),
    type("v1", "Service"),
    type("v1", "ServiceAccount"),
    type("v1", "PersistentVolumeClaim"),
    type("rbac.authorization.k8s.io/v1", "Role"),
    type("rbac.authorization.k8s.io/v1", "ClusterRole"),
    type("apiextensions.k8s.io/v1", "CustomResourceDefinition"),
    type("mcp.agent-hellboy.io/v1alpha1", "MCPServer"),
  ];
  const lists = await Promise.all(
    kinds.map((kind) =>
      cluster().objects.list(kind, { labelSelector: "app.kubernetes.io/managed-by=mcp-runtime" }),
    ),
  );
  const isOurs = ({ metadata: { namespace, name } }: ClusterObject) =>
    namespace === undefined ? /^mcp(servers\.mcp\.|-runtime-)/.test(name) : namespaces.includes(namespace);
  const items = lists.flatMap(({ items }) => items.filter(isOurs));
  return items.map(({ kind, metadata }) => `${kind} ${metadata.name} ${metadata.resourceVersion}`);
}

const metadata = `# The servers of our team
version: v1
servers:
  - name: my-server # the first
    route: /my-server/mcp
    port: 8088
`;

const dockerfile = `FROM ${clusterImage}
USER 1000:1000
CMD ["sh", "-c", "exec node /servers/over-http.ts echo.ts"]
`;

async function owned(): Promise<readonly ClusterObject[]> {
  const kinds = [
    type("apps/v1", "Deployment"),
    type("apps/v1", "ReplicaSet"),
    type("v1", "Service"),
    type("v1", "Pod"),
  ];
  const options = { namespace: "mcp-servers", labelSelector: "app=my-server" };
  const lists = await Promise.all(kinds.map((kind) => cluster().objects.list(kind, options)));
  return lists.flatMap(({ items }) => items);
}

async function helperPods(): Promise<readonly ClusterObject[]> {
  const labelSelector = "mcp-runtime/push-helper=true";
  return (await cluster().objects.list(type("v1", "Pod"), { labelSelector })).items;
}

test("a team's server is built, deployed, called and removed again", {
  skip: withoutPlatform,
  timeout: 300_000,
}, async (t) => {
  const folder = await temporaryFolder(t);
  await provideVolume(t);
  await mkdir(join(folder, ".mcp"));
  await writeFile(join(folder, ".mcp/metadata.yaml"), metadata);
  await writeFile(join(folder, "Dockerfile"), dockerfile);

  await t.test("setup starts everything, and a second run changes nothing", async () => {
    const env = { MCP_DEFAULT_INGRESS_HOST: "mcp.example.com" };
    const first = await mcpRuntime(setup, { cwd: folder, env });
    assert.equal(first.code, 0, first.stderr);
    for (const title of ["Cluster", "Ingress", "Registry", "Operator", "Verify"])
      assert.match(first.stderr, new RegExp(`Step \\d/5: ${title}`));
    assert.match(first.stdout, /operator +ok/);
    // The Deployments have reported their Pods by now, and their status does not change any more.
    const before = await versions();
    const second = await mcpRuntime(setup, { cwd: folder, env });
    assert.deepEqual(await versions(), before);
    assert.doesNotMatch(second.stderr, /created|configured/);
    // Flags of the first run stay in force where a later run omits them.
    await succeeds(["setup", "--ingress", "none"], folder);
    assert.deepEqual(await versions(), before);
    await succeeds(["status"], folder);
  });

  await t.test(
    "build and push put the image into the cluster and its name into the metadata, with the comments kept",
    async () => {
      const { stdout, stderr } = await succeeds(
        ["server", "build", "my-server", "--push", "--tag", "v1"],
        folder,
      );
      assert.match(
        stderr,
        /Pushed registry\.registry\.svc\.cluster\.local:5000\/my-server:v1 via in-cluster helper/,
      );
      assert.match(stdout, /Updated \.mcp.metadata\.yaml/);
      const written = await readFile(join(folder, ".mcp/metadata.yaml"), "utf8");
      const id = /imageId: (sha256:[0-9a-f]{64})\n/.exec(written)?.[1];
      const image = `    image: registry.registry.svc.cluster.local:5000/my-server\n    imageTag: v1\n    imageId: ${id}\n`;
      assert.equal(written, metadata.replace("# the first\n", `# the first\n${image}`));
      assert.deepEqual(await helperPods(), []);
    },
  );

  await t.test(
    "a Pod of another namespace gets nothing from the registry, and no output contains a login",
    async () => {
      const urls = await Promise.all(registryServices.map(catalogOf));
      const program = `Promise.all(${JSON.stringify(urls)}.map(async (url) => (await fetch(url)).status)).then((all) => console.log(all.join()))`;
      assert.equal(await outputInPod("default", program), "401,401\n");
      const dryRun = await succeeds(["setup", "--ingress", "none", "--dry-run"], folder);
      const { data } = (await cluster().objects.get<Manifest & Data>(registryLogins)) ?? {};
      assert.equal(Object.keys(data ?? {}).length, 4);
      for (const text of Object.values(data ?? {})) {
        assert.ok(!dryRun.stdout.includes(text), "encoded");
        assert.ok(!dryRun.stdout.includes(Buffer.from(text, "base64").toString()), "plain");
      }
    },
  );

  await t.test(
    "the operator's account has the rights it needs in the cluster, and no right that an attacker would like",
    async () => {
      const may = async (verb: string, resource: string, more: Resource = {}) =>
        mayOperator(verb, resource, more);
      const own = { namespace: "mcp-runtime" };
      const group = "mcp.agent-hellboy.io";
      assert.equal(await may("list", "mcpservers", { group }), true);
      assert.equal(await may("patch", "deployments", { group: "apps", namespace: "mcp-servers" }), true);
      assert.equal(
        await may("update", "leases", { group: "coordination.k8s.io", ...own, name: leaseName }),
        true,
      );
      assert.equal(
        await may("update", "leases", { group: "coordination.k8s.io", ...own, name: "other" }),
        false,
      );
      assert.equal(await may("update", "mcpservers", { group }), false);
      assert.equal(await may("list", "secrets"), false);
      assert.equal(await may("get", "secrets", { ...own, name: "mcp-runtime-own-registry" }), false);
      assert.equal(await may("get", "secrets", { namespace: "kube-system", name: "any" }), false);
      assert.equal(await may("create", "pods/exec"), false);
      assert.equal(await may("create", "clusterrolebindings", { group: "rbac.authorization.k8s.io" }), false);
    },
  );

  await t.test("generate and deploy make the server ready, and a second deploy changes nothing", async () => {
    const generated = await succeeds(["pipeline", "generate"], folder);
    assert.equal(generated.stdout, `Generated: ${join("manifests", "my-server.yaml")}\n`);
    assert.deepEqual(await readdir(join(folder, "manifests")), ["my-server.yaml"]);
    const deployed = await succeeds(["pipeline", "deploy", "--wait", "--timeout", "90"], folder);
    assert.equal(deployed.stdout, "mcp-servers/my-server created\nmcp-servers/my-server ready\n");
    const again = await succeeds(["pipeline", "deploy"], folder);
    assert.equal(again.stdout, "mcp-servers/my-server unchanged\n");
  });

  await t.test("another image under the same tag is rolled out, and the same image is not", async () => {
    const round = async () => {
      await succeeds(["server", "build", "my-server", "--push", "--tag", "v1"], folder);
      await succeeds(["pipeline", "generate"], folder);
      return (await succeeds(["pipeline", "deploy", "--wait", "--timeout", "90"], folder)).stdout;
    };
    assert.match(await round(), /my-server unchanged/);
    const before = await pulledImage();
    assert.ok(before);
    await writeFile(join(folder, "Dockerfile"), `${dockerfile}ENV ROUND=2\n`);
    assert.match(await round(), /my-server configured/);
    await until("only the new image runs", async () => {
      const now = await pulledImages();
      return now.length > 0 && !now.includes(before);
    });
  });

  await t.test("a Pod goes on serving while a port without a listener rolls out", async () => {
    const file = join(folder, ".mcp/metadata.yaml");
    const text = await readFile(file, "utf8");
    const stays = "    port: 9099\n    envVars: [{ name: PORT, value: '8088' }]\n";
    await writeFile(file, text.replace("    port: 8088\n", stays));
    await succeeds(["pipeline", "generate"], folder);
    await succeeds(["pipeline", "deploy"], folder);
    const ref = { ...type("v1", "Endpoints"), name: "my-server", namespace: "mcp-servers" };
    const subsets = await until("the new Pod is behind the Service, and not ready", async () => {
      const { subsets: found = [] } = (await cluster().objects.get<Endpoints>(ref)) ?? {};
      return found.some(({ notReadyAddresses = [] }) => notReadyAddresses.length > 0) && found;
    });
    const ready = subsets.filter(({ addresses = [] }) => addresses.length > 0);
    assert.deepEqual(
      ready.map(({ ports }) => ports[0]?.port),
      [8088],
    );
    await writeFile(file, text);
    await succeeds(["pipeline", "generate"], folder);
    await succeeds(["pipeline", "deploy", "--wait", "--timeout", "90"], folder);
  });

  await t.test("a client calls its tool through the gateway, which follows the cluster", async (t) => {
    const sources = [{ type: "kubernetes", namespace: "mcp-servers" }];
    const gateway = await startGateway(t, [], { config: { catalog_sources: sources } });
    const client = await McpClient.open(gateway.url, "my-server");
    assert.equal(await client.callTool("echo", { said: "hi" }), '{"said":"hi"}');
    await followsLogs(folder);
    await succeeds(["server", "delete", "my-server"], folder);
    const listed = async () => (await (await fetch(`${gateway.url}/servers`)).json()) as object[];
    await until("the gateway has lost it", async () => (await listed()).length === 0);
  });

  await t.test("everything that the server owned is removed", async () => {
    // The cluster discovers a new kind of owner every 30 s. A node that missed the end of a Pod's containers checks
    // them once a minute, and reports it within 10 s.
    let left: readonly ClusterObject[] = [];
    await until(
      () => `its objects are gone; left are ${JSON.stringify(left)}`,
      async () => {
        left = await owned();
        return left.length === 0;
      },
      90_000,
    );
    const { stdout } = await succeeds(["server", "list"], folder);
    assert.doesNotMatch(stdout, /my-server/);
  });

  await t.test("a push that fails reports the reason and leaves no helper", async () => {
    const push = ["registry", "push", "--image", clusterImage, "--registry", "127.0.0.1:45999"];
    const { code, stderr } = await mcpRuntime(push, { cwd: folder });
    assert.equal(code, 1);
    assert.match(stderr, /the registry http:\/\/127\.0\.0\.1:45999 does not answer: .*ECONNREFUSED/);
    assert.deepEqual(await helperPods(), []);
  });

  await t.test("the password of the user's own registry is in the cluster and nowhere else", async () => {
    const url = `http://${registries.guarded}`;
    const provision = ["registry", "provision", "--url", url, "--username", "u", "--password-stdin"];
    const { stdout, stderr } = await succeeds(provision, folder, "p\n");
    assert.equal(stdout, `External registry configured: ${url}\n`);
    assert.equal(stderr, "");
    const direct = ["registry", "push", "--image", clusterImage, "--mode", "direct", "--name", "team/app"];
    const pushed = await succeeds(direct, folder);
    assert.equal(pushed.stdout, `Pushed ${registries.guarded}/team/app:test\n`);
    const provisioned = await operatorGeneration();
    const again = await succeeds(setup, folder);
    assert.match(again.stderr, new RegExp(`External registry configured: ${url}`));
    assert.equal(await operatorGeneration(), provisioned, "the operator begins anew a second time");
    await cluster().objects.apply(guarded, { manager: "test", force: true });
    assert.match(await until("its Pod has the image", pulledImage, 60_000), /team\/app@sha256:/);
    assert.match(await passwordOf(), /"password":"p"/);
  });

  await t.test("a push through the cluster logs in at the user's own registry", async (t) => {
    // A Pod cannot reach this machine's loopback address.
    const [here] = Object.values(networkInterfaces()).flatMap((all) =>
      (all ?? []).filter(({ family, internal }) => family === "IPv4" && !internal),
    );
    const proxy = await CutProxy.before(`http://${registries.guarded}`, here?.address);
    t.after(() => proxy.cut());
    const push = ["registry", "push", "--image", clusterImage, "--name", "team/through"];
    const env = (password: string) => ({
      PROVISIONED_REGISTRY_URL: `http://${proxy.host}`,
      PROVISIONED_REGISTRY_USERNAME: "u",
      PROVISIONED_REGISTRY_PASSWORD: password,
    });
    const wrong = await mcpRuntime(push, { cwd: folder, env: env("a-wrong-one") });
    assert.match(wrong.stderr, /refused user name and password: 401/);
    assert.equal(wrong.code, 1);
    const pushed = await mcpRuntime(push, { cwd: folder, env: env("p") });
    assert.equal(pushed.stdout, `Pushed ${proxy.host}/team/through:test via in-cluster helper\n`);
    const headers = { authorization: `Basic ${Buffer.from("u:p").toString("base64")}` };
    const url = `http://${registries.guarded}/v2/team/through/manifests/test`;
    assert.equal((await fetch(url, { headers, method: "HEAD" })).status, 200);
    assert.deepEqual(await helperPods(), []);
    const said = `${wrong.stdout}${wrong.stderr}${pushed.stderr}`;
    assert.ok(!said.includes("a-wrong-one"), "the password is told");
  });

  await t.test("another password reaches the pull secret, and does not reach a log", async () => {
    const url = `http://${registries.guarded}`;
    const provision = ["registry", "provision", "--url", url, "--username", "u", "--password-stdin"];
    await succeeds(provision, folder, "another-password\n");
    await until("the pull secret has it", async () => /another-password/.test(await passwordOf()), 60_000);
    const pods = await operatorPods();
    assert.ok(!JSON.stringify(pods).includes("another-password"), "the password is in a Pod");
    // The operator that made the change leads, and the one before ends. The time its node takes for that is not tested
    // here.
    const operators = pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
    assert.equal(operators.length, 1);
    const log = await textOf(`/api/v1/namespaces/mcp-runtime/pods/${operators[0]?.metadata.name}/log`);
    assert.match(log, /acquired the leader lease as/);
    assert.ok(!log.includes("another-password"), log);
  });
});

/** The services where images are pushed, and where nodes pull them. */
const registryServices = ["registry", "registry-nodes"];
const registryLogins = {
  ...type("v1", "Secret"),
  name: "mcp-runtime-own-registry",
  namespace: "mcp-runtime",
};

interface Service extends ClusterObject {
  readonly spec: { readonly clusterIP: string; readonly ports: readonly { readonly port: number }[] };
}

interface Data {
  readonly data: Readonly<Record<string, string>>;
}

/** The page of a registry's Service that lists its images. */
async function catalogOf(name: string): Promise<string> {
  const ref = { ...type("v1", "Service"), name, namespace: "registry" };
  const { clusterIP, ports } = (await cluster().objects.get<Service>(ref))?.spec ?? {};
  return `http://${clusterIP}:${ports?.[0]?.port}/v2/_catalog`;
}

/** The output of a program in a Pod of its own. */
async function outputInPod(namespace: string, program: string): Promise<string> {
  const ref = { ...type("v1", "Pod"), name: "mcp-runtime-test-stranger", namespace };
  const container = { name: "main", image: clusterImage, imagePullPolicy: "IfNotPresent" };
  const spec = { restartPolicy: "Never", containers: [{ ...container, command: ["node", "-e", program] }] };
  const { objects } = cluster();
  await objects.delete(ref);
  await until("an earlier Pod is gone", async () => (await objects.get(ref)) === undefined, 60_000);
  await objects.create<Manifest>({ ...type("v1", "Pod"), metadata: { name: ref.name, namespace }, spec });
  try {
    const phase = async () => (await objects.get<Pod & { status: { phase?: string } }>(ref))?.status.phase;
    await until("the Pod has ended", async () => /Succeeded|Failed/.test((await phase()) ?? ""), 60_000);
    return await textOf(`/api/v1/namespaces/${namespace}/pods/${ref.name}/log`);
  } finally {
    await objects.delete(ref);
  }
}

interface Resource {
  readonly group?: string;
  readonly namespace?: string;
  readonly name?: string;
}

/** The answer of the API server about a right of the operator's account. */
async function mayOperator(verb: string, whole: string, more: Resource): Promise<boolean> {
  const [resource, subresource] = whole.split("/");
  const spec = {
    user: `system:serviceaccount:mcp-runtime:${operatorName}`,
    groups: ["system:serviceaccounts", "system:serviceaccounts:mcp-runtime", "system:authenticated"],
    resourceAttributes: { verb, resource, ...(subresource !== undefined && { subresource }), ...more },
  };
  const review = { ...type("authorization.k8s.io/v1", "SubjectAccessReview"), metadata: {}, spec };
  const path = "/apis/authorization.k8s.io/v1/subjectaccessreviews";
  const answer = await cluster().objects.requests.json("POST", path, { body: review });
  return (answer as { status: { allowed: boolean } }).status.allowed;
}

interface Pod extends ClusterObject {
  readonly status: { readonly containerStatuses?: readonly { readonly imageID?: string }[] };
}

interface Endpoints extends ClusterObject {
  readonly subsets?: readonly {
    readonly addresses?: readonly object[];
    readonly notReadyAddresses?: readonly object[];
    readonly ports: readonly { readonly port: number }[];
  }[];
}

const guarded: Manifest = {
  ...type("mcp.agent-hellboy.io/v1alpha1", "MCPServer"),
  metadata: { name: "guarded", namespace: "mcp-servers" },
  spec: { image: "elsewhere.example.com/team/app", imageTag: "test", useProvisionedRegistry: true },
};

async function pulledImage(): Promise<string | undefined> {
  return (await pulledImages())[0];
}

/** Images of the containers of the servers. */
async function pulledImages(): Promise<readonly string[]> {
  const pods = await cluster().objects.list<Pod>(type("v1", "Pod"), { namespace: "mcp-servers" });
  const ids = pods.items.flatMap(
    ({ status }) => status.containerStatuses?.map(({ imageID }) => imageID) ?? [],
  );
  return ids.flatMap((id) => (id ? [id] : []));
}

/** The content of the pull secret that the operator made. */
async function passwordOf(): Promise<string> {
  const ref = { ...type("v1", "Secret"), name: "mcp-runtime-registry-creds", namespace: "mcp-servers" };
  const secret = await cluster().objects.get<Manifest & { readonly data: Record<string, string> }>(ref);
  return Buffer.from(secret?.data[".dockerconfigjson"] ?? "", "base64").toString("utf8");
}

/** Counts the changes of the desired state of the operator's Deployment. */
async function operatorGeneration(): Promise<number | undefined> {
  const ref = { ...type("apps/v1", "Deployment"), name: operatorName, namespace: "mcp-runtime" };
  return (await cluster().objects.get<Manifest>(ref))?.metadata.generation;
}

async function operatorPods(): Promise<readonly ClusterObject[]> {
  const labelSelector = "control-plane=controller-manager";
  const options = { namespace: "mcp-runtime", labelSelector };
  return (await cluster().objects.list(type("v1", "Pod"), options)).items;
}

async function textOf(path: string): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of await cluster().objects.requests.stream(path)) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

async function followsLogs(folder: string): Promise<void> {
  const child = begin(["server", "logs", "my-server", "--follow"], { cwd: folder });
  let [text, errors] = ["", ""];
  child.stdout?.on("data", (chunk: Buffer) => {
    text += chunk.toString();
  });
  child.stderr?.on("data", (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const ended = new Promise((resolve) => child.once("close", resolve));
  await until("a line of the Pod", async () => /^\[my-server-[\w-]+\] \{"port":8088\}$/m.test(text), 20_000);
  child.kill("SIGINT");
  assert.equal(await ended, 0, errors);
}
