/** Decisions of the Platform view: the kind of an error, the entry of a server, the description of a deployment. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { GatewayError } from "../../../../src/base/errors.ts";
import type { Entry } from "../../../../src/catalog/entry.ts";
import { noCluster } from "../../../../src/kube/cluster.ts";
import type { McpServer } from "../../../../src/platform/resource/mcp-server.ts";
import { locateCatalog } from "../../../../src/vscode/platform/catalog-location.ts";
import {
  changeCounts,
  placedProblems,
  plannedLines,
} from "../../../../src/vscode/platform/deployment-labels.ts";
import { platformErrorOf } from "../../../../src/vscode/platform/platform-errors.ts";

const server: McpServer = {
  apiVersion: "mcp.agent-hellboy.io/v1alpha1",
  kind: "MCPServer",
  metadata: { name: "search", namespace: "team" },
  spec: { image: "search" },
};

test("an error is classified by the action that solves it", () => {
  const refused = (code: number) => Object.assign(new Error("refused"), { code, body: { message: "why" } });
  const errors = [
    new GatewayError("start-failed", noCluster),
    new GatewayError("start-failed", "the kubeconfig has no context 'x'"),
    new GatewayError("cluster-failed", "the cluster does not know MCPServer"),
    new Error("connect ECONNREFUSED"),
    refused(401),
    refused(403),
    refused(500),
  ].map((error) => platformErrorOf(error, "https://cluster.example"));
  assert.deepEqual(
    errors.map(({ kind }) => kind),
    ["no-cluster", "kubeconfig", "not-installed", "unreachable", "credentials", "forbidden", "other"],
  );
  assert.equal(
    errors[3]?.words,
    "the cluster does not answer at https://cluster.example: connect ECONNREFUSED",
  );
});

test("an entry that reaches the same Service of the same cluster belongs to the server", () => {
  const runtime = {
    type: "k8s-service",
    namespace: "team",
    service_name: "search",
    port: 8080,
    context: "dev",
  } as const;
  const entries: Entry[] = [{ id: "find", runtime }];
  assert.deepEqual(locateCatalog(server, entries, { context: "dev" }), { kind: "there", id: "find" });
  assert.equal(locateCatalog(server, entries, { context: "live" }).kind, "new");
  assert.equal(locateCatalog(server, entries, {}).kind, "new");
});

test("a new entry has the server's name, and also its namespace if the name is taken", () => {
  const runtime = { type: "local-process", command: "search" } as const;
  const made = locateCatalog(server, [], { context: "dev" });
  assert.deepEqual(made.kind === "new" && made.entry, {
    id: "search",
    runtime: {
      type: "k8s-service",
      namespace: "team",
      service_name: "search",
      port: 80,
      path: "/search/mcp",
      context: "dev",
    },
  });
  const idBeside = (...ids: string[]) => {
    const place = locateCatalog(
      server,
      ids.map((id) => ({ id, runtime })),
      {},
    );
    return place.kind === "new" && place.entry.id;
  };
  assert.equal(idBeside("search"), "team-search");
  assert.equal(idBeside("search", "team-search"), "team-search-2");
});

test("problems of metadata are split into file, line and column", () => {
  const message =
    'failed to load metadata: /a/.mcp/metadata.yaml:3:5: Server "x": no\nC:\\b\\metadata.yaml:1:1: The metadata is empty';
  assert.deepEqual(placedProblems(message), [
    { words: 'Server "x": no', place: { file: "/a/.mcp/metadata.yaml", line: 3, column: 5 } },
    { words: "The metadata is empty", place: { file: "C:\\b\\metadata.yaml", line: 1, column: 1 } },
  ]);
  assert.deepEqual(placedProblems("failed to load metadata: no servers found in metadata (.mcp)"), [
    { words: "no servers found in metadata (.mcp)" },
  ]);
});

test("a deployment lists the objects that it changes, and how many of them changed", () => {
  const file = "metadata.yaml";
  assert.equal(
    plannedLines([
      { server: { name: "a" }, file },
      { server: { name: "b", namespace: "team" }, file },
    ]),
    "mcp-servers/a\nteam/b",
  );
  const applied = (change: "created" | "unchanged") => ({ kind: "applied", file, change, server }) as const;
  const failed = { kind: "failed", file, because: "no" } as const;
  assert.deepEqual(changeCounts([applied("unchanged"), failed, applied("created"), applied("unchanged")]), [
    { change: "created", count: 1 },
    { change: "unchanged", count: 2 },
  ]);
});
