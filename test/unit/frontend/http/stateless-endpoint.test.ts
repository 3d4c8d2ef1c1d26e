/** Tests that the endpoint without sessions ends requests that would continue for ever. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { Log } from "../../../../src/base/log.ts";
import type { GatewayApi } from "../../../../src/frontend/gateway-api.ts";
import { StatelessEndpoint } from "../../../../src/frontend/http/stateless-endpoint.ts";
import { SessionLog } from "../../../../src/frontend/session-log.ts";
import type { Reply } from "../../../../src/router/reply.ts";
import type { RequestContext } from "../../../../src/router/request-context.ts";
import { message } from "../../fakes.ts";

const _meta = {
  "io.modelcontextprotocol/protocolVersion": "2026-07-28",
  "io.modelcontextprotocol/clientCapabilities": {},
};

test("a subscription to a removed server is ended, and no other request is", async (t) => {
  const opened: { orphaned: boolean; ended: boolean }[] = [];
  const open = () => {
    let reply: Reply | undefined;
    const session = {
      orphaned: false,
      ended: false,
      handle: (_: unknown, { reply: given }: RequestContext) => {
        reply = given;
        given.push('{"method":"m"}');
      },
      finish() {
        this.ended = true;
        reply?.end("{}");
      },
      close: async () => undefined,
    };
    opened.push(session);
    return session;
  };
  const core = { openStateless: open } as unknown as GatewayApi;
  const endpoint = new StatelessEndpoint(core, new SessionLog(new Log("error", () => undefined)));
  const request = message({ id: 1, method: "subscriptions/listen", params: { _meta } });
  const caller = { key: undefined, principal: "local" };
  const post = { target: "all", caller, message: request, acceptsStream: true } as const;
  const server = createServer((incoming, response) => endpoint.handle(incoming, response, post));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  t.after(() => server.closeAllConnections());
  const headers = { "Mcp-Method": "subscriptions/listen", "MCP-Protocol-Version": "2026-07-28" };
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const [gone, other] = [await fetch(url, { headers }), await fetch(url, { headers })];
  const [first] = opened;
  assert.ok(first);
  first.orphaned = true;
  endpoint.sweep();
  assert.deepEqual(
    opened.map(({ ended }) => ended),
    [true, false],
  );
  assert.ok((await gone.text()).endsWith("data: {}\n\n"));
  endpoint.finish();
  assert.ok((await other.text()).endsWith("data: {}\n\n"));
});
