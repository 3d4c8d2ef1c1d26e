/** Tests the bound on answers that a backend does not read: memory stays bounded, and nothing waits for ever. */

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Channel } from "../../../src/backend/channel.ts";
import { UnreadAnswerLimit } from "../../../src/backend/unread-answer-limit.ts";
import { handTurnedTime, turns } from "../fakes.ts";

/** A channel that accepts nothing until it is relieved. */
function congestedChannel() {
  const did: string[] = [];
  const congestion = Promise.withResolvers<void>();
  const channel: Pick<Channel, "congested" | "pause" | "resume"> = {
    congested: congestion.promise,
    pause: () => void did.push("pause"),
    resume: () => void did.push("resume"),
  };
  return { channel: channel as Channel, did, relieve: congestion.resolve };
}

function replies() {
  const ended: string[] = [];
  return { replies: new UnreadAnswerLimit((because) => void ended.push(because)), ended };
}

test("the gateway reads again after a while from a backend that has to write before it can read", async (t) => {
  const pass = handTurnedTime(t);
  const { channel, did } = congestedChannel();
  const { replies: replying, ended } = replies();
  replying.sent(channel, 5_000_000);
  assert.deepEqual(did, ["pause"]);
  await pass(1_000);
  assert.deepEqual(did, ["pause", "resume"]);
  replying.sent(channel, 100);
  replying.sent(channel, 100);
  assert.deepEqual([did, ended], [["pause", "resume", "pause"], []]);
  replying.close();
  await pass(10_000);
  assert.equal(did.length, 3);
});

test("the gateway reads again at once when the backend has read", async (t) => {
  handTurnedTime(t);
  const { channel, did, relieve } = congestedChannel();
  replies().replies.sent(channel, 5_000_000);
  relieve();
  await turns();
  assert.deepEqual(did, ["pause", "resume"]);
});

test("one large answer does not end the backend, but further answers while so much is waiting do", (t) => {
  handTurnedTime(t);
  const { channel } = congestedChannel();
  const { replies: replying, ended } = replies();
  replying.sent(channel, 40_000_000);
  assert.deepEqual(ended, []);
  replying.sent(channel, 40);
  assert.deepEqual(ended, ["the server does not read its input: 40 MB of answers are waiting"]);
});
