/** Presentation of the servers of a cluster in the Platform view. */

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Pod } from "../../../../src/platform/operator/observed-state.ts";
import type { McpServer, Phase } from "../../../../src/platform/resource/mcp-server.ts";
import { clusterServerDetails, urlOf } from "../../../../src/vscode/platform/cluster-server-details.ts";
import { isSameRow, listedRows, targetOf } from "../../../../src/vscode/platform/platform-nodes.ts";
import {
  platformRows,
  podRow,
  serverPresentation,
} from "../../../../src/vscode/platform/platform-presentation.ts";
import { changesOf } from "../../../../src/vscode/tree/row-changes.ts";

interface More {
  readonly phase?: Phase;
  readonly message?: string;
  readonly namespace?: string;
  readonly spec?: Partial<McpServer["spec"]>;
  readonly metadata?: Partial<McpServer["metadata"]>;
  readonly observed?: number;
}

function server(name: string, more: More = {}): McpServer {
  const { phase, message = "", namespace = "team", spec, metadata, observed = 1 } = more;
  const flags = { deploymentReady: true, serviceReady: true, ingressReady: true };
  return {
    apiVersion: "mcp.agent-hellboy.io/v1alpha1",
    kind: "MCPServer",
    metadata: { name, namespace, generation: 1, ...metadata },
    spec: { image: `registry.example.com/team/${name}`, imageTag: "1.4", ...spec },
    ...(phase && { status: { phase, message, observedGeneration: observed, conditions: [], ...flags } }),
  };
}

function pod(name: string, app: string, status: object = { containerStatuses: [container()] }): Pod {
  const metadata = { name, namespace: "team", labels: { app } };
  return { apiVersion: "v1", kind: "Pod", metadata, status };
}

function container(more: object = {}) {
  return { name: "server", ready: true, restartCount: 0, state: { running: {} }, ...more };
}

test("every phase has an icon, a server that is not ready shows the reason, and a ready one shows its tag", () => {
  const looks = (["Pending", "PartiallyReady", "Ready", "Error"] as const).map((phase) => {
    const { icon, description } = serverPresentation(server("a", { phase, message: "why" }), false);
    return [icon, description];
  });
  assert.deepEqual(looks, [
    ["loading~spin", "Pending · why"],
    ["warning", "PartiallyReady · why"],
    ["pass-filled", "Ready · 1.4"],
    ["error", "Error · why"],
  ]);
  const { spoken } = serverPresentation(server("a", { phase: "Error", message: "why" }), true);
  assert.equal(spoken, "a, Error, team, why");
});

test("a change that the operator has not processed is shown, and so is a server that is being deleted", () => {
  const fresh = serverPresentation(server("a"), false);
  assert.match(fresh.description, /^Pending · the operator has not processed it yet/);
  const edited = server("a", { phase: "Ready", metadata: { generation: 2 } });
  assert.deepEqual(
    [serverPresentation(edited, false).icon, serverPresentation(edited, false).description.slice(0, 24)],
    ["watch", "Ready · the operator has"],
  );
  const going = server("a", { phase: "Ready", metadata: { deletionTimestamp: "2026-01-01T00:00:00Z" } });
  assert.equal(serverPresentation(going, false).description, "Deleting · 1.4");
});

test("the tag is that of the image if it has one, otherwise the beginning of its digest", () => {
  const tag = (spec: Partial<McpServer["spec"]>) =>
    serverPresentation(server("a", { phase: "Ready", spec }), false).description;
  assert.equal(tag({ image: "10.0.0.5:5000/app:v1" }), "Ready · v1");
  assert.equal(tag({ image: `app@sha256:${"0123456789abcdef".repeat(4)}` }), "Ready · 0123456789ab");
});

test("rows are sorted by name, with their own Pods, and namespaces are shown if there are several", () => {
  const servers = [server("b", { phase: "Ready" }), server("a", { phase: "Ready" })];
  const rows = platformRows(servers, [pod("b-2", "b"), pod("b-1", "b"), pod("x-1", "x")]);
  assert.deepEqual(
    rows.map(({ id, look, pods }) => [id, look.description, pods.map((one) => one.id)]),
    [
      ["team/a", "Ready · 1.4", []],
      ["team/b", "Ready · 1.4", ["team/b-1", "team/b-2"]],
    ],
  );
  const [first, second] = platformRows([server("a"), server("a", { namespace: "other" })], []);
  assert.equal(first?.id, "other/a");
  assert.match(second?.look.description ?? "", /^Pending · team · /);
});

test("a Pod shows whether it is ready, how often it restarted, and the reason if it is not ready", () => {
  const look = (status: object) => {
    const { look, words } = podRow(pod("a-1", "a", status));
    return [look.icon, look.description, words];
  };
  assert.deepEqual(look({ containerStatuses: [container()] }), ["pass", "ready", "ready"]);
  assert.deepEqual(look({ containerStatuses: [container({ restartCount: 2 })] }), [
    "pass",
    "ready · 2 restarts",
    "ready",
  ]);
  const waiting = { reason: "ImagePullBackOff", message: "not found" };
  const stuck = look({ containerStatuses: [container({ ready: false, state: { waiting } })] });
  const [icon, state, words] = stuck;
  assert.deepEqual([icon, state], ["error", "ImagePullBackOff"]);
  assert.match(String(words), /^ImagePullBackOff: image .* is not in its registry/);
  const lastState = { terminated: { exitCode: 3 } };
  const crashed = container({ ready: false, restartCount: 1, state: {}, lastState });
  const [, again, cause] = look({ containerStatuses: [crashed] });
  assert.equal(again, "CrashLoopBackOff · 1 restart");
  assert.match(String(cause), /exited with code 3$/);
  assert.deepEqual(look({}), ["loading~spin", "Starting", "Starting: its Pod is starting"]);
});

test("the details of a server are its image, its ready replicas and its address", () => {
  const pods = [pod("a-1", "a"), pod("a-2", "a", { containerStatuses: [container({ ready: false })] })];
  const facts = clusterServerDetails(server("a", { phase: "Ready", spec: { replicas: 2 } }), pods);
  assert.equal(facts.image, "registry.example.com/team/a:1.4");
  assert.deepEqual(facts.replicas, { ready: 1, wanted: 2 });
  assert.equal(facts.route, "http://a.team.svc.cluster.local/a/mcp");
  const spec = { ingressHost: "mcp.example.com", ingressPath: "tools" };
  assert.equal(urlOf(server("a", { spec })), "http://mcp.example.com/tools");
  assert.equal(
    urlOf(server("a", { spec: { servicePort: 8080 } })),
    "http://a.team.svc.cluster.local:8080/a/mcp",
  );
});

test("only rows that changed are drawn, and an error is above the rows unless no cluster is named", () => {
  const rows = (phase: Phase) =>
    listedRows(platformRows([server("a", { phase }), server("b", { phase: "Ready" })], []), undefined);
  assert.deepEqual(changesOf(rows("Ready"), rows("Ready"), isSameRow), { kind: "none" });
  assert.deepEqual(changesOf(rows("Ready"), rows("Error"), isSameRow), { kind: "rows", ids: ["team/a"] });
  const error = { kind: "unreachable", words: "no answer" } as const;
  const withError = listedRows(platformRows([server("a")], []), error);
  assert.deepEqual(
    withError.map(({ id }) => id),
    ["trouble", "team/a"],
  );
  assert.deepEqual(changesOf(rows("Ready"), withError, isSameRow), { kind: "list" });
  assert.deepEqual(listedRows([], { kind: "no-cluster", words: "" }), []);
});

test("a command applies to the server of the row on which it was called", () => {
  const meant = { namespace: "team", name: "a" };
  assert.deepEqual(targetOf({ kind: "cluster-server", id: "team/a" }), meant);
  assert.deepEqual(targetOf({ kind: "pod", server: "team/a", id: "team/a-1" }), meant);
  assert.deepEqual(targetOf("team/a"), meant);
  for (const nothing of [undefined, "a", { kind: "trouble" } as const])
    assert.equal(targetOf(nothing), undefined);
});
