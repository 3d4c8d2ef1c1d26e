/** Tests the pure decisions about containers, without an engine: addresses, options, amounts, credentials, messages. */

import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { test } from "node:test";
import {
  bytesOf,
  type ContainerConfig,
  nanoCpusOf,
} from "../../../../src/runtime/container/container-config.ts";
import {
  bindOf,
  containerOptions,
  envFileLines,
  mergedEnv,
} from "../../../../src/runtime/container/container-options.ts";
import {
  type EngineEnvironment,
  engineAddresses,
  formatAddress,
  parseAddress,
} from "../../../../src/runtime/container/engine-address.ts";
import {
  exitReason,
  imageErrorText,
  unreachableEngineText,
} from "../../../../src/runtime/container/engine-errors.ts";
import { withDefaultTag } from "../../../../src/runtime/container/provide-image.ts";
import { credentialsFor, registryOf } from "../../../../src/runtime/container/registry-credentials.ts";
import { StreamDemuxer } from "../../../../src/runtime/container/stream-demuxer.ts";

const linux: EngineEnvironment = {
  platform: "linux",
  env: { XDG_RUNTIME_DIR: "/run/user/1000" },
  home: "/home/ada",
  contextHost: undefined,
};

const addresses = (type: "docker" | "podman", host: string | undefined, around: EngineEnvironment) =>
  engineAddresses(type, host, around).map(formatAddress);

test("an engine is searched in the entry, the environment, the context, and then the usual places", () => {
  const asked = { ...linux, env: { DOCKER_HOST: "tcp://10.0.0.1:2375", CONTAINER_HOST: "unix:///c.sock" } };
  assert.deepEqual(addresses("docker", "unix:///e.sock", asked), ["/e.sock"]);
  assert.deepEqual(addresses("docker", undefined, asked), ["tcp://10.0.0.1:2375"]);
  assert.deepEqual(addresses("podman", undefined, asked), ["/c.sock"]);
  const context = { ...linux, contextHost: "unix:///home/ada/.colima/docker.sock" };
  assert.deepEqual(addresses("docker", undefined, context), ["/home/ada/.colima/docker.sock"]);
  assert.deepEqual(addresses("docker", undefined, linux).slice(0, 3), [
    "/var/run/docker.sock",
    "/run/user/1000/docker.sock",
    "/home/ada/.docker/run/docker.sock",
  ]);
  assert.equal(addresses("podman", undefined, linux)[0], "/run/user/1000/podman/podman.sock");
  const windows: EngineEnvironment = { ...linux, platform: "win32", env: {}, home: "C:\\Users\\ada" };
  assert.equal(addresses("docker", undefined, windows)[0], "//./pipe/docker_engine");
  assert.deepEqual(addresses("podman", undefined, windows), ["//./pipe/podman-machine-default"]);
});

test("addresses are accepted in every common form", () => {
  assert.deepEqual(parseAddress("npipe:////./pipe/x"), { kind: "socket", path: "//./pipe/x" });
  assert.deepEqual(parseAddress("/run/x.sock"), { kind: "socket", path: "/run/x.sock" });
  assert.deepEqual(parseAddress("10.0.0.1:2375"), { kind: "network", url: "tcp://10.0.0.1:2375" });
  assert.deepEqual(parseAddress("ssh://ada@host"), { kind: "network", url: "ssh://ada@host" });
});

test("amounts of memory and processors are parsed", () => {
  const memory = {
    "512m": 2 ** 29,
    "2g": 2 ** 31,
    "512Mi": 2 ** 29,
    "1.5G": 1.5 * 2 ** 30,
    "1024": 1024,
    "4kb": 4096,
  };
  for (const [text, bytes] of Object.entries(memory)) assert.equal(bytesOf(text), bytes, text);
  for (const text of ["", "m", "-1g", "1 g", "1gg", "1e9"]) assert.equal(bytesOf(text), undefined, text);
  assert.deepEqual(["0.5", "2", "250m", "x", ""].map(nanoCpusOf), [5e8, 2e9, 2.5e8, undefined, undefined]);
});

const config: ContainerConfig = { type: "docker", image: "team/server:1" };
const around = {
  entryId: "a",
  owner: "1:2:3",
  machine: "m",
  mark: "0a1b",
  baseDir: "/cat",
  home: "/home/ada",
  env: [],
};

test("a container is isolated by default", () => {
  const { HostConfig, OpenStdin, ExposedPorts, name } = containerOptions(config, around);
  assert.equal(name, "mcp-a-0a1b");
  assert.deepEqual(
    {
      init: HostConfig?.Init,
      security: HostConfig?.SecurityOpt,
      dropped: HostConfig?.CapDrop,
      cpus: HostConfig?.NanoCpus,
      memory: HostConfig?.Memory,
      swap: HostConfig?.MemorySwap,
    },
    {
      init: true,
      security: ["no-new-privileges"],
      dropped: ["ALL"],
      cpus: 1e9,
      memory: 2 ** 31,
      swap: 2 ** 31,
    },
  );
  assert.ok((HostConfig?.PidsLimit ?? 0) > 0);
  assert.equal(OpenStdin, true);
  assert.equal(ExposedPorts, undefined);
});

test("a container that serves HTTP is reached on loopback only, and one in the host's network directly", () => {
  const http: ContainerConfig = { ...config, transport: "http", port: 8080 };
  const published = containerOptions(http, around);
  assert.deepEqual(published.HostConfig?.PortBindings, {
    "8080/tcp": [{ HostIp: "127.0.0.1", HostPort: "" }],
  });
  assert.equal(published.OpenStdin, false);
  const own = containerOptions({ ...http, network: "host" }, around);
  assert.equal(own.HostConfig?.PortBindings, undefined);
});

test("an amount that is invalid only after it is resolved fails the start", () => {
  const wrong: ContainerConfig = { ...config, resources: { memory: "lots" } };
  assert.throws(() => containerOptions(wrong, around), {
    message: "resources.memory 'lots' is not a valid amount",
  });
});

test("volumes are mounted from absolute paths, relative paths and names", () => {
  const bind = (volume: string) => bindOf(volume, around);
  assert.equal(bind("~/notes:/notes:ro"), "/home/ada/notes:/notes:ro");
  assert.equal(bind("./data:/data"), "/cat/data:/data");
  assert.equal(bind("data/sub:/data"), "/cat/data/sub:/data");
  assert.equal(bind("named:/data"), "named:/data");
  assert.equal(bind("C:\\notes:/notes:ro"), "C:\\notes:/notes:ro");
  assert.throws(() => bind("/only-one"), /is not host:container/);
});

test("an env_file is read as Docker reads it, and the entry's env overrides it", () => {
  const lines = envFileLines('# c\n\nA=1\r\n  B="two # 2"\nOWN\nNONE\n', { OWN: "mine" });
  assert.deepEqual(lines, ["A=1", 'B="two # 2"', "OWN=mine"]);
  assert.deepEqual(mergedEnv(lines, { A: "entry", C: "3" }), ["A=entry", 'B="two # 2"', "OWN=mine", "C=3"]);
});

test("frames are the same however they are cut", () => {
  const frame = (stream: number, text: string) => {
    const head = Buffer.alloc(8);
    head[0] = stream;
    head.writeUInt32BE(Buffer.byteLength(text), 4);
    return Buffer.concat([head, Buffer.from(text)]);
  };
  const bytes = Buffer.concat([frame(1, "one"), frame(2, "err"), frame(1, ""), frame(1, "twoé")]);
  for (let size = 1; size <= bytes.length; size++) {
    const [out, err]: [Buffer[], Buffer[]] = [[], []];
    const frames = new StreamDemuxer(
      (chunk) => out.push(chunk),
      (chunk) => err.push(chunk),
    );
    for (let at = 0; at < bytes.length; at += size) frames.push(bytes.subarray(at, at + size));
    assert.deepEqual([Buffer.concat(out).toString(), Buffer.concat(err).toString()], ["onetwoé", "err"]);
  }
});

test("the registry and the tag of an image are recognised", () => {
  const hub = "https://index.docker.io/v1/";
  const registries = {
    node: hub,
    "team/x": hub,
    "docker.io/x/y": hub,
    "ghcr.io/x/y:1": "ghcr.io",
    "localhost/x": "localhost",
    "r:5000/x": "r:5000",
  };
  for (const [image, registry] of Object.entries(registries))
    assert.equal(registryOf(image), registry, image);
  assert.deepEqual(["x", "r:5000/x", "x:1", "x@sha256:0"].map(withDefaultTag), [
    "x:latest",
    "r:5000/x:latest",
    "x:1",
    "x@sha256:0",
  ]);
});

test("credentials come from Docker's configuration, or from the helper that it names", {
  skip: process.platform === "win32" && "the helper of this test is a shell script",
}, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "credentials-"));
  const pathBefore = process.env["PATH"];
  t.after(() => {
    process.env["PATH"] = pathBefore;
    rmSync(folder, { recursive: true });
  });
  const configure = (content: unknown) => writeFileSync(join(folder, "config.json"), JSON.stringify(content));
  assert.equal(await credentialsFor("r:5000/x", folder), undefined);
  const auth = Buffer.from("u:p:with:colons").toString("base64");
  configure({ auths: { "r:5000": { auth }, "ghcr.io": { identitytoken: "tok" } } });
  assert.deepEqual(await credentialsFor("r:5000/x", folder), {
    username: "u",
    password: "p:with:colons",
    serveraddress: "r:5000",
  });
  assert.deepEqual(await credentialsFor("ghcr.io/x/y", folder), {
    identitytoken: "tok",
    serveraddress: "ghcr.io",
  });
  const helper = join(folder, "docker-credential-test");
  writeFileSync(
    helper,
    '#!/bin/sh\nread registry\necho "{\\"Username\\":\\"h\\",\\"Secret\\":\\"$registry\\"}"\n',
  );
  chmodSync(helper, 0o755);
  process.env["PATH"] = `${folder}${delimiter}${pathBefore}`;
  configure({ credHelpers: { "r:5000": "test" }, credsStore: "no-such-helper" });
  assert.deepEqual(await credentialsFor("r:5000/x", folder), {
    username: "h",
    password: "r:5000",
    serveraddress: "r:5000",
  });
  assert.equal(await credentialsFor("ghcr.io/x", folder), undefined);
});

test("an error of the engine is one sentence", () => {
  const errorText = (message: string) => imageErrorText("i:1", { json: { message } });
  assert.match(errorText("no basic auth credentials"), /rejected the credentials/);
  assert.match(errorText("manifest unknown: manifest unknown"), /is not in its registry/);
  assert.match(errorText("dial tcp 127.0.0.1:1: connect: connection refused"), /does not answer/);
  assert.match(errorText("something else"), /could not be pulled: something else$/);
  assert.equal(
    unreachableEngineText("Docker", ["/a", "/b"], { code: "EACCES" }),
    "this user may not use Docker: no permission for /a, /b",
  );
  const end = { exitCode: 0, oomKilled: false, error: "" };
  assert.equal(exitReason(end), "exited with code 0");
  assert.match(
    exitReason({ ...end, exitCode: 137, oomKilled: true }),
    /more memory than its limit \(resources/,
  );
  assert.match(exitReason({ ...end, exitCode: 137 }), /SIGKILL/);
});
