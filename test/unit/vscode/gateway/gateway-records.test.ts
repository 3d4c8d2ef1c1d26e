import assert from "node:assert/strict";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { GatewayRecords, recordKeyOf } from "../../../../src/vscode/gateway/gateway-records.ts";
import { installationKey, recordKey } from "../../../../src/vscode/gateway/installation-key.ts";
import {
  askKey,
  folderError,
  handoverSocket,
  offerKey,
  parentError,
} from "../../../../src/vscode/gateway/key-handover.ts";
import { temporaryFolder } from "../../../support/gateway.ts";

test("the same catalogs have one record, whatever their order", () => {
  assert.equal(recordKeyOf(["/a", "/b"]), recordKeyOf(["/b", "/a"]));
  assert.notEqual(recordKeyOf(["/a"]), recordKeyOf(["/b"]));
});

test("a record is read as it was written, and a broken record counts as missing", async (t) => {
  const folder = await temporaryFolder(t);
  const sites = new GatewayRecords(folder);
  const record = { host: "127.0.0.1", port: 1, owner: 2, stopped: false };
  assert.equal(await sites.record("s"), undefined);
  await sites.write("s", record);
  assert.deepEqual(await sites.record("s"), record);
  assert.deepEqual([await sites.isClaimed(1, "s"), await sites.isClaimed(1, "other")], [false, true]);
  await writeFile(join(folder, "s.json"), "{");
  assert.equal(await sites.record("s"), undefined);
});

test("one window at a time holds the lock", async (t) => {
  const sites = new GatewayRecords(join(await temporaryFolder(t), "new"));
  let within = 0;
  const work = async () => {
    assert.equal(++within, 1);
    await new Promise((resolve) => setImmediate(resolve));
    within--;
  };
  await Promise.all([sites.locked(work), sites.locked(work), sites.locked(work)]);
  assert.equal(await sites.isClaimed(1, "s"), false);
});

test("a key is created once, and the key of another window is stored only if there was no key", async () => {
  const kept = new Map<string, string>();
  const secrets = {
    get: async (name: string) => kept.get(name),
    store: async (name: string, value: string) => void kept.set(name, value),
  };
  const key = await installationKey(secrets);
  assert.match(key, /^omg_[\w-]{32}$/);
  assert.equal(await installationKey(secrets), key);
  assert.equal(await installationKey(secrets, "omg_told"), key);
  assert.equal(await installationKey(secrets), key);
  kept.clear();
  assert.equal(await installationKey(secrets, "omg_told"), "omg_told");
  assert.equal(await installationKey(secrets), "omg_told");
  assert.notEqual(recordKey(key, "a"), recordKey(key, "b"));
});

test("windows of one user exchange the key", { skip: process.platform === "win32" }, async (t) => {
  const runtime = await temporaryFolder(t);
  const socket = handoverSocket("site", "/storage", { platform: "linux", runtimeDir: runtime }) ?? "";
  assert.equal(await askKey(socket), undefined);
  const withdraw = await offerKey(socket, "omg_x");
  assert.equal(await askKey(socket), "omg_x");
  await withdraw();
  assert.equal(await askKey(socket), undefined);
});

test("a folder that other users may enter is not used for the exchange, and Windows has no exchange", {
  skip: process.platform === "win32",
}, async (t) => {
  const runtime = await temporaryFolder(t);
  const socket = handoverSocket("site", "/storage", { platform: "linux", runtimeDir: runtime }) ?? "";
  await mkdir(join(socket, ".."));
  await chmod(join(socket, ".."), 0o755);
  await assert.rejects(offerKey(socket, "omg_x"), /is open to other users: remove it/);
  const onWindows = { platform: "win32", runtimeDir: "C:\\tmp", user: undefined } as const;
  assert.equal(handoverSocket("site", "C:\\storage", onWindows), undefined);
});

test("a valid folder is a directory of this user that no other user may enter, in a folder where no other user may replace it", () => {
  const facts = (mode: number, uid: number, isDirectory = true) => ({
    mode,
    uid,
    isDirectory: () => isDirectory,
    isSocket: () => false,
  });
  assert.equal(folderError(facts(0o700, 7), 7), undefined);
  assert.equal(folderError(facts(0o700, 7, false), 7), "is not a directory");
  assert.equal(folderError(facts(0o700, 8), 7), "belongs to another user");
  for (const mode of [0o710, 0o701, 0o770])
    assert.equal(folderError(facts(mode, 7), 7), "is open to other users");
  for (const [mode, uid] of [
    [0o1777, 0],
    [0o755, 0],
    [0o700, 7],
  ] as const)
    assert.equal(parentError(facts(mode, uid), 7), undefined);
  assert.equal(parentError(facts(0o755, 8), 7), "belongs to another user");
  assert.equal(parentError(facts(0o777, 0), 7), "lets other users replace its files");
});
