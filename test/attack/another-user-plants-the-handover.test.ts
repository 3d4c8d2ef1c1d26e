/** Another user of the machine neither receives the key that windows hand over nor chooses it (issue: *Another local user*). */

import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { chmod, mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { installationKey } from "../../src/vscode/gateway/installation-key.ts";
import { askKey, handoverSocket, offerKey } from "../../src/vscode/gateway/key-handover.ts";
import { temporaryFolder } from "../support/gateway.ts";

const nobody = 65_534;
const skip = process.getuid?.() !== 0 && "only root can act as another user";

/** A temporary folder that all users share, as /tmp is, and the path of a window's socket in it. */
async function sharedFolder(t: TestContext) {
  const shared = await temporaryFolder(t);
  await chmod(shared, 0o1777);
  const socket = handoverSocket("site", "/storage", { platform: "linux", runtimeDir: shared }) ?? "";
  return { shared, socket, folder: join(socket, "..") };
}

/** Runs code as another user until the test ends. Resolves once it has printed a line. */
async function asAnotherUser(t: TestContext, code: string): Promise<void> {
  const child: ChildProcess = spawn(process.execPath, ["-e", code], {
    uid: nobody,
    gid: nobody,
    cwd: "/",
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = new Promise((done) => child.once("close", done));
  t.after(async () => {
    child.kill();
    await exited;
  });
  const printed = new Promise((done) => child.stdout?.once("data", done));
  await Promise.race([printed, exited.then(() => assert.fail("the other user's program ended"))]);
}

/** Fails if the key is offered, and withdraws the offer. */
async function refusesToOffer(socket: string, because: RegExp): Promise<void> {
  const offering = offerKey(socket, "omg_ours").then((withdraw) => withdraw());
  await assert.rejects(offering, because);
}

/** The other user's socket, which sends a key of the other user's choice. */
function serves(socket: string): string {
  const path = JSON.stringify(socket);
  return `require("node:net").createServer((c) => c.end("omg_planted")).listen(${path}, () => {
    require("node:fs").chmodSync(${path}, 0o777);
    console.log("listening");
  });`;
}

test("another user's folder in a shared temporary folder gives no key and gets no key", {
  skip,
}, async (t) => {
  const { socket, folder } = await sharedFolder(t);
  const path = JSON.stringify(folder);
  await asAnotherUser(t, `require("node:fs").mkdirSync(${path}, { mode: 0o700 }); ${serves(socket)}`);
  await assert.rejects(askKey(socket), /belongs to another user/);
  await refusesToOffer(socket, /belongs to another user/);
});

test("another user's link to a folder of their own gives no key and gets no key", {
  skip,
}, async (t) => {
  const { shared, socket, folder } = await sharedFolder(t);
  const theirs = join(shared, "theirs");
  const [target, link] = [JSON.stringify(theirs), JSON.stringify(folder)];
  const plant = `fs.mkdirSync(${target}, { mode: 0o700 }); fs.symlinkSync(${target}, ${link});`;
  await asAnotherUser(t, `const fs = require("node:fs"); ${plant} ${serves(socket)}`);
  await assert.rejects(askKey(socket), /is not a directory/);
  await refusesToOffer(socket, /is not a directory/);
});

test("another user's link to a private folder of this user is refused as well", { skip }, async (t) => {
  const { shared, socket, folder } = await sharedFolder(t);
  const ours = join(shared, "ours");
  await mkdir(ours, { mode: 0o700 });
  await symlink(ours, folder);
  await refusesToOffer(socket, /is not a directory/);
});

test("another user's socket in a folder with open permissions is not asked", { skip }, async (t) => {
  const { socket, folder } = await sharedFolder(t);
  await mkdir(folder);
  await chmod(folder, 0o777);
  await asAnotherUser(t, serves(socket));
  await assert.rejects(askKey(socket), /is open to other users/);
  // The folder is closed now and still holds the files that were put there before.
  await chmod(folder, 0o700);
  await assert.rejects(askKey(socket), /is not a socket of this user/);
});

test("a file or a link in place of the socket is not asked", {
  skip: process.platform === "win32",
}, async (t) => {
  const { shared, socket, folder } = await sharedFolder(t);
  const real = join(shared, "omg-real", "socket");
  const withdraw = await offerKey(real, "omg_elsewhere");
  t.after(withdraw);
  await mkdir(folder, { mode: 0o700 });
  await symlink(real, socket);
  await assert.rejects(askKey(socket), /is not a socket of this user/);
});

test("a folder that others may rename is not used, whatever the owner of its files", {
  skip: process.platform === "win32",
}, async (t) => {
  const { shared, socket } = await sharedFolder(t);
  await chmod(shared, 0o777);
  await refusesToOffer(socket, /lets other users replace its files/);
});

test("a key that a peer sends does not replace the known key", async () => {
  const kept = new Map([["openMcpGateway.key", "omg_known"]]);
  const secrets = {
    get: async (name: string) => kept.get(name),
    store: async (name: string, value: string) => void kept.set(name, value),
  };
  assert.equal(await installationKey(secrets, "omg_planted"), "omg_known");
  assert.equal(kept.get("openMcpGateway.key"), "omg_known");
});
