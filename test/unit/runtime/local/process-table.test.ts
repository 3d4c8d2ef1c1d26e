/** The parsers of process listings, the mark, and the assignment of processes to instances and orphans. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { orphansIn } from "../../../../src/runtime/local/orphan-processes.ts";
import {
  formatOwner,
  markerInCommand,
  markerInEnviron,
  markerValue,
  parseMarker,
  thisOwner,
} from "../../../../src/runtime/local/process-marker.ts";
import {
  type ProcessRow,
  parsePs,
  parsePsCommands,
  parseStat,
  treeOf,
} from "../../../../src/runtime/local/process-table.ts";

test("a stat line is parsed whatever the name of the command", () => {
  const rest = "4 5 6 0 -1 4194560 100 0 0 0 1 2 0 0 20 0 1 0 987654 1000 10 184467";
  const row = { pid: 123, parent: 4, group: 5, session: 6, zombie: false, startTime: 987654 };
  assert.deepEqual(parseStat(`123 (node) S ${rest}`), row);
  assert.deepEqual(parseStat(`123 (a) S 9 (b) R ${rest}`), row);
  assert.equal(parseStat(`123 (node) Z ${rest}`)?.zombie, true);
  assert.equal(parseStat(""), undefined);
});

test("the output of ps on macOS is parsed", () => {
  const output =
    "    1     0     1 Ss   Fri Nov 20 10:39:51 2026    \n  501   500   500 Z+   Fri Nov 20 10:39:52 2026\n\n";
  const [first, second, ...more] = parsePs(output);
  assert.deepEqual([first?.pid, first?.parent, first?.group, first?.zombie], [1, 0, 1, false]);
  assert.deepEqual([second?.pid, second?.parent, second?.zombie, more.length], [501, 500, true, 0]);
  assert.equal((second?.startTime ?? 0) - (first?.startTime ?? 0), 1);
  assert.deepEqual(parsePsCommands("  12 node a.js HOME=/h\n"), new Map([[12, "node a.js HOME=/h"]]));
});

test("the mark is found in an environment, and only as a separate variable", () => {
  const value = markerValue({ pid: 1, startTime: 2, namespace: 3 }, 4);
  assert.equal(value, "1:2:3/4");
  for (const environ of [`OPEN_MCP_GATEWAY_OWNER=${value}`, `A=b\0OPEN_MCP_GATEWAY_OWNER=${value}\0C=d\0`]) {
    assert.equal(markerInEnviron(environ), value);
  }
  assert.equal(markerInEnviron(`X_OPEN_MCP_GATEWAY_OWNER=${value}\0`), undefined);
  assert.equal(markerInEnviron(""), undefined);
  assert.equal(markerInCommand(`node x.js A=b OPEN_MCP_GATEWAY_OWNER=${value} C=d`), value);
  assert.equal(markerInCommand(`node X_OPEN_MCP_GATEWAY_OWNER=${value}`), undefined);
  assert.deepEqual(parseMarker(value), { pid: 1, startTime: 2, namespace: 3 });
  for (const odd of ["", "1:2:3", "1:2/4", "a:2:3/4", "1:2:3/4x"]) assert.equal(parseMarker(odd), undefined);
});

test("this process is an owner that is found alive", {
  skip: process.platform === "win32" && "no marks there",
}, () => {
  const owner = thisOwner();
  assert.equal(owner.pid, process.pid);
  assert.ok(owner.startTime > 0);
  assert.deepEqual(thisOwner(), owner);
});

function row(pid: number, more: Partial<ProcessRow> = {}): ProcessRow {
  return { pid, parent: 1, group: pid, session: pid, zombie: false, startTime: pid * 10, ...more };
}

test("a tree is the group, the session, the marked processes, and the descendants of all these, without zombies", () => {
  const rows = [
    row(1, { parent: 0 }),
    row(52, { parent: 51 }),
    row(10),
    row(11, { group: 10, parent: 1 }),
    row(12, { session: 10 }),
    row(50, { marker: "m/1" }),
    row(51, { parent: 50 }),
    row(13, { group: 10, zombie: true }),
    row(60, { marker: "m/10" }),
    row(61),
  ];
  const pids = treeOf(rows, 10, "m/1").map(({ pid }) => pid);
  assert.deepEqual(pids.sort(), [10, 11, 12, 50, 51, 52]);
});

test("an orphan's owner has ended, or its process id belongs to another process", () => {
  const self = { pid: 100, startTime: 1000, namespace: 7 };
  const mark = (pid: number, startTime: number, namespace = 7) =>
    markerValue({ pid, startTime, namespace }, 1);
  const rows = [
    row(100, { marker: mark(999, 5), parent: 90 }),
    row(90, { marker: mark(999, 5) }),
    row(200, { marker: mark(999, 5) }),
    row(201, { marker: mark(300, 3000) }),
    row(202, { marker: mark(300, 2999) }),
    row(203, { marker: mark(301, 3010) }),
    row(204, { marker: mark(100, 1000) }),
    row(205, { marker: mark(999, 5, 8) }),
    row(206, { marker: mark(999, 5), zombie: true }),
    row(207, { marker: "odd" }),
    row(208),
    row(300),
    row(301, { zombie: true }),
  ];
  assert.deepEqual(
    orphansIn(rows, self).map(({ pid }) => pid),
    [200, 202, 203],
    "not itself, its parents, other namespaces",
  );
  assert.equal(formatOwner(self), "100:1000:7");
});
