/** The target of images, how they are sent, and the requests to a registry. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { type TestContext, test } from "node:test";
import { gunzipSync } from "node:zlib";
import tar from "tar-stream";
import {
  provisionedRegistry,
  registryInEnv,
  requiredRegistry,
} from "../../../../src/platform/image-registry/registry-settings.ts";
import {
  ofRegistry,
  pushMode,
  pushTarget,
  registryUrl,
} from "../../../../src/platform/images/push-target.ts";
import { type ReceiverLine, receiveImage } from "../../../../src/platform/images/receive-image.ts";
import { frame, framesIn, lastFrame } from "../../../../src/platform/images/upload-frames.ts";

test("an image goes to the named registry, otherwise to the provisioned one, otherwise to the platform's", () => {
  const of = (...args: Parameters<typeof pushTarget>) => pushTarget(...args).reference;
  assert.equal(
    of({ image: "my-server:latest" }),
    "registry.registry.svc.cluster.local:5000/my-server:latest",
  );
  assert.equal(
    of({ image: "localhost:5000/app" }, { url: "https://r.example.com/team/" }),
    "r.example.com/team/app:latest",
  );
  assert.equal(of({ image: "app:v1", name: "other", registry: "10.0.0.5:5000" }), "10.0.0.5:5000/other:v1");
  assert.deepEqual(pushTarget({ image: "app:v1", registry: "r.example.com/team" }), {
    reference: "r.example.com/team/app:v1",
    registry: "r.example.com",
    name: "team/app",
    tag: "v1",
  });
});

test("TLS is used unless the registry is on this machine or its URL has another scheme", () => {
  const of = (registry: string, provisioned?: { url: string }) =>
    registryUrl(pushTarget({ image: "app", registry }), provisioned);
  assert.equal(of("r.example.com"), "https://r.example.com");
  assert.equal(of("127.0.0.1:5000"), "http://127.0.0.1:5000");
  assert.equal(of("http://10.0.0.5:5000/team"), "http://10.0.0.5:5000");
  assert.equal(of("r.example.com:80", { url: "http://r.example.com:80/team" }), "http://r.example.com:80");
  assert.equal(of("r.example.com", { url: "http://r.example.com:80/team" }), "https://r.example.com");
  assert.equal(of("docker.io/team"), "https://registry-1.docker.io");
});

test("a password goes to its own registry only", () => {
  const provisioned = { url: "https://r.example.com/team", username: "u", password: "p" };
  assert.equal(ofRegistry(provisioned, "r.example.com"), provisioned);
  assert.equal(ofRegistry(provisioned, "other.example.com"), undefined);
  assert.equal(ofRegistry(undefined, "r.example.com"), undefined);
});

test("unknown modes and a missing registry are refused with the contract's messages", () => {
  assert.throws(() => pushMode("x"), { message: 'unknown mode "x" (use direct|in-cluster)' });
  assert.throws(() => requiredRegistry({}, registryInEnv({ PROVISIONED_REGISTRY_URL: "" })), {
    message: "registry url is required (flag, env PROVISIONED_REGISTRY_URL, or config file)",
  });
});

test("flags override the environment, and the environment overrides the saved settings", () => {
  const env = registryInEnv({ PROVISIONED_REGISTRY_URL: "r", PROVISIONED_REGISTRY_USERNAME: "env" });
  const saved = { url: "https://r/", username: "saved", password: "saved" };
  assert.deepEqual(provisionedRegistry(env, saved), { url: "r", username: "env", password: "saved" });
  assert.deepEqual(provisionedRegistry({ username: "flag" }, env), { url: "r", username: "flag" });
  assert.deepEqual(provisionedRegistry({ username: "flag" }, {}, saved), { ...saved, username: "flag" });
  assert.equal(provisionedRegistry({ username: "x" }, undefined), undefined);
});

test("the settings of one registry are not used for another, least of all its password", () => {
  const saved = { url: "https://r", username: "u", password: "p", operatorImage: "r/op" };
  assert.deepEqual(provisionedRegistry({ url: "http://other" }, saved), { url: "http://other" });
  assert.deepEqual(provisionedRegistry({ url: "r/team" }, saved), { url: "r/team" });
});

test("a registry URL with a password is refused without quoting any part of it", () => {
  for (const url of ["https://u:hunter2@r.example.com", "u:hunter2@r.example.com/team"])
    assert.throws(() => provisionedRegistry({ url }), {
      message:
        "the registry url must not contain a user name or a password: use --username and --password-stdin",
    });
});

test("frames arrive whole however they are cut, and end with the last one", async () => {
  const pieces = [Buffer.from("one"), Buffer.alloc(70_000, 1)];
  const bytes = Buffer.concat([...pieces.map(frame), lastFrame, Buffer.from("more")]);
  for (const size of [1, 3, 1000, bytes.length]) {
    const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
      bytes.subarray(at * size, (at + 1) * size),
    );
    const found: Buffer[] = [];
    for await (const piece of framesIn(Readable.from(chunks))) found.push(Buffer.from(piece));
    assert.deepEqual(found, pieces);
  }
  const cut = framesIn(Readable.from([frame(Buffer.from("one")).subarray(0, 5)]));
  await assert.rejects(cut.next(), /ended before its last piece/);
});

/** A registry that requires a token and records the uploads. `forgets`: a token is not valid for a second layer. */
async function registry(t: TestContext, { forgets = false } = {}) {
  const blobs = new Map<string, Buffer>();
  const manifests = new Map<string, string>();
  const scopes: string[] = [];
  const seen = new Set<string>();
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const { pathname, searchParams } = new URL(request.url ?? "", url());
    const authorization = request.headers.authorization ?? "";
    if (pathname === "/token") {
      if (authorization !== `Basic ${Buffer.from("u:p").toString("base64")}`)
        return response.writeHead(401).end("who");
      scopes.push(searchParams.get("scope") ?? "");
      return response.end(JSON.stringify({ token: `t${scopes.length}` }));
    }
    const isStale = forgets && request.method === "HEAD" && seen.has(authorization);
    if (request.method === "HEAD") seen.add(authorization);
    if (isStale || authorization !== `Bearer t${scopes.length}`) {
      const challenge = `Bearer realm="${url()}/token",service="test"`;
      return response.writeHead(401, { "www-authenticate": challenge }).end();
    }
    const digest = searchParams.get("digest") ?? pathname.split("/").at(-1) ?? "";
    if (request.method === "HEAD") return response.writeHead(blobs.has(digest) ? 200 : 404).end();
    if (request.method === "POST") return response.writeHead(202, { location: "/upload?state=1" }).end();
    if (pathname === "/upload") blobs.set(digest, body);
    else manifests.set(pathname, body.toString());
    return response.writeHead(201).end();
  };
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url: url(), blobs, manifests, scopes };
}

/** An image as an engine saves it. */
async function savedImage(): Promise<Buffer> {
  const pack = tar.pack();
  pack.entry({ name: "abc.json" }, '{"os":"linux"}');
  pack.entry({ name: "1/layer.tar" }, "layer one");
  // Some engines save a layer that occurs twice as a link.
  pack.entry({ name: "2/layer.tar", type: "symlink", linkname: "../1/layer.tar" });
  const manifest = [{ Config: "abc.json", RepoTags: ["a:b"], Layers: ["1/layer.tar", "2/layer.tar"] }];
  pack.entry({ name: "manifest.json" }, JSON.stringify(manifest));
  pack.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of pack) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function delivered(url: string, saved: Buffer, password = "p"): AsyncIterable<Buffer> {
  const target = { url, name: "team/app", username: "u", password };
  return Readable.from([frame(Buffer.from(JSON.stringify({ target, tag: "v1" }))), frame(saved), lastFrame]);
}

test("a saved image arrives in the registry, each layer once and compressed", async (t) => {
  const { url, blobs, manifests, scopes } = await registry(t);
  const lines: ReceiverLine[] = [];
  assert.equal(await receiveImage(delivered(url, await savedImage()), (line) => lines.push(line)), 0);
  assert.deepEqual(lines.at(-1), { kind: "pushed" });
  assert.deepEqual(scopes, ["repository:team/app:pull,push"]);
  const manifest = JSON.parse(manifests.get("/v2/team/app/manifests/v1") ?? "");
  assert.equal(manifest.layers.length, 2);
  assert.equal(blobs.size, 2);
  for (const [digest, bytes] of blobs)
    assert.equal(digest, `sha256:${createHash("sha256").update(bytes).digest("hex")}`);
  const [layer] = manifest.layers;
  assert.equal(gunzipSync(blobs.get(layer.digest) ?? Buffer.alloc(0)).toString(), "layer one");
  assert.equal(blobs.get(manifest.config.digest)?.toString(), '{"os":"linux"}');
});

test("a push that lasts longer than its token requests another token", async (t) => {
  const { url, blobs, scopes } = await registry(t, { forgets: true });
  const lines: ReceiverLine[] = [];
  assert.equal(await receiveImage(delivered(url, await savedImage()), (line) => lines.push(line)), 0);
  assert.deepEqual(lines.at(-1), { kind: "pushed" });
  assert.equal(blobs.size, 2);
  assert.ok(scopes.length > 1);
});

test("a wrong password, a cut stream and an invalid image are reported, without the password", async (t) => {
  const { url } = await registry(t);
  const failureOf = async (input: AsyncIterable<Buffer>) => {
    const lines: ReceiverLine[] = [];
    assert.equal(await receiveImage(input, (line) => lines.push(line)), 1);
    const [last] = lines.slice(-1);
    assert.ok(last?.kind === "failed");
    return last.because;
  };
  const saved = await savedImage();
  const wrong = await failureOf(delivered(url, saved, "hunter2"));
  assert.match(wrong, /returned no token: 401 who/);
  assert.ok(!wrong.includes("hunter2"));
  assert.match(
    await failureOf(delivered(url, Buffer.from("not a tar"))),
    /is not a saved image: Unexpected end of data/,
  );
  const cut = frame(saved.subarray(0, 600));
  assert.match(await failureOf(delivered(url, cut.subarray(0, 300))), /is not a saved image/);
});
