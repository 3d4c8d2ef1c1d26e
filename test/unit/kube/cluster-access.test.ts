import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { clusterAccess, isNetworkPath } from "../../../src/kube/cluster-access.ts";
import { temporaryFolder } from "../../support/gateway.ts";

test("a path on another machine is distinguished from a local path, where the system has such paths", () => {
  for (const path of ["\\\\host\\share", "//host/share", "/\\host/share"])
    assert.ok(isNetworkPath(path, "win32"), path);
  for (const path of ["C:\\x", "/x", "\\\\.\\pipe\\x", "//./pipe/x", "x//y"])
    assert.ok(!isNetworkPath(path, "win32"), path);
  assert.ok(!isNetworkPath("//x", "linux"));
});

test("a kubeconfig that is missing or invalid is refused with its name", async (t) => {
  const folder = await temporaryFolder(t);
  await writeFile(join(folder, "broken"), "users: [");
  await mkdir(join(folder, "folder"));
  for (const kubeconfig of ["broken", "folder", "missing"])
    await assert.rejects(
      clusterAccess({ kubeconfig }, folder),
      new RegExp(`kubeconfig ${kubeconfig} cannot be`),
    );
});

test("a kubeconfig that would read a device as a token is refused before the read", async (t) => {
  const folder = await temporaryFolder(t);
  const users = [{ name: "u", user: { "token-file": "/dev/zero" } }];
  await writeFile(join(folder, "kubeconfig"), JSON.stringify({ users }));
  await assert.rejects(clusterAccess({ kubeconfig: "kubeconfig" }, folder), /not a file with a token/);
});
