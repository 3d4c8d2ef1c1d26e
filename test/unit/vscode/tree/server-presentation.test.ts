import assert from "node:assert/strict";
import { test } from "node:test";
import { Emitter } from "../../../../src/base/emitter.ts";
import { statuses } from "../../../../src/supervisor/state.ts";
import {
  argumentError,
  argumentOf,
  argumentsOf,
  resultText,
} from "../../../../src/vscode/commands/tool-arguments.ts";
import { dashboardPage } from "../../../../src/vscode/dashboard/dashboard-page.ts";
import { StatisticsPoller } from "../../../../src/vscode/dashboard/statistics-poller.ts";
import type { ServerRow, ServerStatistics, Servers } from "../../../../src/vscode/servers/servers.ts";
import { rowChanges } from "../../../../src/vscode/tree/row-changes.ts";
import { duration, presentationOf } from "../../../../src/vscode/tree/server-presentation.ts";
import { itemsOf } from "../../../../src/vscode/tree/tree-nodes.ts";
import { rowOf as row } from "../server-row.ts";

test("every state has an icon and its own menus", () => {
  const now = 600_000;
  const contexts = statuses.map((status) => presentationOf(row("a", { status }), now).context);
  assert.deepEqual(contexts, [
    "server stopped startable",
    "server starting stoppable",
    "server running up stoppable",
    "server stopping",
    "server unhealthy up stoppable",
    "server failed startable failure",
    "server misconfigured startable failure",
    "server waiting stoppable",
  ]);
  const running = row("a", {
    status: "running",
    upSinceMs: 300_000,
    request_count: 2,
    restart_required: true,
  });
  assert.equal(
    presentationOf(running, now).description,
    "running · 5m · 2 requests · restart required · local-process",
  );
  assert.equal(presentationOf(row("a", { enabled: false }), now).description, "disabled · local-process");
  assert.equal(
    presentationOf(row("a", { status: "failed", reason: "why" }), now).spoken,
    "a, failed, local-process, why",
  );
  assert.deepEqual([0, 61_000, 7_200_000, 172_800_000].map(duration), ["0s", "1m", "2h", "2d"]);
});

test("the dashboard shows the window's current servers, and only while it is visible", async (t) => {
  t.mock.timers.enable({ apis: ["setInterval"] });
  const serversOf = (id: string) => {
    const changed = new Emitter<void>();
    const statistics = async () => ({}) as ServerStatistics;
    return { changed, statistics, overview: { rows: [row(id)] } } as unknown as Servers;
  };
  const [first, second] = [serversOf("first"), serversOf("second")];
  const onServers = new Emitter<void>();
  const state = { servers: first as Servers | undefined, isVisible: true };
  const shown: string[] = [];
  const figures = new StatisticsPoller({
    servers: () => state.servers,
    onServers: (changed) => onServers.on(changed),
    isVisible: () => state.isVisible,
    show: ([one]) => shown.push(one?.id ?? ""),
  });
  const shownNow = async () => {
    await new Promise(setImmediate);
    return shown.splice(0);
  };
  assert.deepEqual(await shownNow(), ["first"]);
  state.servers = undefined;
  onServers.fire();
  t.mock.timers.tick(2_000);
  assert.deepEqual(await shownNow(), []);
  state.servers = second;
  onServers.fire();
  assert.deepEqual(await shownNow(), ["second"]);
  first.changed.fire();
  assert.deepEqual(await shownNow(), []);
  second.changed.fire();
  t.mock.timers.tick(2_000);
  assert.deepEqual(await shownNow(), ["second", "second"]);
  state.isVisible = false;
  second.changed.fire();
  t.mock.timers.tick(2_000);
  assert.deepEqual(await shownNow(), []);
  state.isVisible = true;
  figures.close();
  assert.deepEqual(await shownNow(), []);
  second.changed.fire();
  t.mock.timers.tick(2_000);
  assert.deepEqual(await shownNow(), []);
});

test("only changes are drawn", () => {
  const before = [row("a"), row("b", { uptime_seconds: 1 })];
  assert.deepEqual(rowChanges(before, [row("a"), row("b", { uptime_seconds: 9 })]), { kind: "none" });
  assert.deepEqual(rowChanges(before, [row("a", { request_count: 1 }), before[1] as ServerRow]), {
    kind: "rows",
    ids: ["a"],
  });
  assert.deepEqual(rowChanges(before, [before[1] as ServerRow, row("a")]), { kind: "list" });
});

test("invalid answers to requests for lists give empty or partial lists", () => {
  assert.deepEqual(itemsOf("s", "tools", undefined), []);
  assert.deepEqual(itemsOf("s", "tools", { tools: 1 }), []);
  const items = itemsOf("s", "resources", {
    resources: [null, { name: "no uri" }, { uri: "x:1", name: "One", description: "a\nb" }],
  });
  assert.deepEqual(
    items.map(({ name, label, description }) => [name, label, description]),
    [["x:1", "One", "a"]],
  );
});

test("a tool's schema is shown as fields, required ones first, and nested parts as JSON", () => {
  const tool = {
    inputSchema: {
      type: "object",
      required: ["b", "list"],
      properties: {
        a: { type: ["string", "null"], default: "x", description: "An a" },
        b: { type: "integer" },
        list: { type: "array" },
        mode: { enum: ["fast", "slow"] },
        on: { type: "boolean", default: true },
      },
    },
  };
  const fields = argumentsOf(tool);
  assert.deepEqual(
    fields.map(({ name, type, required }) => [name, type, required]),
    [
      ["b", "integer", true],
      ["list", "json", true],
      ["a", "string", false],
      ["mode", "string", false],
      ["on", "boolean", false],
    ],
  );
  const [b, list, a, , on] = fields;
  assert.ok(b && list && a && on);
  assert.deepEqual(
    [
      argumentError(b, "1.5"),
      argumentError(b, ""),
      argumentError(b, "7"),
      argumentError(list, "[1"),
      argumentError(a, ""),
    ],
    ["number", "number", undefined, "json", undefined],
  );
  assert.deepEqual(
    [argumentOf(b, "7"), argumentOf(list, "[1]"), argumentOf(a, "7"), argumentOf(on, "true")],
    [7, [1], "7", true],
  );
  assert.equal(on.preset, "true");
  assert.deepEqual(argumentsOf({}), []);
});

test("a result is shown as text, whatever it contains", () => {
  const content = [
    { type: "text", text: "hi" },
    { type: "image", mimeType: "image/png", data: "AAAA" },
    { type: "odd" },
  ];
  const text = resultText("s", { name: "t", arguments: { a: 1 } }, { content, isError: true });
  assert.match(text, /^# s: t failed\n/);
  assert.match(text, /hi\n\n\(image\/png, 3 bytes\)\n\n```json\n\{\n {2}"type": "odd"/);
});

test("the dashboard escapes texts of catalogs", () => {
  const titles = {
    server: "Server",
    state: "",
    requests: "",
    errors: "",
    restarts: "",
    latency: "",
    last: "",
    running: "",
    uptime: "",
  };
  const figures = {
    uptime_seconds: 3,
    total_requests: 0,
    active_servers: 0,
    total_servers: 1,
    last_reload: "",
    servers: {},
  };
  const page = dashboardPage([row("a", { display_name: "<img src=x>", reason: "<b>" })], figures, titles);
  assert.doesNotMatch(page, /<img|<small><b>/);
  assert.match(page, /&#60;img src=x&#62;/);
  assert.doesNotMatch(page, /<script/);
});
