/** The logs of several Pods as one, when one of them cannot be read. */

import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { test } from "node:test";
import type { Cluster } from "../../../../src/kube/cluster.ts";
import type { PlatformServers } from "../../../../src/platform/servers/platform-servers.ts";
import { serverLogs } from "../../../../src/platform/servers/server-logs.ts";

const pod = (name: string) => ({
  metadata: { name, namespace: "team", uid: name },
  status: { phase: "Running" },
});

test("a log that cannot be read ends the other logs as well, and is reported", async () => {
  const signals: AbortSignal[] = [];
  const stream = async (path: string, { signal }: { signal: AbortSignal }) => {
    if (path.includes("/two/"))
      throw Object.assign(new Error("no"), { code: 500, body: { message: "broken" } });
    signals.push(signal);
    return new PassThrough({ signal });
  };
  const cluster = { server: "here", objects: { requests: { stream } } } as unknown as Cluster;
  const pods = async () => [pod("one"), pod("two")];
  const servers = { get: async () => ({}), pods } as unknown as PlatformServers;
  const logs = serverLogs({
    cluster,
    servers,
    name: "search",
    namespace: "team",
    follow: true,
    line: () => undefined,
    signal: new AbortController().signal,
  });
  await assert.rejects(logs, { code: "cluster-failed", message: "broken" });
  assert.deepEqual(
    signals.map(({ aborted }) => aborted),
    [true],
  );
});
