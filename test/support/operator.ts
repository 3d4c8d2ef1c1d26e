/** The operator as a separate process on the real cluster, with the minimum of rights, and its objects. */

import { type ChildProcess, spawn } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { stringify } from "yaml";
import { type Cluster, openCluster } from "../../src/kube/cluster.ts";
import type { ClusterObject } from "../../src/kube/objects.ts";
import type { Env } from "../../src/platform/env.ts";
import { apiVersion, kind } from "../../src/platform/identity.ts";
import { clusterRules, ownRules } from "../../src/platform/operator/rbac-rules.ts";
import { operatorSettings } from "../../src/platform/operator/settings.ts";
import { mcpServerDefinition } from "../../src/platform/resource/crd.ts";
import type { McpServer, McpServerSpec } from "../../src/platform/resource/mcp-server.ts";
import { clusterImage, docker, registries, testNamespace } from "./engines.ts";
import { root, temporaryFolder } from "./gateway.ts";
import { until } from "./until.ts";

const manager = "test";

/** Any object, for checks of its fields. */
// biome-ignore lint/suspicious/noExplicitAny: tests read objects of any shape
export type Seen = ClusterObject & { spec: any; status?: any; data?: any };

export interface RunningTestOperator {
  readonly process: ChildProcess;
  /** Everything it wrote to stderr so far. */
  log(): string;
  logged(pattern: RegExp): Promise<unknown>;
  /** The value of a metric with its labels, or undefined before the operator listens. */
  metric(name: string): Promise<number | undefined>;
  probe(path: string): Promise<number>;
  /** Sends SIGTERM. Resolves with the exit code. */
  stop(): Promise<number | null>;
  kill(): Promise<void>;
}

/** A namespace with the objects that an operator needs, and the definition of MCPServer in a group of the tests. */
export class OperatorStage {
  readonly cluster: Cluster;
  readonly namespace: string;
  readonly group: string;
  readonly #removeNamespace: () => Promise<void>;
  #token = "";

  private constructor(
    cluster: Cluster,
    namespace: string,
    group: string,
    removeNamespace: () => Promise<void>,
  ) {
    this.cluster = cluster;
    this.namespace = namespace;
    this.group = group;
    this.#removeNamespace = removeNamespace;
  }

  /**
   * `group`: a group whose definition stays in the cluster. `name`: the name of the namespace, where it shows in
   * pictures.
   */
  static async open(group: string, name?: string): Promise<OperatorStage> {
    const cluster = await openCluster({}, import.meta.dirname);
    const { namespace, remove } = await testNamespace(cluster.core, name);
    const stage = new OperatorStage(cluster, namespace, group, remove);
    await stage.apply(mcpServerDefinition(group));
    const type = { apiVersion: apiVersion(group), kind };
    await until("the definition is known", () => cluster.objects.knows(type));
    await stage.#account();
    return stage;
  }

  /**
   * Resolves once the cluster collects the garbage of MCPServers, because it discovers a new kind every 30 s. Objects
   * owned by a server of a kind that is not known yet are tried again and again, and hundreds of them block the
   * collector for minutes.
   */
  async ownersAreKnown(): Promise<void> {
    const { objects } = this.cluster;
    await this.applyServer("owner", { image: "registry.example.com/owner", replicas: 0 });
    const servers = await objects.collectionPath(
      { apiVersion: apiVersion(this.group), kind },
      this.namespace,
    );
    // The collector itself removes an object that is deleted in this way, once it has seen it.
    const body = { propagationPolicy: "Foreground" };
    await objects.requests.json("DELETE", `${servers}/owner`, { body });
    await until("owners are known", async () => !(await this.server("owner")), 60_000);
  }

  async remove(): Promise<void> {
    const { objects } = this.cluster;
    const ref = { apiVersion: "rbac.authorization.k8s.io/v1", name: this.namespace };
    await objects.delete({ ...ref, kind: "ClusterRoleBinding" });
    await objects.delete({ ...ref, kind: "ClusterRole" });
    await this.#removeNamespace();
  }

  apply<T extends ClusterObject>(object: T, by = manager): Promise<T> {
    return this.cluster.objects.apply(object, { manager: by, force: true });
  }

  async applyServer(name: string, spec: McpServerSpec): Promise<void> {
    const metadata = { name, namespace: this.namespace };
    const server: McpServer = { apiVersion: apiVersion(this.group), kind, metadata, spec };
    await this.apply(server);
  }

  server(name: string): Promise<McpServer | undefined> {
    return this.cluster.objects.get<McpServer>(this.#ref(name));
  }

  deleteServer(name: string): Promise<boolean> {
    return this.cluster.objects.delete(this.#ref(name));
  }

  async servers(): Promise<readonly McpServer[]> {
    const type = { apiVersion: apiVersion(this.group), kind };
    return (await this.cluster.objects.list<McpServer>(type, { namespace: this.namespace })).items;
  }

  /** Waits until the status of the server matches. Resolves with the server. */
  async says(name: string, pattern: RegExp, withinMs = 60_000): Promise<McpServer> {
    let last = "";
    const look = async () => {
      const server = await this.server(name);
      last = `${server?.status?.phase}: ${server?.status?.message}`;
      const isCurrent = server?.status?.observedGeneration === server?.metadata.generation;
      return isCurrent && pattern.test(last) ? server : undefined;
    };
    return until(() => `${name} says ${pattern}; it says: ${last}`, look, withinMs);
  }

  find(kind: "Deployment" | "Service" | "Ingress" | "Secret", name: string): Promise<Seen | undefined> {
    const { namespace } = this;
    return this.cluster.objects.get<Seen>({ apiVersion: versions[kind], kind, name, namespace });
  }

  async list(kind: keyof typeof versions): Promise<readonly Seen[]> {
    const { namespace } = this;
    return (await this.cluster.objects.list<Seen>({ apiVersion: versions[kind], kind }, { namespace })).items;
  }

  async #account(): Promise<void> {
    const { namespace } = this;
    const rbac = { apiVersion: "rbac.authorization.k8s.io/v1" };
    const metadata = { name: namespace, namespace };
    const subjects = [{ kind: "ServiceAccount", name: namespace, namespace }];
    const roleRef = (of: string) => ({ apiGroup: "rbac.authorization.k8s.io", kind: of, name: namespace });
    const rules = clusterRules(operatorSettings({ MCP_API_GROUP: this.group }));
    const secret = {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { ...metadata, annotations: { "kubernetes.io/service-account.name": namespace } },
      type: "kubernetes.io/service-account-token",
    };
    for (const object of [
      { apiVersion: "v1", kind: "ServiceAccount", metadata },
      { ...rbac, kind: "ClusterRole", metadata: { name: namespace }, rules },
      {
        ...rbac,
        kind: "ClusterRoleBinding",
        metadata: { name: namespace },
        subjects,
        roleRef: roleRef("ClusterRole"),
      },
      { ...rbac, kind: "Role", metadata, rules: ownRules() },
      { ...rbac, kind: "RoleBinding", metadata, subjects, roleRef: roleRef("Role") },
      secret,
    ])
      await this.apply(object);
    this.#token = await this.#tokenOf(namespace);
  }

  /** The token of another account, which has these rights in the namespace and no others. */
  async accountOf(name: string, rules: readonly object[]): Promise<string> {
    const { namespace } = this;
    const rbac = { apiVersion: "rbac.authorization.k8s.io/v1" };
    const metadata = { name, namespace };
    const subjects = [{ kind: "ServiceAccount", ...metadata }];
    const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name };
    const annotations = { "kubernetes.io/service-account.name": name };
    const secret = { apiVersion: "v1", kind: "Secret", metadata: { ...metadata, annotations } };
    for (const object of [
      { apiVersion: "v1", kind: "ServiceAccount", metadata },
      { ...rbac, kind: "Role", metadata, rules },
      { ...rbac, kind: "RoleBinding", metadata, subjects, roleRef },
      { ...secret, type: "kubernetes.io/service-account-token" },
    ])
      await this.apply(object);
    return this.#tokenOf(name);
  }

  #tokenOf(name: string): Promise<string> {
    return until("the account has a token", async () => {
      const token: unknown = (await this.find("Secret", name))?.data?.token;
      return typeof token === "string" && Buffer.from(token, "base64").toString("utf8");
    });
  }

  /** A kubeconfig of the operator's own account. `server`: another address for the cluster. */
  async kubeconfig(t: TestContext, server = this.cluster.server): Promise<string> {
    const admin = await readFile(process.env["KUBECONFIG"] ?? "", "utf8");
    const ca = /certificate-authority-data: *(\S+)/.exec(admin)?.[1];
    const caFile = /certificate-authority: *(\S+)/.exec(admin)?.[1];
    const name = "operator";
    const cluster = {
      server,
      ...(ca && { "certificate-authority-data": ca }),
      ...(caFile && { "certificate-authority": caFile }),
    };
    const path = join(await temporaryFolder(t), "kubeconfig");
    const config = {
      apiVersion: "v1",
      kind: "Config",
      "current-context": name,
      clusters: [{ name, cluster }],
      users: [{ name, user: { token: this.#token } }],
      contexts: [{ name, context: { cluster: name, user: name } }],
    };
    await writeFile(path, stringify(config), { mode: 0o600 });
    return path;
  }

  /** Starts the operator, and ends it with the test. */
  async startOperator(
    t: TestContext,
    options: { env?: Env; flags?: object; server?: string } = {},
  ): Promise<RunningTestOperator> {
    const flags = {
      kubeconfig: await this.kubeconfig(t, options.server),
      namespace: this.namespace,
      metricsAddr: "127.0.0.1:0",
      probeAddr: "127.0.0.1:0",
      ...options.flags,
    };
    const entry = join(root, "test/support/operator-process.ts");
    const child = spawn(process.execPath, [entry, JSON.stringify(flags)], {
      env: { PATH: process.env["PATH"], MCP_API_GROUP: this.group, ...options.env },
      stdio: ["ignore", "ignore", "pipe"],
    });
    const operator = running(child);
    t.after(() => operator.stop());
    return operator;
  }

  #ref(name: string) {
    return { apiVersion: apiVersion(this.group), kind, name, namespace: this.namespace };
  }
}

const versions = {
  Deployment: "apps/v1",
  Service: "v1",
  Ingress: "networking.k8s.io/v1",
  Secret: "v1",
  Pod: "v1",
  Event: "v1",
} as const;

function running(child: ChildProcess): RunningTestOperator {
  let text = "";
  child.stderr?.setEncoding("utf8").on("data", (chunk: string) => {
    text += chunk;
  });
  const exited = new Promise<number | null>((done) => child.once("close", done));
  const url = (what: string) => new RegExp(`${what} at (http:\\S+:\\d+)`).exec(text)?.[1];
  const page = async (base: string | undefined, path: string) => {
    if (base === undefined) return undefined;
    return fetch(base + path).catch(() => undefined);
  };
  return {
    process: child,
    log: () => text,
    logged: async (pattern) => {
      try {
        await until(`the operator logs ${pattern}`, () => pattern.test(text), 40_000);
      } catch (error) {
        throw new Error(`${(error as Error).message}\n${text}`);
      }
    },
    metric: async (name) => {
      const all = (await (await page(url("metrics"), "/metrics"))?.text()) ?? "";
      const line = all.split("\n").find((candidate) => candidate.startsWith(`${name} `));
      return line === undefined ? undefined : Number(line.split(" ").at(-1));
    },
    probe: async (path) => (await page(url("probes"), path))?.status ?? 0,
    stop: async () => {
      child.kill("SIGTERM");
      return exited;
    },
    kill: async () => {
      child.kill("SIGKILL");
      await exited;
    },
  };
}

/** Makes an image that runs `command` and puts it into the open registry. Returns its name. */
export async function pushServer(
  name: string,
  command: readonly string[],
  options: { user?: string; registry?: string; auth?: { username: string; password: string } } = {},
): Promise<string> {
  const { user = "1000:1000", registry = registries.open, auth } = options;
  const engine = await docker();
  const container = await engine.createContainer({ Image: clusterImage, Cmd: [...command], User: user });
  const repo = `${registry}/${name}`;
  await container.commit({ repo, tag: "v1" });
  await container.remove();
  const image = engine.getImage(`${repo}:v1`);
  const authconfig = { username: "", password: "", serveraddress: "", ...auth };
  const stream = await image.push({ authconfig });
  await new Promise<void>((resolve, reject) => {
    engine.modem.followProgress(stream, (error: Error | null) => (error ? reject(error) : resolve()));
  });
  await image.remove({ force: true });
  return repo;
}

/** Listens on 8088, and answers with its MCP_PATH. */
export const listening = [
  "node",
  "-e",
  "require('node:http').createServer((q, r) => r.end(process.env.MCP_PATH)).listen(process.env.PORT || 8088)",
];
