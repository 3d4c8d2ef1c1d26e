/**
 * The settings of a folder do not send the user's keys anywhere (issue: *A setting of the workspace gets the kept
 * key*).
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import { readJson } from "../../scripts/extension-tables.ts";
import { remoteAddress } from "../../src/vscode/gateway/remote-address.ts";
import { savedKeys } from "../../src/vscode/gateway/saved-keys.ts";
import { ask } from "../../src/vscode/servers/gateway-client.ts";
import { fixture, startGateway } from "../support/gateway.ts";
import { recordingListener } from "../support/recording-listener.ts";

interface Manifest {
  readonly contributes: {
    readonly configuration: { readonly properties: Record<string, { scope: string }> };
  };
  readonly capabilities: { readonly untrustedWorkspaces: { readonly restrictedConfigurations: string[] } };
}

const deciding = ["url", "listenAddr", "corsEnabled", "corsOrigins", "confirmCommands"];

test("a folder cannot set the gateway's address, its allowed callers, or the setting that switches questions off", async () => {
  const { contributes, capabilities } = await readJson<Manifest>("package.json");
  for (const name of deciding.map((each) => `openMcpGateway.${each}`)) {
    assert.equal(contributes.configuration.properties[name]?.scope, "machine", name);
    assert.ok(capabilities.untrustedWorkspaces.restrictedConfigurations.includes(name), name);
  }
});

/** Secret storage with its content, and a user who gives these keys. */
function keeper(held: Iterable<[string, string]>, answers: Record<string, string> = {}) {
  const kept = new Map(held);
  const secrets = {
    get: async (name: string) => kept.get(name),
    store: async (name: string, value: string) => void kept.set(name, value),
    delete: async (name: string) => void kept.delete(name),
  };
  const asked: string[] = [];
  const prompt = async (url: string) => {
    asked.push(url);
    return answers[url];
  };
  return { kept, asked, keyOf: savedKeys(secrets, prompt) };
}

test("the key that is kept for one gateway is not sent to another, nor to another port of its host", async (t) => {
  const gateway = await startGateway(t, [{ id: "echo", runtime: fixture("echo") }], {
    config: { api_key: "the-kept-key" },
  });
  const { keyOf, asked } = keeper([], { [gateway.url]: "the-kept-key" });
  assert.equal((await remoteAddress(`${gateway.url}/`, keyOf)).key, "the-kept-key");
  assert.equal((await remoteAddress(gateway.url, keyOf)).key, "the-kept-key");
  assert.deepEqual(asked, [gateway.url]);
  const listener = await recordingListener(t, (_request, response) => {
    response.writeHead(401, { "Content-Type": "application/json" }).end('{"message":"API key required"}');
  });
  await assert.rejects(remoteAddress(listener.url, keyOf), /API key required/);
  assert.ok(listener.requests.length > 0);
  assert.ok(!listener.text().includes("the-kept-key"));
});

test("a key without an address, from an older version, goes to no address", async (t) => {
  const { keyOf, kept } = keeper([["openMcpGateway.remoteKey", "of-some-gateway"]]);
  const listener = await recordingListener(t);
  await remoteAddress(listener.url, keyOf);
  assert.ok(!listener.text().includes("of-some-gateway"));
  assert.deepEqual([...kept], []);
});

test("a listener that asks for a key again and again gets no key that it does not know", async (t) => {
  const listener = await recordingListener(t, (_request, response) => {
    response.writeHead(401, { "Content-Type": "application/json" }).end("{}");
  });
  const { keyOf } = keeper([], { [listener.url]: "given-by-the-user" });
  const address = await remoteAddress(listener.url, keyOf);
  // The user's key is kept for this address, and sent only once the listener has proved that it knows the key.
  await assert.rejects(ask(address, "/servers"), /did not prove that it knows the API key/);
  assert.equal(address.key, "given-by-the-user");
  assert.ok(!listener.text().includes("given-by-the-user"));
});
