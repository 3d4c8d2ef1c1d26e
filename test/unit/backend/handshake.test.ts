/** Tests that the handshake finds the right era, whatever the backend does with the first message. */

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { type Era, statelessVersion } from "../../../src/backend/era.ts";
import { type HandshakeOptions, type HandshakeResult, handshake } from "../../../src/backend/handshake.ts";
import type { Message } from "../../../src/jsonrpc/message.ts";
import { handTurnedTime, message, turns } from "../fakes.ts";

const session = message({ id: 1, result: { protocolVersion: "2025-11-25", capabilities: {} } });
const discovery = message({ id: 1, result: { supportedVersions: [statelessVersion], capabilities: {} } });
const otherVersions = message({ id: 1, result: { supportedVersions: ["2027-01-01"], capabilities: {} } });
const oddResult = message({ id: 1, result: "yes" });
const refusal = message({ id: 1, error: { code: -32601, message: "no such method" } });

/** The answers of a backend. */
interface Backend {
  readonly initialize: Message;
  readonly discover: Message;
}

async function handshakeWith(eras: HandshakeOptions["eras"], { initialize, discover }: Backend) {
  const asked: string[] = [];
  const ask = async (method: string) => {
    asked.push(method === "initialize" ? "i" : "d");
    return method === "initialize" ? initialize : discover;
  };
  const era = await handshake({ eras, initializeParams: "{}" }, ask).then(
    (found) => found.era,
    (error: Error) => error.message,
  );
  return `${asked.join("")} ${era}`;
}

test("the reason of another gateway is passed on without its beginning", async () => {
  const failed = { code: -32002, message: "Failed to start server: exited with code 3" };
  const answer = message({ error: failed });
  assert.equal(
    await handshakeWith(["initialize"], { initialize: answer, discover: answer }),
    "i exited with code 3",
  );
});

test("the handshake works for each wanted era with each kind of backend", async () => {
  const backends = {
    old: { initialize: session, discover: refusal },
    new: { initialize: refusal, discover: discovery },
    both: { initialize: session, discover: discovery },
    newer: { initialize: refusal, discover: otherVersions },
    oldButPolite: { initialize: session, discover: oddResult },
    neither: { initialize: refusal, discover: refusal },
  } satisfies Record<string, Backend>;
  const refused = "refused to initialize: no such method";
  const table: [HandshakeOptions["eras"], Record<keyof typeof backends, string>][] = [
    [
      ["initialize", "stateless"],
      {
        old: "i initialize",
        new: "id stateless",
        both: "i initialize",
        newer: `id ${refused}`,
        oldButPolite: "i initialize",
        neither: `id ${refused}`,
      },
    ],
    [
      ["stateless", "initialize"],
      {
        old: "di initialize",
        new: "d stateless",
        both: "d stateless",
        newer: `di ${refused}`,
        oldButPolite: "di initialize",
        neither: `di ${refused}`,
      },
    ],
    [
      ["initialize"],
      {
        old: "i initialize",
        new: `i ${refused}`,
        both: "i initialize",
        newer: `i ${refused}`,
        oldButPolite: "i initialize",
        neither: `i ${refused}`,
      },
    ],
    [
      ["stateless"],
      {
        old: `d ${refused}`,
        new: "d stateless",
        both: "d stateless",
        newer:
          "d refused to initialize: no common protocol version, the gateway supports 2026-07-28 and older",
        oldButPolite:
          "d refused to initialize: no common protocol version, the gateway supports 2026-07-28 and older",
        neither: `d ${refused}`,
      },
    ],
  ];
  for (const [eras, expected] of table) {
    for (const [name, backend] of Object.entries(backends))
      assert.equal(
        await handshakeWith(eras, backend),
        expected[name as keyof typeof backends],
        `${eras} ${name}`,
      );
  }
});

/** A backend whose answers come when the test sends them. */
function slow(t: TestContext, eras: HandshakeOptions["eras"] = ["stateless", "initialize"]) {
  const pass = handTurnedTime(t);
  const answers = new Map<string, PromiseWithResolvers<Message>>();
  const ask = (method: string) => {
    const answer = Promise.withResolvers<Message>();
    answers.set(method, answer);
    return answer.promise;
  };
  const outcome: { era?: Era; error?: string } = {};
  handshake({ eras, initializeParams: "{}" }, ask).then(
    ({ era }: HandshakeResult) => {
      outcome.era = era;
    },
    (error: Error) => {
      outcome.error = error.message;
    },
  );
  const answerTo = async (method: string, answer: Message) => {
    answers.get(method)?.resolve(answer);
    await turns();
  };
  return { pass, answerTo, outcome, asked: () => [...answers.keys()], answers };
}

test("a backend that leaves the probe unanswered is initialized after 3 s", async (t) => {
  const { pass, answerTo, outcome, asked } = slow(t);
  await pass(2_990);
  assert.deepEqual(asked(), ["server/discover"]);
  await pass(20);
  assert.deepEqual(asked(), ["server/discover", "initialize"]);
  await answerTo("initialize", session);
  assert.deepEqual(outcome, { era: "initialize" });
});

test("a backend that starts slowly and supports only the stateless era is found by its late answer", async (t) => {
  const { pass, answerTo, outcome } = slow(t);
  await pass(3_010);
  await answerTo("initialize", refusal);
  assert.deepEqual(outcome, {});
  await answerTo("server/discover", discovery);
  assert.deepEqual(outcome, { era: "stateless" });
});

test("a backend that refuses and never answers the probe is refused 3 s later", async (t) => {
  const { pass, answerTo, outcome } = slow(t);
  await pass(3_010);
  await answerTo("initialize", refusal);
  await pass(3_010);
  assert.deepEqual(outcome, { error: "refused to initialize: no such method" });
});

test("a backend that ends while it is probed receives no further request", async (t) => {
  const { answers, outcome, asked } = slow(t);
  answers.get("server/discover")?.reject(new Error("it ended"));
  await turns();
  assert.deepEqual([outcome, asked()], [{ error: "it ended" }, ["server/discover"]]);
});

test("a version that is refused once and listed as supported is tried again, once", async () => {
  const refusalListing = (supported: unknown) =>
    message({ id: 1, error: { code: -32022, message: "unsupported", data: { supported } } });
  const outcomeOf = async (answers: readonly Message[]) => {
    let asked = 0;
    const found = await handshake({ eras: ["stateless"], initializeParams: "{}" }, async () => {
      return answers[asked++] ?? refusal;
    }).catch(String);
    return [asked, typeof found === "string" ? found : found.era];
  };
  assert.deepEqual(await outcomeOf([refusalListing([statelessVersion]), discovery]), [2, "stateless"]);
  const refused = "GatewayError: refused to initialize: unsupported";
  assert.deepEqual(await outcomeOf([refusalListing(["2027-01-01"]), discovery]), [1, refused]);
  const sameRefusal = refusalListing([statelessVersion]);
  assert.deepEqual(await outcomeOf([sameRefusal, sameRefusal, discovery]), [2, refused]);
});

/** A backend that accepts these versions only. */
async function versionsAsked(takes: readonly string[], error: object): Promise<string> {
  const asked: string[] = [];
  const ask = async (method: string, params: string) => {
    if (method !== "initialize") return refusal;
    const { protocolVersion } = JSON.parse(params) as { protocolVersion: string };
    asked.push(protocolVersion);
    return takes.includes(protocolVersion) ? session : message({ id: 1, error });
  };
  const initializeParams = JSON.stringify({ protocolVersion: "2025-11-25", capabilities: {} });
  const how = await handshake({ eras: ["initialize", "stateless"], initializeParams }, ask).then(
    ({ era }) => era,
    () => "refused",
  );
  return `${asked.join(" ")}: ${how}`;
}

test("a backend that accepts one version only receives that version, whether it was named or found", async () => {
  const named = { code: -32602, message: "no", data: { supported: ["2024-11-05", "2025-03-26"] } };
  assert.equal(await versionsAsked(["2025-03-26"], named), "2025-11-25 2025-03-26: initialize");
  const unnamed = { code: -32602, message: "Unsupported protocol version" };
  assert.equal(await versionsAsked(["2025-03-26"], unnamed), "2025-11-25 2025-06-18 2025-03-26: initialize");
  assert.equal(await versionsAsked(["2024-11-05"], { code: -32601, message: "no" }), "2025-11-25: refused");
});
