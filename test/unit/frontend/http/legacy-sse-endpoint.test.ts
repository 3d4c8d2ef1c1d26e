/** HTTP+SSE sessions end with their stream, and the session of a removed server ends after its calls. */

import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { test } from "node:test";
import { Log } from "../../../../src/base/log.ts";
import { LegacySseEndpoint } from "../../../../src/frontend/http/legacy-sse-endpoint.ts";
import { SessionLog } from "../../../../src/frontend/session-log.ts";
import type { ClientHandler } from "../../../../src/router/client-handler.ts";
import { turns } from "../../fakes.ts";

test("the session of a removed server ends after its calls, and not at the next keep-alive", async (t) => {
  t.mock.timers.enable({ apis: ["setInterval"] });
  const settled = Promise.withResolvers<void>();
  const client = { orphaned: true, settled: () => settled.promise, close: async () => undefined };
  const core = { openSession: () => client as unknown as ClientHandler };
  const endpoint = new LegacySseEndpoint(core, 1_000, new SessionLog(new Log("error", () => undefined)));
  const request = { method: "GET", headers: { accept: "text/event-stream" } };
  let isEnded = false;
  const response = Object.assign(new EventEmitter(), {
    req: request,
    writableLength: 0,
    writeHead: () => undefined,
    flushHeaders: () => undefined,
    write: () => true,
    end: () => {
      isEnded = true;
    },
  });
  const caller = { key: undefined, principal: "local" };
  const query = new URLSearchParams();
  endpoint.open(request as unknown as IncomingMessage, response as unknown as ServerResponse, {
    target: "all",
    caller,
    query,
  });
  t.mock.timers.tick(15_000);
  await turns();
  assert.equal(isEnded, false);
  settled.resolve();
  await turns();
  assert.equal(isEnded, true);
  await endpoint.close();
});
