import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type TestContext, test } from "node:test";
import { RemoteServers } from "../../../../src/vscode/servers/remote-servers.ts";

/** A gateway that answers requests for its list of servers when the test allows it, with an answer from the test. */
async function gateway(t: TestContext) {
  const waiting: ServerResponse[] = [];
  const asked: (() => void)[] = [];
  const server = createServer(({ url }, response) => {
    if (url === "/stats") return void response.end("{}");
    if (url !== "/servers") return void response.writeHead(404).end();
    waiting.push(response);
    asked.shift()?.();
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  return {
    address: { url: `http://127.0.0.1:${port}`, key: undefined },
    /** Resolves with a function that answers the next request. */
    async question(): Promise<(id: string) => void> {
      if (waiting.length === 0) await new Promise<void>((resolve) => asked.push(resolve));
      const response = waiting.shift();
      return (id) => response?.end(JSON.stringify([{ id }]));
    },
  };
}

test("an answer that arrives after that of a later request is not shown", { timeout: 10_000 }, async (t) => {
  const { address, question } = await gateway(t);
  const attaching = RemoteServers.attach(address);
  (await question())("first");
  const servers = await attaching;
  t.after(() => servers.close());
  const before = servers.refresh();
  const answerBefore = await question();
  const after = servers.refresh();
  (await question())("newest");
  await after;
  answerBefore("old");
  await before;
  assert.deepEqual(
    servers.overview.rows.map(({ id }) => id),
    ["newest"],
  );
});
