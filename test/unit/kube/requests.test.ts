/** Tests the requests to a cluster and the connections kept open to it, against a server that answers as the test defines. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { type TestContext, test } from "node:test";
import { KubeConfig } from "@kubernetes/client-node";
import type { Cluster } from "../../../src/kube/cluster.ts";
import { Informer } from "../../../src/kube/informer.ts";
import { ClusterObjects } from "../../../src/kube/objects.ts";
import { PortForward } from "../../../src/kube/port-forward.ts";
import { ClusterRequests } from "../../../src/kube/requests.ts";
import { until } from "../../support/until.ts";

const type = { apiVersion: "v1", kind: "Pod" };
const kinds = { resources: [{ name: "pods", kind: "Pod", namespaced: true }] };

/** `answer` gets the requests that are not about the available kinds. `asked` has each request, in order. */
async function clusterOf(
  t: TestContext,
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<{ objects: ClusterObjects; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    if (request.url === "/api/v1") return response.end(JSON.stringify(kinds));
    asked.push(`${request.method} ${request.url}`);
    answer(request, response);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const config = new KubeConfig();
  config.loadFromClusterAndUser({ name: "test", server: url, skipTLSVerify: true }, { name: "test" });
  return { objects: new ClusterObjects(new ClusterRequests(config, url)), asked };
}

test("a name that would change the path is refused before any request is sent", async (t) => {
  const { objects, asked } = await clusterOf(t, (_, response) => response.end("{}"));
  for (const name of ["", ".", "..", "../../secrets/x", "a%2fb"])
    await assert.rejects(objects.delete({ ...type, name, namespace: "team" }), {
      code: "cluster-failed",
      message: `'${name}' is not a valid Pod name`,
    });
  await assert.rejects(objects.list(type, { namespace: "" }), {
    message: "'' is not a valid Namespace name",
  });
  assert.deepEqual(asked, []);
  await objects.get({ ...type, name: "a?dryRun=All", namespace: "team" });
  assert.deepEqual(asked, ["GET /api/v1/namespaces/team/pods/a%3FdryRun%3DAll"]);
});

test("answers that do not end do not delay other answers, however many they are", async (t) => {
  const { objects, asked } = await clusterOf(t, (request, response) => {
    if (request.url?.includes("/log")) response.flushHeaders();
    else response.end("{}");
  });
  const end = new AbortController();
  t.after(() => end.abort());
  for (let count = 1; count <= 20; count++) {
    const log = await objects.requests.stream(`/api/v1/pods/${count}/log`, { signal: end.signal });
    log.on("error", () => undefined);
  }
  await objects.get({ ...type, name: "another" });
  assert.equal(asked.length, 21);
});

test("a request that waits for a connection ends with its signal", async (t) => {
  const { objects } = await clusterOf(t, () => undefined);
  await objects.knows(type);
  const end = new AbortController();
  const ended = Array.from({ length: 17 }, () =>
    assert.rejects(objects.list(type, { signal: end.signal }), { name: "AbortError" }),
  );
  end.abort();
  await Promise.all(ended);
});

test("a watch that was ended is not started again, also when the list is being requested anew", async (t) => {
  let again: ServerResponse | undefined;
  let lists = 0;
  const { objects, asked } = await clusterOf(t, (request, response) => {
    // The first watch breaks off, so that everything is listed a second time.
    if (request.url?.includes("watch=true"))
      return response.end(`${JSON.stringify({ type: "ERROR", object: { code: 410 } })}\n`);
    lists += 1;
    if (lists === 1) return response.end(JSON.stringify({ items: [], metadata: { resourceVersion: "1" } }));
    again = response;
  });
  const failures: unknown[] = [];
  const watched = await Informer.open(
    objects,
    type,
    {},
    {
      changed: () => undefined,
      gone: () => undefined,
      failed: (error) => failures.push(error),
    },
  );
  const second = await until("it is listed a second time", () => again);
  const before = asked.length;
  watched.close();
  await once(second, "close");
  // The next request comes after any request that the watch would have sent.
  await objects.requests.json("GET", "/api/v1").catch(() => undefined);
  assert.deepEqual([asked.length, failures], [before, []]);
});

test("a forwarded connection ends with its client", async (t) => {
  const ended = Promise.withResolvers<void>();
  const stream = {
    isCongested: false,
    write: (_: number, __: Buffer, sent: () => void) => sent(),
    closed: new Promise<void>(() => undefined),
    destroy: () => ended.resolve(),
  };
  const cluster = { open: async () => stream } as unknown as Cluster;
  const target = async () => ({ namespace: "team", pod: "search", port: 80 });
  const forward = await PortForward.open(cluster, target, (error) => assert.fail(String(error)));
  t.after(() => forward.close());
  const client = connect(forward.port, "127.0.0.1");
  await once(client, "connect");
  client.write("GET / HTTP/1.1\r\n\r\n", () => client.destroy());
  await ended.promise;
});
