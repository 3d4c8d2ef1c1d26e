import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, get, type RequestListener } from "node:http";
import { type AddressInfo, connect, createServer as createTcpServer, type Socket } from "node:net";
import { type TestContext, test } from "node:test";
import {
  challengeHeader,
  deriveMacKey,
  isChallenge,
  type KeyProof,
  macOf,
  newChallenge,
  proofIn,
  proves,
  routeOfListener,
} from "../../../src/base/key-proof.ts";
import {
  answerIn,
  ListenerVerification,
  ProvingAgent,
  UnverifiedListenerError,
} from "../../../src/base/proving-agent.ts";

const key = "omg_a-key";

/** A gateway that knows a key. Counts its connections and records the requests it received. */
async function gateway(
  t: TestContext,
  known: string,
  change: (proof: KeyProof) => unknown = (proof) => proof,
) {
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  const answer: RequestListener = async (request, response) => {
    asked.push(`${request.url} ${request.headers.authorization ?? "no key"}`);
    sockets.add(request.socket);
    const challenge = request.headers[challengeHeader];
    const route = routeOfListener(request.socket);
    const macs = [macOf(await deriveMacKey(known, "salt"), String(challenge), route)];
    const body = JSON.stringify({ status: "ok", proof: change({ salt: "salt", ...route, macs }) });
    response.writeHead(200, { "Content-Length": Buffer.byteLength(body) }).end(body);
  };
  const server = createServer((request, response) => void answer(request, response));
  await once(server.listen(0, "127.0.0.1"), "listening");
  t.after(() => server.closeAllConnections());
  t.after(() => server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, sockets };
}

function agentFor(t: TestContext, url: string, mayBeForwarded = false): ProvingAgent {
  const agent = new ProvingAgent(new ListenerVerification({ url, key, mayBeForwarded }), { keepAlive: true });
  t.after(() => agent.destroy());
  return agent;
}

function request(url: string, agent: ProvingAgent): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const headers = { Authorization: `Bearer ${key}` };
  get(url, { agent, headers }, (response) => {
    response.resume().once("end", () => resolve(response.statusCode ?? 0));
  }).on("error", reject);
  return promise;
}

test("a connection is proved once and then carries the requests", async (t) => {
  const { url, asked, sockets } = await gateway(t, key);
  const agent = agentFor(t, url);
  assert.equal(await request(`${url}/one`, agent), 200);
  assert.equal(await request(`${url}/two`, agent), 200);
  assert.deepEqual(asked, ["/health no key", `/one Bearer ${key}`, `/two Bearer ${key}`]);
  assert.equal(sockets.size, 1);
});

test("the gateway's own paths may begin below a path", async (t) => {
  const { url, asked } = await gateway(t, key);
  await request(`${url}/below/servers`, agentFor(t, `${url}/below/`));
  assert.equal(asked[0], "/below/health no key");
});

test("no request goes to a listener that knows another key or no key, or that answers with the proof of another connection", async (t) => {
  const cases: [known: string, change: (proof: KeyProof) => unknown, because: RegExp][] = [
    ["omg_another", (proof) => proof, /did not prove/],
    [key, () => undefined, /did not prove/],
    [key, (proof) => ({ ...proof, macs: [] }), /does not require an API key/],
    [key, (proof) => ({ ...proof, macs: proof.macs.map((mac) => mac.slice(1)) }), /did not prove/],
    [key, (proof) => ({ ...proof, local: "127.0.0.1 1" }), /did not prove/],
    [key, (proof) => ({ ...proof, peer: "127.0.0.1 1" }), /did not prove/],
    [key, (proof) => ({ ...proof, salt: 1 }), /did not prove/],
    [key, (proof) => ({ ...proof, macs: Array(65).fill("x") }), /did not prove/],
  ];
  for (const [known, change, because] of cases) {
    const { url, asked } = await gateway(t, known, change);
    await assert.rejects(request(`${url}/servers`, agentFor(t, url)), (error) => {
      assert.ok(error instanceof UnverifiedListenerError);
      assert.match(error.message, because);
      return true;
    });
    assert.deepEqual(asked, ["/health no key"]);
  }
});

/** Passes bytes on, as a port forward does. */
async function forward(t: TestContext, url: string): Promise<string> {
  const server = createTcpServer((incoming) => {
    const outgoing = connect(Number(new URL(url).port), "127.0.0.1");
    for (const socket of [incoming, outgoing]) socket.on("error", () => undefined);
    incoming.pipe(outgoing).pipe(incoming);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  t.after(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test("a gateway behind a port forward is reached only where the user named the address", async (t) => {
  const { url } = await gateway(t, key);
  const forwarded = await forward(t, url);
  await assert.rejects(request(forwarded, agentFor(t, forwarded)), /forwards connections to it/);
  assert.equal(await request(forwarded, agentFor(t, forwarded, true)), 200);
});

test("the agent gives up on a listener that does not answer and reports what to do, and destroying the agent ends the wait", async (t) => {
  const silent = createTcpServer(() => undefined);
  await once(silent.listen(0, "127.0.0.1"), "listening");
  t.after(() => silent.close());
  const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
  const hasty = new ProvingAgent(new ListenerVerification({ url, key, mayBeForwarded: false }, 50));
  await assert.rejects(request(url, hasty), /did not answer within 0.05 s: it may be busy, so try again/);
  const patient = agentFor(t, url);
  const waiting = request(url, patient);
  patient.destroy();
  await assert.rejects(waiting, { code: "ECONNRESET" });
});

test("where nothing listens, the error is that of the network", async (t) => {
  const server = createTcpServer();
  await once(server.listen(0, "127.0.0.1"), "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await new Promise((done) => server.close(done));
  await assert.rejects(request(url, agentFor(t, url)), { code: "ECONNREFUSED" });
});

test("an answer is whole, partial, unavailable, or not from a gateway", () => {
  const kind = (text: string) => answerIn(Buffer.from(text)).kind;
  const head = "HTTP/1.1 200 OK\r\nContent-Length: 2";
  assert.deepEqual(answerIn(Buffer.from(`${head}\r\n\r\n{}`)), { kind: "whole", body: {} });
  for (const text of ["", "HTTP/1.1 2", head, `${head}\r\n\r\n{`]) assert.equal(kind(text), "partial", text);
  const away = Buffer.from("HTTP/1.1 503 Service Unavailable\r\n\r\n");
  assert.deepEqual(answerIn(away), { kind: "unavailable", status: 503 });
  for (const text of [
    "HTTP/1.1 307 Temporary Redirect\r\nContent-Length: 2\r\n\r\n{}",
    "HTTP/1.1 200 OK\r\n\r\n{}",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
    `${head}\r\nConnection: close\r\n\r\n{}`,
    `${head}\r\n\r\n{}and more`,
    `${head}\r\n\r\n--`,
    "SSH-2.0-OpenSSH_9.6\r\n\r\n",
  ])
    assert.equal(kind(text), "foreign", text);
});

test("a proof is valid only for its challenge, its connection, its salt and its key", async () => {
  const route = { local: "127.0.0.1 4444", peer: "127.0.0.1 50000" };
  const [challenge, macKey] = [newChallenge(), await deriveMacKey(key, "salt")];
  const proof = { salt: "salt", ...route, macs: ["x", macOf(macKey, challenge, route)] };
  assert.ok(proves(macKey, challenge, proof));
  assert.ok(!proves(macKey, newChallenge(), proof));
  assert.ok(!proves(macKey, challenge, { ...proof, local: "127.0.0.1 4445" }));
  assert.ok(!proves(await deriveMacKey(key, "another"), challenge, proof));
  assert.ok(!proves(await deriveMacKey("omg_another", "salt"), challenge, proof));
});

test("challenges and proofs from outside are checked before they are used", () => {
  assert.ok(isChallenge(newChallenge()));
  for (const text of ["", "short", "a".repeat(129), "with spaces in it, long enough", `${"a".repeat(30)}\n`])
    assert.ok(!isChallenge(text), text);
  for (const body of [undefined, null, 1, "x", {}, { proof: null }, { proof: [] }, { proof: { macs: [] } }])
    assert.equal(proofIn(body), undefined);
  const long = { salt: "x".repeat(201), local: "", peer: "", macs: [] };
  assert.equal(proofIn({ proof: long }), undefined);
});

test("an IPv4 address is the same on every kind of socket", () => {
  const socket = {
    localAddress: "::ffff:127.0.0.1",
    localPort: 1,
    remoteAddress: "fe80::1%eth0",
    remotePort: 2,
  };
  assert.deepEqual(routeOfListener(socket as Socket), { local: "127.0.0.1 1", peer: "fe80::1 2" });
});
