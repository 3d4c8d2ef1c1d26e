/**
 * An attacker who reaches the platform's own registry over the network, or has the login of the nodes, tries to read
 * images, to replace one under its name, or to delete one. The registry is a real one, run as in its manifest.
 */

import assert from "node:assert/strict";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import {
  loginSecrets,
  newRegistryLogins,
  type RegistryLogin,
  type RegistryLogins,
} from "../../src/platform/image-registry/registry-logins.ts";
import { RegistryClient } from "../../src/platform/images/registry-client.ts";
import { nodeRegistry, registryManifests } from "../../src/platform/install/registry-manifests.ts";
import { docker, platformImages, withoutDocker } from "../support/engines.ts";
import { temporaryFolder } from "../support/gateway.ts";
import { until } from "../support/until.ts";

const skip =
  withoutDocker ||
  (platformImages.registry === "" ? "no registry to test with: TEST_REGISTRY_IMAGE is not set" : false);

interface Volume {
  readonly name: string;
  readonly secret?: { readonly secretName: string; readonly items: readonly { key: string; path: string }[] };
}

interface Container {
  readonly name: string;
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly ports: readonly { readonly containerPort: number }[];
  readonly volumeMounts: readonly { name: string; mountPath: string; readOnly?: boolean }[];
}

interface Deployment {
  readonly spec: {
    readonly template: {
      readonly spec: {
        readonly containers: readonly Container[];
        readonly volumes: readonly Volume[];
        readonly securityContext: { readonly runAsUser: number };
      };
    };
  };
}

/** The port where the registry takes images, and the port where nodes get them. */
interface Registry {
  readonly push: string;
  readonly pull: string;
  readonly logins: RegistryLogins;
}

/** Starts each container of the Deployment as a node would. */
async function startRegistry(t: TestContext): Promise<Registry> {
  const logins = newRegistryLogins();
  const manifests = registryManifests({ image: platformImages.registry, storage: "1Gi" });
  const deployment = manifests.find(({ kind }) => kind === "Deployment") as unknown as Deployment;
  const { containers, volumes, securityContext } = deployment.spec.template.spec;
  const folders = await volumeFolders(t, volumes, logins);
  const urls = await Promise.all(
    containers.map(async (container) => [
      container.name,
      await start(t, container, folders, securityContext.runAsUser),
    ]),
  );
  const { registry: push = "", "registry-nodes": pull = "" } = Object.fromEntries(urls) as Record<
    string,
    string
  >;
  return { push, pull, logins };
}

/** The content of the volumes, by name. */
async function volumeFolders(
  t: TestContext,
  volumes: readonly Volume[],
  logins: RegistryLogins,
): Promise<ReadonlyMap<string, string>> {
  const root = await temporaryFolder(t);
  const secrets = loginSecrets(logins, nodeRegistry);
  const folders = new Map<string, string>();
  for (const { name, secret } of volumes) {
    const folder = join(root, name);
    await mkdir(folder);
    await chmod(folder, 0o777);
    const data = secrets.find(({ metadata }) => metadata.name === secret?.secretName)?.["data"];
    for (const { key, path } of secret?.items ?? [])
      await writeFile(join(folder, path), Buffer.from((data as Record<string, string>)[key] ?? "", "base64"));
    folders.set(name, folder);
  }
  return folders;
}

async function start(
  t: TestContext,
  { env, ports, volumeMounts }: Container,
  folders: ReadonlyMap<string, string>,
  user: number,
): Promise<string> {
  const engine = await docker();
  const container = await engine.createContainer({
    Image: platformImages.registry,
    User: `${user}:${user}`,
    Env: env.map(({ name, value }) => `${name}=${value}`),
    HostConfig: {
      Binds: volumeMounts.map(
        ({ name, mountPath, readOnly }) => `${folders.get(name)}:${mountPath}:${readOnly ? "ro" : "rw"}`,
      ),
      ReadonlyRootfs: true,
      CapDrop: ["ALL"],
      SecurityOpt: ["no-new-privileges"],
    },
  });
  t.after(() => container.remove({ force: true, v: true }));
  await container.start();
  const { NetworkSettings } = await container.inspect();
  const url = `http://${NetworkSettings.Networks["bridge"]?.IPAddress}:${ports[0]?.containerPort}`;
  // The request of the probes.
  await until(
    `the registry at ${url} answers`,
    async () => (await fetch(url).catch(() => undefined))?.ok,
    20_000,
  );
  return url;
}

function as({ username, password }: RegistryLogin): Record<string, string> {
  return { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}` };
}

async function statusOf(method: string, url: string, headers: Record<string, string> = {}): Promise<number> {
  return (await fetch(url, { method, headers })).status;
}

const manifestType = "application/vnd.docker.distribution.manifest.v2+json";
const empty = { digest: "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a", size: 2 };

/** Puts an empty image into it, as the helper Pod would. Returns its digest. */
async function pushImage(t: TestContext, { push, logins }: Registry): Promise<string> {
  const file = join(await temporaryFolder(t), "blob");
  await writeFile(file, "{}");
  const client = await RegistryClient.open({ url: push, name: "team/app", ...logins.push });
  await client.putBlob({ ...empty, file });
  const config = { mediaType: "application/vnd.docker.container.image.v1+json", ...empty };
  await client.putManifest("v1", manifestType, {
    schemaVersion: 2,
    mediaType: manifestType,
    config,
    layers: [],
  });
  const headers = { ...as(logins.push), accept: manifestType };
  const answer = await fetch(`${push}/v2/team/app/manifests/v1`, { method: "HEAD", headers });
  return answer.headers.get("docker-content-digest") ?? "";
}

test("the platform's registry, attacked over the network", { skip }, async (t) => {
  const registry = await startRegistry(t);
  const { push, pull, logins } = registry;
  const digest = await pushImage(t, registry);
  assert.match(digest, /^sha256:/);
  const image = "/v2/team/app/manifests/v1";
  const uploads = "/v2/team/app/blobs/uploads/";

  await t.test("a request without a login cannot read, put or delete", async () => {
    for (const url of [push, pull]) {
      assert.equal(await statusOf("GET", `${url}/v2/_catalog`), 401);
      assert.equal(await statusOf("GET", url + image), 401);
      assert.equal(await statusOf("POST", url + uploads), 401);
      assert.equal(await statusOf("DELETE", `${url}/v2/team/app/manifests/${digest}`), 401);
    }
  });

  await t.test("a guessed password has no more rights", async () => {
    const guessed = { ...logins.push, password: logins.push.password.slice(1) };
    assert.equal(await statusOf("GET", push + image, as(guessed)), 401);
  });

  await t.test(
    "the login of the nodes can read images at the port of the nodes, and cannot put them",
    async () => {
      const headers = { ...as(logins.pull), accept: manifestType };
      assert.equal(await statusOf("GET", pull + image, headers), 200);
      assert.equal(await statusOf("POST", pull + uploads, headers), 405);
      assert.equal(await statusOf("PUT", pull + image, headers), 405);
      assert.equal(await statusOf("GET", push + image, headers), 401);
      assert.equal(await statusOf("POST", push + uploads, headers), 401);
    },
  );

  await t.test(
    "the login of the helper cannot put images at the port of the nodes, and cannot delete images",
    async () => {
      assert.equal(await statusOf("POST", pull + uploads, as(logins.push)), 401);
      for (const what of [`manifests/${digest}`, `blobs/${empty.digest}`])
        assert.equal(await statusOf("DELETE", `${push}/v2/team/app/${what}`, as(logins.push)), 405);
      assert.equal(await statusOf("GET", push + image, { ...as(logins.push), accept: manifestType }), 200);
    },
  );
});
