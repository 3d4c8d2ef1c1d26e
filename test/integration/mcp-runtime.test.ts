/** The errors of `mcp-runtime`: one line, what to do, and the exit code. */

import assert from "node:assert/strict";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { parse, stringify } from "yaml";
import { openCluster } from "../../src/kube/cluster.ts";
import { withoutKubernetes } from "../support/engines.ts";
import { temporaryFolder } from "../support/gateway.ts";
import { mcpRuntime } from "../support/mcp-runtime.ts";

/** Command line, exit code, output. */
const withoutCluster: readonly (readonly [string, number, RegExp])[] = [
  ["foo", 2, /^mcp-runtime: unknown command 'foo' \(see mcp-runtime --help\)\n$/],
  [
    "server lst",
    2,
    /^mcp-runtime: unknown command 'lst' \(did you mean list\?\) \(see mcp-runtime server --help\)\n$/,
  ],
  ["server list -o xml", 2, /^mcp-runtime: unknown output format 'xml' \(use table, json or yaml\)/],
  [
    "server logs",
    2,
    /^mcp-runtime: missing required argument 'name' \(see mcp-runtime server logs --help\)\n$/,
  ],
  ["server logs a --tail many", 2, /^mcp-runtime: --tail must be a whole number, not 'many'/],
  ["server create a", 2, /^mcp-runtime: give a name and --image, or --file/],
  [
    "server create a --file x.yaml",
    2,
    /^mcp-runtime: --file already has name and image: remove the other arguments/,
  ],
  ["registry push", 2, /^mcp-runtime: required option '--image <image>' not specified/],
  ["registry push --image a --mode x", 1, /^mcp-runtime: unknown mode "x" \(use direct\|in-cluster\)\n$/],
  [
    "registry provision",
    1,
    /^mcp-runtime: registry url is required \(flag, env PROVISIONED_REGISTRY_URL, or config file\)\n$/,
  ],
  [
    "pipeline generate",
    1,
    /^mcp-runtime: failed to load metadata: no servers found in metadata \(\.mcp\)\n$/,
  ],
  ["pipeline deploy", 1, /^mcp-runtime: no manifest files found in manifests\n$/],
  [
    "server build x --metadata-file none.yaml",
    1,
    /^mcp-runtime: failed to load metadata: none\.yaml:1:1: No such file\n$/,
  ],
  ["cluster provision --provider x", 1, /^mcp-runtime: unsupported provider: x\n$/],
  [
    "cluster provision --provider eks",
    1,
    /^mcp-runtime: clusters of eks are created with its own tool\. Run: eksctl create cluster /,
  ],
  ["status --kubeconfig none", 1, /^mcp-runtime: the kubeconfig none cannot be read: ENOENT\n$/],
];

for (const [line, code, said] of withoutCluster) {
  test(`mcp-runtime ${line}`, async (t) => {
    const ran = await mcpRuntime(line.split(" "), {
      cwd: await temporaryFolder(t),
      env: { KUBECONFIG: "/none" },
    });
    assert.match(ran.stderr, said);
    assert.equal(ran.code, code);
    assert.equal(ran.stdout, "");
  });
}

test("every command prints its usage", async () => {
  const names = async (args: string[]): Promise<string[][]> => {
    const { code, stdout } = await mcpRuntime([...args, "--help"]);
    assert.equal(code, 0);
    const [, commands = ""] = stdout.split("\nCommands:\n");
    const inner = [...commands.matchAll(/^ {2}(\w+)/gm)]
      .map(([, name = ""]) => name)
      .filter((name) => name !== "help");
    const below = await Promise.all(inner.map((name) => names([...args, name])));
    return inner.length === 0 ? [args] : below.flat();
  };
  const found = (await names([])).map((args) => args.join(" "));
  assert.deepEqual(found, [
    "setup",
    "status",
    "operator",
    "cluster init",
    "cluster status",
    "cluster config",
    "cluster provision",
    "registry status",
    "registry info",
    "registry provision",
    "registry push",
    "server list",
    "server get",
    "server status",
    "server create",
    "server delete",
    "server logs",
    "server build",
    "pipeline generate",
    "pipeline deploy",
    "catalog",
  ]);
});

test("metadata with an error prints every problem with file, line and column, and writes nothing", async (t) => {
  const cwd = await temporaryFolder(t);
  await mkdir(join(cwd, ".mcp"));
  await writeFile(
    join(cwd, ".mcp/metadata.yaml"),
    "version: v1\nservers:\n  - name: a\n    replcas: 2\n  - name: a\n",
  );
  const { code, stderr } = await mcpRuntime(["pipeline", "generate"], { cwd });
  assert.equal(code, 1);
  assert.equal(
    stderr,
    "mcp-runtime: failed to load metadata: .mcp/metadata.yaml:3:11: Duplicate server name: a\n" +
      ".mcp/metadata.yaml:4:5: Server 'a' has an unknown key 'replcas': did you mean 'replicas'?\n" +
      ".mcp/metadata.yaml:5:11: Duplicate server name: a\n",
  );
  await assert.rejects(readFile(join(cwd, "manifests/a.yaml")));
});

test("generated files are listed as JSON for programs", async (t) => {
  const cwd = await temporaryFolder(t);
  await mkdir(join(cwd, ".mcp"));
  await writeFile(join(cwd, ".mcp/metadata.yaml"), "version: v1\nservers:\n  - name: a\n");
  const { stdout } = await mcpRuntime(["pipeline", "generate", "-o", "json"], { cwd });
  assert.deepEqual(JSON.parse(stdout), { files: [join("manifests", "a.yaml")], stale: [] });
});

test("a server that is missing in the metadata is not built", async (t) => {
  const cwd = await temporaryFolder(t);
  await mkdir(join(cwd, ".mcp"));
  await writeFile(join(cwd, ".mcp/metadata.yaml"), "version: v1\nservers:\n  - name: a\n");
  for (const words of [["x"], ["image", "x"]]) {
    const { code, stderr } = await mcpRuntime(["server", "build", ...words], { cwd });
    assert.equal(stderr, "mcp-runtime: server 'x' not found in metadata\n");
    assert.equal(code, 1);
  }
});

/** The kubeconfig of the tests with one change. */
async function kubeconfig(
  t: TestContext,
  change: (config: Kubeconfig) => void,
): Promise<Record<string, string>> {
  const config = parse(await readFile(process.env["KUBECONFIG"] ?? "", "utf8")) as Kubeconfig;
  change(config);
  const file = join(await temporaryFolder(t), "kubeconfig");
  await writeFile(file, stringify(config), { mode: 0o600 });
  return { KUBECONFIG: file };
}

interface Kubeconfig {
  clusters: { cluster: { server: string } }[];
  users: { user: Record<string, string> }[];
}

const token = "a-token-that-is-wrong";
const inCluster: readonly (readonly [string, (config: Kubeconfig) => void, string[], RegExp])[] = [
  [
    "a cluster that does not answer",
    ({ clusters }) => Object.assign(clusters[0]?.cluster ?? {}, { server: "https://127.0.0.1:9" }),
    ["server", "list"],
    /^mcp-runtime: the cluster does not answer at https:\/\/127\.0\.0\.1:9: connect ECONNREFUSED 127\.0\.0\.1:9\n$/,
  ],
  [
    "credentials that have expired",
    ({ users }) => Object.assign(users[0] ?? {}, { user: { token } }),
    ["server", "list"],
    /^mcp-runtime: the cluster at https:\/\/\S+ rejected the credentials: Unauthorized\n$/,
  ],
  [
    "a user without rights",
    ({ users }) => Object.assign(users[0]?.user ?? {}, { as: "nobody" }),
    ["server", "list", "--namespace", "team"],
    /^mcp-runtime: mcpservers\.mcp\.agent-hellboy\.io is forbidden: User "nobody" cannot list resource "mcpservers" .* in the namespace "team"\n$/,
  ],
  [
    "a context that is not there",
    () => undefined,
    ["server", "list", "--context", "none"],
    /^mcp-runtime: the kubeconfig has no context 'none'\n$/,
  ],
];

for (const [what, change, args, said] of inCluster) {
  test(`${what}: one clear line`, { skip: withoutKubernetes }, async (t) => {
    await mcpRuntime(["cluster", "init"]);
    const { code, stdout, stderr } = await mcpRuntime(args, { env: await kubeconfig(t, change) });
    assert.match(stderr, said);
    assert.ok(!stderr.includes(token));
    assert.equal(stdout, "");
    assert.equal(code, 1);
  });
}

test("every manifest is tried, and each that fails is named", { skip: withoutKubernetes }, async (t) => {
  await mcpRuntime(["cluster", "init"]);
  const cwd = await temporaryFolder(t);
  await mkdir(join(cwd, "manifests"));
  const server = (name: string, spec: object) =>
    stringify({
      apiVersion: "mcp.agent-hellboy.io/v1alpha1",
      kind: "MCPServer",
      metadata: { name, namespace: "default" },
      spec,
    });
  const files = {
    "a.yaml": "kind: [\n",
    "b.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n",
    "c.yaml": server("c", { image: "c", resources: { limits: { memory: "lots" } } }),
    "d.yaml": server("deploy-d", { image: "d" }),
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(cwd, "manifests", name), text);
  t.after(() => mcpRuntime(["server", "delete", "deploy-d", "--namespace", "default"]));
  const { code, stdout, stderr } = await mcpRuntime(["pipeline", "deploy"], { cwd });
  assert.equal(code, 1);
  assert.equal(stdout, "default/deploy-d created\n");
  const lines = stderr.trim().split("\n");
  assert.match(lines[0] ?? "", /a\.yaml:2:1: /);
  assert.match(lines[1] ?? "", /b\.yaml: is a ConfigMap: the pipeline deploys MCPServers only/);
  assert.match(lines[2] ?? "", /c\.yaml: .*spec\.resources\.limits\.memory.*should match/);
  assert.equal(lines[3], "mcp-runtime: 3 of 4 manifests could not be deployed");
});

test("the status names the controllers of the cluster", { skip: withoutKubernetes }, async (t) => {
  const { objects } = await openCluster({}, import.meta.dirname);
  const type = { apiVersion: "networking.k8s.io/v1", kind: "IngressClass" };
  const spec = { controller: "example.com/none" };
  await objects.create({ ...type, metadata: { name: "shown-in-status" }, spec } as never);
  t.after(() => objects.delete({ ...type, name: "shown-in-status" }));
  const { stdout } = await mcpRuntime(["status"], { cwd: await temporaryFolder(t) });
  assert.match(stdout, /^ingress +ok +IngressClass .*shown-in-status/m);
});

test("a server is made from an image, shown, and deleted by its name only", {
  skip: withoutKubernetes,
}, async (t) => {
  await mcpRuntime(["cluster", "init"]);
  const here = ["--namespace", "default"];
  const create = ["server", "create", "made-by-hand", "--image", "r.example.com/app:v3", ...here];
  t.after(() => mcpRuntime(["server", "delete", "made-by-hand", ...here]));
  const made = await mcpRuntime([...create, "--tag", "v1"]);
  assert.deepEqual([made.stdout, made.stderr], ["server 'made-by-hand' created\n", ""]);
  const again = await mcpRuntime(create);
  assert.equal(again.code, 1);
  assert.match(again.stderr, /^mcp-runtime: server 'made-by-hand' exists in namespace 'default': delete it/);
  const { stdout: table } = await mcpRuntime(["server", "list", ...here]);
  assert.match(table, /made-by-hand +Pending +r\.example\.com\/app:v3 +\/made-by-hand\/mcp/);
  const ofAll = JSON.parse((await mcpRuntime(["server", "status", "-o", "json"])).stdout) as ServerPods[];
  assert.ok(ofAll.some(({ server: { metadata } }) => metadata.name === "made-by-hand"));
  const { stdout: json } = await mcpRuntime(["-o", "json", "server", "get", "made-by-hand", ...here]);
  const { image, imageTag, ingressPath } = JSON.parse(json).spec;
  assert.deepEqual([image, imageTag, ingressPath], ["r.example.com/app", "v3", "/made-by-hand/mcp"]);
  const { stdout: catalog } = await mcpRuntime(["catalog", "-o", "yaml", ...here]);
  assert.match(catalog, /id: made-by-hand\n {4}runtime:\n {6}type: k8s-service\n/);
  for (const name of ["", ".", "../made-by-hand"]) {
    const { code, stderr } = await mcpRuntime(["server", "delete", name, ...here]);
    assert.deepEqual([code, stderr], [1, `mcp-runtime: '${name}' is not a valid MCPServer name\n`]);
  }
  const deleted = await mcpRuntime(["server", "delete", "made-by-hand", ...here]);
  assert.equal(deleted.stdout, "server 'made-by-hand' deleted\n");
  const missing = await mcpRuntime(["server", "get", "made-by-hand", ...here]);
  assert.match(missing.stderr, /server 'made-by-hand' not found in namespace 'default'/);
});

interface ServerPods {
  readonly server: { readonly metadata: { readonly name: string } };
}

test("each server that is made from a file is reported, and so is each failure", {
  skip: withoutKubernetes,
}, async (t) => {
  await mcpRuntime(["cluster", "init"]);
  const file = join(await temporaryFolder(t), "servers.yaml");
  const server = (name: string, image: string) =>
    `apiVersion: mcp.agent-hellboy.io/v1alpha1\nkind: MCPServer\nmetadata: {name: ${name}}\nspec: {image: ${image}}\n`;
  await writeFile(file, `${server("from-file", "a")}---\n${server("From_File", "b")}`);
  const create = ["server", "create", "--file", file, "--namespace", "default"];
  t.after(() => mcpRuntime(["server", "delete", "from-file", "--namespace", "default"]));
  const { code, stdout, stderr } = await mcpRuntime(create);
  assert.equal(code, 1);
  const { stdout: again } = await mcpRuntime([...create, "-o", "json"]);
  const [first, second] = JSON.parse(again) as object[];
  assert.deepEqual(first, { namespace: "default", name: "from-file", change: "unchanged" });
  assert.deepEqual(Object.keys(second ?? {}), ["file", "error"]);
  const { stdout: table } = await mcpRuntime(["server", "list", "--namespace", "default"]);
  assert.match(table, /from-file .* \/from-file\/mcp /);
  assert.equal(stdout, "server 'from-file' created\n");
  assert.match(stderr, /^mcp-runtime: .*servers\.yaml: .*From_File/);
  const found = await mcpRuntime(["server", "get", "from-file", "--namespace", "default"]);
  assert.equal(found.code, 0);
  await writeFile(file, "# nothing yet\n");
  const empty = await mcpRuntime(create);
  assert.equal(empty.code, 1);
  assert.match(empty.stderr, /servers\.yaml: the file does not contain a manifest\n$/);
});
