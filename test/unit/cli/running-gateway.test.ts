import assert from "node:assert/strict";
import { Agent } from "node:http";
import { test } from "node:test";
import { checkAdmission } from "../../../src/cli/running-gateway.ts";
import { recordingListener } from "../../support/recording-listener.ts";

test("the gateway gives up on a relay that is admitted too slowly and reports how long it took and what to do", async (t) => {
  const listener = await recordingListener(t, () => undefined);
  const running = { url: listener.url, key: undefined, mayBeForwarded: false };
  const late =
    /the gateway at http:\/\/127\.0\.0\.1:\d+ did not answer within 0\.05 s: it may be busy, so try again/;
  await assert.rejects(
    checkAdmission(running, (options) => new Agent(options), "echo", 50),
    late,
  );
});
