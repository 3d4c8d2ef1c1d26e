/* biome-ignore-all lint/suspicious/noTemplateCurlyInString: the syntax under test */
/**
 * A catalog or config in a cloned folder names `\\host\share`. On Windows any access to it sends the user's
 * credentials.
 */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { checkCatalogText } from "../../src/catalog/checks/check-catalog.ts";
import type { HostEnvironment } from "../../src/catalog/checks/host-checks.ts";
import { isNetworkPath, leavesThisMachine } from "../../src/catalog/checks/network-path.ts";
import { checkConfigText } from "../../src/config/load-config.ts";
import { isNetworkPath as isReadFromElsewhere } from "../../src/kube/cluster-access.ts";
import { engineFor } from "../../src/vscode/language/engine-names.ts";
import { root, temporaryFolder } from "../support/gateway.ts";

/** A Windows machine that records the paths that were requested. */
function watchedMachine(): { readonly machine: HostEnvironment; readonly asked: string[] } {
  const asked: string[] = [];
  const look = async (path: string) => asked.push(path) > 0;
  const machine = {
    platform: "win32",
    isExecutable: look,
    isFolder: look,
    isFile: look,
    exists: look,
  } as const;
  return { machine, asked };
}

async function checked(runtime: object, env: Readonly<Record<string, string>> = {}, baseDir = "/cat") {
  const { machine, asked } = watchedMachine();
  const sources = {
    env: (name: string) => env[name],
    secret: async () => undefined,
    workspaceFolder: baseDir,
    userHome: "/home/me",
  };
  const text = JSON.stringify({ servers: [{ id: "a", runtime }] });
  return { asked, problems: await checkCatalogText(text, { baseDir, sources, machine }) };
}

const runtimes: Readonly<Record<string, object>> = {
  working_dir: { type: "local-process", command: ".\\x", working_dir: "//evil/share" },
  "a command": { type: "local-process", command: "\\\\evil\\share\\x.exe" },
  "a command with slashes": { type: "local-process", command: "//evil/share/x.exe" },
  "a device path": { type: "local-process", command: "\\\\?\\UNC\\evil\\share\\x.exe" },
  env_file: { type: "docker", image: "x", env_file: "//evil/share/env" },
  "a certificate": { type: "remote-sse", url: "https://a.example/", ca: "//evil/share/ca.pem" },
  "a volume": { type: "docker", image: "x", volumes: ["//evil/share:/data"] },
  "a default of a variable": { type: "docker", image: "x", env_file: "${NOT_SET:-//evil/share/env}" },
};

for (const [what, runtime] of Object.entries(runtimes))
  test(`checks do not access a share in ${what} and report no problem`, async () => {
    const { asked, problems } = await checked(runtime);
    assert.deepEqual(
      asked.filter((path) => path.includes("evil")),
      [],
    );
    assert.deepEqual(problems, []);
  });

test("checks do not access a share on the entry's own PATH", async () => {
  const { machine, asked } = watchedMachine();
  const sources = {
    env: () => undefined,
    secret: async () => undefined,
    workspaceFolder: "/cat",
    userHome: "/home/me",
  };
  const server = {
    id: "a",
    runtime: { type: "local-process", command: "npx" },
    env: { PATH: "\\\\evil\\share;C:\\bin" },
  };
  const notThere = { ...machine, isExecutable: async (path: string) => asked.push(path) < 0 };
  await checkCatalogText(JSON.stringify({ servers: [server] }), {
    baseDir: "/cat",
    sources,
    machine: notThere,
  });
  assert.deepEqual(
    asked.filter((path) => path.includes("evil")),
    [],
  );
});

test("a secrets_dir on a share is not accessed when a cloned config is opened in the editor", async (t) => {
  // If `//` means the root folder, an access can be detected: the secret is an empty file, which would be reported as a
  // problem.
  const folder = await temporaryFolder(t);
  const share = `/${folder}/share`;
  await mkdir(join(folder, "share"));
  await writeFile(join(folder, "share", "KEY"), "");
  const text = (secrets: string) => `secrets_dir: ${secrets}\napi_key: "\${secret:KEY}"\n`;
  const file = join(folder, "mcp-gateway", "config.yaml");
  assert.notDeepEqual(await checkConfigText(text(join(folder, "share")), file), []);
  assert.deepEqual(await checkConfigText(text(share), file), []);
});

test("a catalog on a share, or a home folder there, does not stop the checks of its own paths", async () => {
  assert.equal(leavesThisMachine("\\\\files\\team\\a\\x", "\\\\Files\\Team\\cat"), false);
  assert.equal(leavesThisMachine("//files/team/x", "C:\\cat", "\\\\files\\team\\me"), false);
  assert.equal(leavesThisMachine("//files/other/x", "\\\\files\\team\\cat"), true);
  assert.equal(isNetworkPath("C:\\a"), false);
  assert.equal(isNetworkPath("/a//b"), false);
  assert.equal(isNetworkPath("\\??\\UNC\\evil\\share"), true);
});

test("an engine's pipe on another machine is not asked for suggestions", () => {
  for (const host of ["npipe:////evil/pipe/docker_engine", "npipe://\\\\evil\\pipe\\x", "//evil/pipe/x"])
    assert.equal(engineFor({ engine: "docker", host }), undefined, host);
  const host = "npipe:////./pipe/docker_engine";
  assert.deepEqual(engineFor({ engine: "docker", host }), { type: "docker", host });
});

test("a folder's settings cannot name the catalog while the folder is not trusted", () => {
  const { capabilities } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const restricted: string[] = capabilities.untrustedWorkspaces.restrictedConfigurations;
  for (const name of ["catalog", "platform.kubeconfig"])
    assert.ok(restricted.includes(`openMcpGateway.${name}`), name);
});

test("a kubeconfig or env_file is not read from a share before a start, however the share is written", () => {
  for (const path of [
    "\\\\?\\UNC\\evil\\share\\x",
    "//?/UNC/evil/share/x",
    "\\\\.\\UNC\\evil\\share\\x",
    "//?/GLOBALROOT/x",
  ])
    assert.ok(isReadFromElsewhere(path, "win32"), path);
  for (const path of ["\\\\?\\C:\\x", "//./d:/x"]) assert.ok(!isReadFromElsewhere(path, "win32"), path);
});
