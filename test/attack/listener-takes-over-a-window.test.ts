/**
 * A listener at the former address of another window's gateway receives no key of this window (issue: *Keys to whoever
 * listens*).
 */

import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { type RequestListener, request } from "node:http";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { Log } from "../../src/base/log.ts";
import { PluginRegistry } from "../../src/runtime/plugin/plugin-registry.ts";
import { GatewayConnection } from "../../src/vscode/gateway/gateway-connection.ts";
import { GatewayRecords, recordKeyOf } from "../../src/vscode/gateway/gateway-records.ts";
import { recordKey } from "../../src/vscode/gateway/installation-key.ts";
import { windowServices } from "../../src/vscode/gateway/window-services.ts";
import { ask } from "../../src/vscode/servers/gateway-client.ts";
import { fixture, temporaryFolder } from "../support/gateway.ts";
import { recordingListener } from "../support/recording-listener.ts";

const key = "omg_the-key-of-the-installation";

/** Windows of one installation on one catalog. */
async function installation(t: TestContext) {
  const folder = await temporaryFolder(t);
  const sites = new GatewayRecords(join(folder, "gateways"));
  const file = join(folder, "catalog.yaml");
  await writeFile(file, JSON.stringify({ servers: [{ id: "echo", runtime: fixture("echo") }] }));
  const site = recordKeyOf([file]);
  const window = () => {
    const gateway = new GatewayConnection({
      sites,
      secrets: { get: async () => key, store: async () => undefined },
      settings: () => ({
        url: "",
        host: "127.0.0.1",
        port: 0,
        origins: [],
        defaults: { idleSeconds: 0, requestSeconds: 0, healthSeconds: 0, maxInstances: 1 },
        hotReload: false,
      }),
      catalogs: async () => [{ file, folder }],
      isTrusted: () => true,
      remoteKey: async () => undefined,
      services: windowServices({
        log: new Log("error", (record) => t.diagnostic(record.message)),
        approval: {
          approve: () => assert.fail("no server is started here"),
          approved: async () => undefined,
        },
        hasSecret: async () => false,
      }),
      plugins: new PluginRegistry(),
      cacheDir: join(folder, "lists"),
    });
    t.after(() => gateway.close());
    return gateway;
  };
  const remember = (port: number) =>
    sites.write(site, { host: "127.0.0.1", port, owner: process.pid, stopped: false });
  return { site, window, remember };
}

/** Every key of the installation that a window may send. */
function keysIn(text: string, site: string): string[] {
  return [key, recordKey(key, site)].filter((each) => text.includes(each));
}

test("a listener on the port that windows remember receives no key, and the window runs a gateway of its own", async (t) => {
  const { site, window, remember } = await installation(t);
  const listener = await recordingListener(t);
  await remember(listener.port);
  const gateway = window();
  await gateway.open();
  assert.equal(gateway.state.kind, "own");
  assert.notEqual(gateway.address?.url, listener.url);
  assert.ok(listener.requests.length > 0);
  assert.deepEqual(keysIn(listener.text(), site), []);
});

test("a listener that relays to the gateway of another window receives no key", async (t) => {
  const { site, window, remember } = await installation(t);
  const owner = window();
  await owner.open();
  const target = owner.address?.url ?? "";
  const relay: RequestListener = (incoming, outgoing) => {
    const { method, url = "", headers } = incoming;
    const passed = request(new URL(url, target), { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    incoming.pipe(passed.on("error", () => outgoing.destroy()));
  };
  const listener = await recordingListener(t, relay);
  await remember(listener.port);
  const guest = window();
  await guest.open();
  assert.equal(guest.state.kind, "own");
  assert.ok(listener.requests.length > 0);
  assert.deepEqual(keysIn(listener.text(), site), []);
});

test("a listener that takes the port after the owner ended receives no key from the windows that shared it", async (t) => {
  const { site, window } = await installation(t);
  const [owner, guest] = [window(), window()];
  await owner.open();
  await guest.open();
  assert.equal(guest.state.kind, "shared");
  const { url = "" } = owner.address ?? {};
  const address = guest.address;
  assert.ok(address);
  await ask(address, "/servers");
  const owned = new Promise<void>((done) => {
    guest.changed.on(({ kind }) => {
      if (kind === "own") done();
    });
  });
  await owner.close();
  await owned;
  await guest.close();
  const listener = await recordingListener(t, undefined, Number(new URL(url).port));
  // This client still has the address, as an agent's provider may have it.
  await assert.rejects(ask(address, "/servers"), /did not prove that it knows the API key/);
  assert.ok(listener.requests.length > 0);
  assert.deepEqual(keysIn(listener.text(), site), []);
});

test("a window still joins the gateway of another window, by the proof", async (t) => {
  const { window } = await installation(t);
  const [owner, guest] = [window(), window()];
  await owner.open();
  await guest.open();
  assert.deepEqual([owner.state.kind, guest.state.kind], ["own", "shared"]);
  assert.equal(guest.address?.url, owner.address?.url);
});
