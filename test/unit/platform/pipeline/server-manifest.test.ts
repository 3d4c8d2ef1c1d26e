/** From metadata to manifests: the contract's sample, all fields, files that are written and files that stay unchanged. */
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { parse } from "yaml";
import { generateManifests } from "../../../../src/platform/pipeline/generate-manifests.ts";
import { readManifests } from "../../../../src/platform/pipeline/read-manifests.ts";
import { manifestOf, manifestText } from "../../../../src/platform/pipeline/server-manifest.ts";

const options = { group: "mcp.agent-hellboy.io", registry: "registry.registry.svc.cluster.local:5000" };

test("the sample becomes the contract's manifest", () => {
  const manifest = manifestOf({ name: "my-server", route: "/my-server/mcp", port: 8088 }, options);
  assert.deepEqual(parse(manifestText(manifest)), {
    apiVersion: "mcp.agent-hellboy.io/v1alpha1",
    kind: "MCPServer",
    metadata: { name: "my-server", namespace: "mcp-servers" },
    spec: {
      image: "registry.registry.svc.cluster.local:5000/my-server",
      imageTag: "latest",
      ingressPath: "/my-server/mcp",
      port: 8088,
      replicas: 1,
      servicePort: 80,
    },
  });
});

test("a manifest accepts zero replicas, quantities as texts, a route without its slash, and a tag in the image", () => {
  const { metadata, spec } = manifestOf(
    {
      name: "app",
      namespace: "team",
      image: "r.example.com/team/app:v3",
      imageTag: "v1",
      route: "tools/mcp",
      replicas: 0,
      resources: { limits: { cpu: 0.5, memory: "1Gi" } },
      envVars: [{ name: "A", value: "1" }],
      ingressHost: "mcp.example.com",
    },
    options,
  );
  assert.deepEqual(metadata, { name: "app", namespace: "team" });
  assert.deepEqual(spec, {
    envVars: [{ name: "A", value: "1" }],
    image: "r.example.com/team/app",
    imageTag: "v3",
    ingressHost: "mcp.example.com",
    ingressPath: "/tools/mcp",
    port: 8088,
    replicas: 0,
    resources: { limits: { cpu: "0.5", memory: "1Gi" } },
    servicePort: 80,
  });
});

test("a digest is kept whole", () => {
  const image = "r.example.com/app@sha256:0123";
  assert.equal(manifestOf({ name: "app", image }, options).spec.image, image);
});

async function inFolder(then: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "manifests-"));
  try {
    await then(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

test("unchanged manifests are not written, and other manifests are reported and stay", async () => {
  await inFolder(async (folder) => {
    const servers = [{ server: { name: "app" }, file: "metadata.yaml" }];
    const old = join(folder, "old.yaml");
    await writeFile(old, "kind: Old\n");
    const first = await generateManifests(servers, folder, options);
    const file = join(folder, "app.yaml");
    assert.deepEqual(first, { files: [file], stale: [old] });
    await utimes(file, 1, 1);
    await generateManifests(servers, folder, options);
    assert.equal((await stat(file)).mtimeMs, 1000);
    assert.equal(await readFile(old, "utf8"), "kind: Old\n");
  });
});

test("manifests of several documents are read, and an invalid document is reported with its line", async () => {
  await inFolder(async (folder) => {
    const file = join(folder, "a.yaml");
    const object = "apiVersion: v1\nkind: Service\nmetadata: {name: a}\n";
    await writeFile(file, `---\n${object}---\n# nothing\n---\n${object}`);
    assert.equal((await readManifests(file)).length, 2);
    await writeFile(file, `${object}---\nkind: Service\n`);
    await assert.rejects(readManifests(file), {
      message: `${file}:5:1: is not a Kubernetes object: it needs apiVersion, kind and metadata.name`,
    });
    await writeFile(file, "a: [\n");
    await assert.rejects(readManifests(file), /a\.yaml:2:1: /);
  });
});
