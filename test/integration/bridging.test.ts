/**
 * Clients and servers of either era, in all four pairs, in front of every kind of backend and behind HTTP. A client
 * cannot detect the era of its server (protocol.md, *Two eras*). Without a gateway, pairs of one era show how the other
 * pairs have to behave.
 */

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { CLIENT_CAPABILITIES_META_KEY, PROTOCOL_VERSION_META_KEY } from "@modelcontextprotocol/client";
import { backends, checkFronts, eras, kinds, remote, stage, surveyQuestions } from "../support/bridging.ts";
import { fixture, startGateway } from "../support/gateway.ts";
import type { RpcMessage } from "../support/mcp-client.ts";
import {
  type Address,
  connect,
  type Era,
  everyCapability,
  type Peer,
  type PeerKind,
  peerKinds,
} from "../support/peers.ts";

checkFronts(["none", "/asks/mcp", "/mcp"], kinds);

for (const backend of backends) {
  test(`a server of one era refuses clients of the other, over ${backend}`, async (t) => {
    for (const kind of kinds) {
      const server = peerKinds[kind].era === "stateless" ? "initialize" : "stateless";
      const { address } = await stage(t, server, backend, "none");
      await assert.rejects(connect(t, kind, address), kind);
    }
  });
}

/** Holds the first question of each call until both calls have one, so that the calls overlap. */
function together(): () => Promise<unknown> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let asked = 0;
  return () => {
    if (++asked === 2) resolve();
    return promise;
  };
}

/** Two clients run `survey` at once. The SDK counts its ids and tokens from the same number in every client. */
async function eachItsOwn(t: TestContext, couple: readonly PeerKind[], address: Address): Promise<Peer[]> {
  const thinks = together();
  const people = [
    { name: "Ada", colour: "teal", verdict: "a fine pair" },
    { name: "Bob", colour: "rust", verdict: "it will do" },
  ].map((answers) => ({ answers, thinks }));
  const peers = await Promise.all(couple.map((kind, n) => connect(t, kind, address, people[n])));
  const survey = (peer: Peer, n: number) =>
    peer.call("survey", { who: `client ${n}` }, { onprogress: () => undefined });
  assert.deepEqual(await Promise.all(peers.map(survey)), [
    "Ada in teal: a fine pair",
    "Bob in rust: it will do",
  ]);
  for (const [n, { asked }] of peers.entries())
    assert.deepEqual(asked, surveyQuestions(`client ${n}`, people[n]?.answers ?? {}));
  return peers;
}

const couples: readonly (readonly [PeerKind, PeerKind])[] = [
  ["sdk2-stateless", "sdk2-stateless"],
  ["sdk2-stateless", "sdk1"],
  ["sdk1", "sdk2-initialize"],
];

for (const couple of couples) {
  const names = couple.map((kind) => peerKinds[kind].name).join(" and ");
  test(`${names}, with equal ids, in one stateless child at once: each gets its own answers`, async (t) => {
    const { url } = await startGateway(t, [{ id: "asks", runtime: fixture("asks-thrice", "stateless") }]);
    const peers = await eachItsOwn(t, couple, { url: `${url}/asks/mcp` });
    const [one, other] = await Promise.all(peers.map((peer) => peer.call("pid")));
    assert.equal(one, other);
  });
}

test("without a gateway, two clients of one era at once get their own answers", async (t) => {
  const surveyed = async (era: Era, couple: readonly PeerKind[]) =>
    eachItsOwn(t, couple, (await stage(t, era, "http", "none")).address);
  await surveyed("stateless", ["sdk2-stateless", "sdk2-stateless"]);
  await surveyed("initialize", ["sdk1", "sdk2-initialize"]);
});

for (const server of eras) {
  test(`clients of both eras share one ${server} child`, async (t) => {
    const entry = { id: "asks", instances: "shared", runtime: fixture("asks-thrice", server) };
    const { url } = await startGateway(t, [entry]);
    const addresses = [
      ["/asks/mcp", "pid"],
      ["/mcp", "asks__pid"],
    ] as const;
    const pids = new Set<string>();
    for (const [path, tool] of addresses) {
      for (const kind of kinds) pids.add(await (await connect(t, kind, { url: `${url}${path}` })).call(tool));
    }
    assert.equal(pids.size, 1);
  });
}

test("a change that a client of one era makes is reported to clients of both eras", async (t) => {
  for (const server of eras) {
    const { url } = await startGateway(t, [{ id: "asks", runtime: fixture("asks-thrice", server) }]);
    const peers = await Promise.all(kinds.map((kind) => connect(t, kind, { url: `${url}/asks/mcp` })));
    for (const peer of peers) await peer.watch("test://counter");
    await peers[0]?.call("change");
    for (const peer of peers) await hearsOfChange(peer);
  }
});

/** Both clients listen. One stops, and the other still receives notifications. */
async function oneStops(t: TestContext, address: Address): Promise<void> {
  const [one, other] = [
    await connect(t, "sdk2-stateless", address),
    await connect(t, "sdk2-stateless", address),
  ];
  for (const peer of [one, other]) await peer.watch("test://counter");
  await other.call("change");
  for (const peer of [one, other]) await hearsOfChange(peer);
  await one.unwatch("test://counter");
  const before = one.told.length;
  other.told.length = 0;
  await other.call("change");
  await hearsOfChange(other);
  assert.equal(one.told.length, before);
}

async function hearsOfChange(peer: Peer): Promise<void> {
  await peer.hears("notifications/tools/list_changed");
  await peer.hears("notifications/resources/updated", "test://counter");
}

for (const server of eras) {
  test(`two stateless clients listen with equal ids to one ${server} child, and one goes on after the other stops`, async (t) => {
    const { url } = await startGateway(t, [{ id: "asks", runtime: fixture("asks-thrice", server) }]);
    await oneStops(t, { url: `${url}/asks/mcp` });
  });
}

test("two stateless clients listen with equal ids without a gateway, and one goes on after the other stops", async (t) => {
  const { address } = await stage(t, "stateless", "http", "none");
  await oneStops(t, address);
});

/** A request of the stateless era, and its answer as received. */
async function post(url: string, method: string, params: Readonly<Record<string, unknown>>) {
  const _meta = {
    [PROTOCOL_VERSION_META_KEY]: "2026-07-28",
    [CLIENT_CAPABILITIES_META_KEY]: everyCapability,
  };
  const name = params["name"] ?? params["uri"];
  const response = await fetch(url, {
    method: "POST",
    headers: {
      "Content-Type": "application/json",
      Accept: "application/json, text/event-stream",
      "MCP-Protocol-Version": "2026-07-28",
      "Mcp-Method": method,
      ...(name !== undefined && { "Mcp-Name": String(name) }),
    },
    body: JSON.stringify({ jsonrpc: "2.0", id: "an id", method, params: { ...params, _meta } }),
  });
  const { status } = response;
  const text = await response.text();
  // An answer may come as an event as well.
  const [answer = text] = text
    .split("\n")
    .flatMap((line) => (line.startsWith("data: ") ? [line.slice(6)] : []));
  return { status, answer: JSON.parse(answer) as RpcMessage };
}

const survey = { name: "survey", arguments: { who: "the engineer" } };
const inputResponses = { name: { action: "accept", content: { name: "Ada" } } };

test("a stateless server's answers, questions and errors reach a stateless client unchanged", async (t) => {
  const { type, url: direct } = await remote(t, "stateless");
  const gateway = await startGateway(t, [{ id: "asks", runtime: { type, url: direct } }]);
  const url = `${gateway.url}/asks/mcp`;
  const asked = await post(direct, "tools/call", survey);
  assert.equal(asked.answer.result.resultType, "input_required");
  const { requestState } = asked.answer.result;
  const requests: readonly (readonly [string, Readonly<Record<string, unknown>>])[] = [
    ["tools/list", {}],
    ["tools/call", survey],
    ["tools/call", { ...survey, requestState, inputResponses }],
    ["tools/call", { ...survey, requestState: `${requestState} `, inputResponses }],
    ["tools/call", { name: "no-such-tool" }],
    ["resources/list", {}],
    ["resources/read", { uri: "test://counter" }],
    ["prompts/list", {}],
    ["no/such/method", {}],
  ];
  for (const [method, params] of requests)
    assert.deepEqual(await post(url, method, params), await post(direct, method, params), method);
});

test("a changed request state is refused without a gateway", async (t) => {
  const { url } = await remote(t, "stateless");
  const { requestState } = (await post(url, "tools/call", survey)).answer.result;
  const again = await post(url, "tools/call", { ...survey, requestState, inputResponses });
  assert.equal(again.answer.result.inputRequests.colour.params.message, "Which colour does Ada like?");
  for (const changed of [
    `${requestState} `,
    requestState.replace("\t", " "),
    requestState.replace("\u2028", "\n"),
  ]) {
    const { answer } = await post(url, "tools/call", { ...survey, requestState: changed, inputResponses });
    assert.equal(answer.error?.code, -32602, JSON.stringify(changed));
  }
});
