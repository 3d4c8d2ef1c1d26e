/** A server, a catalog or a cluster puts escape sequences into its text, for the terminal of a reader. */

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { parse } from "yaml";
import { Log, type LogRecord } from "../../src/base/log.ts";
import { Output, tableOf } from "../../src/cli/platform/output.ts";
import { ServerLog } from "../../src/supervisor/server-log.ts";
import { root, startGateway, temporaryFolder } from "../support/gateway.ts";

/** Sets the title, clears the screen (both ways), reverses the line, hides a character. */
const hostile = "\x1b]0;owned\x07\x1b[2J\x9b2J\u202eold\u200b";
// biome-ignore lint/suspicious/noControlCharactersInRegex: these characters must not occur
const steering = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e]/;

test("escape sequences that a server writes to stderr reach neither the gateway's log nor the server's log", async (t) => {
  const script = `process.stderr.write(${JSON.stringify(`${hostile} seen\n`)}); process.exit(3)`;
  const server = { type: "local-process", command: process.execPath, args: ["-e", script] };
  const config = { log_level: "debug" };
  const gateway = await startGateway(t, [{ id: "hostile", runtime: server }], { config });
  const body = JSON.stringify({ server_id: "hostile", method: "tools/list" });
  const headers = { "Content-Type": "application/json" };
  await fetch(`${gateway.url}/mcp`, { method: "POST", headers, body });
  assert.match(
    await gateway.logged(/DEBUG hostile: .*seen/),
    /\\x1b\]0;owned\\x07\\x1b\[2J\\x9b2J\\u\{202e\}old/,
  );
  await gateway.logged(/failed: .*seen/);
  assert.doesNotMatch(gateway.log(), steering);
});

test("a line within a message that looks like a log record is not one", () => {
  const records: LogRecord[] = [];
  new Log("info", (record) => records.push(record)).info(
    "lost\n2026-01-01T00:00:00.000Z INFO  all is well\r",
  );
  assert.equal(records[0]?.message, "lost\n    2026-01-01T00:00:00.000Z INFO  all is well\\r");
});

test("the kept lines of a server have no escape sequences, also for later readers", () => {
  const log = new ServerLog();
  const followed: string[] = [];
  log.follow((line) => followed.push(line));
  log.add(hostile);
  assert.doesNotMatch(log.tail(1)[0] ?? "", steering);
  assert.deepEqual(followed, log.tail(1));
});

test("escape sequences in fields of a cluster's objects do not reach a table", async () => {
  const table = await tableOf(["NAME", "MESSAGE"], [["files", `${hostile}\nFAKE ROW`]]);
  assert.doesNotMatch(table, steering);
  assert.equal(table.split("\n").length, 2);
});

test("the same fields as JSON and YAML are escaped, and read back unchanged", (t) => {
  const value = [{ name: "a\u{e0041}", [`key${hostile}`]: `two\nlines ${hostile}`, plain: "two\nlines" }];
  for (const format of ["json", "yaml"] as const) {
    const printed = printedBy(t, () => new Output(format).value(value));
    assert.doesNotMatch(printed, steering, format);
    assert.doesNotMatch(printed, /\u{e0041}/u, format);
    assert.deepEqual(format === "json" ? JSON.parse(printed) : parse(printed), value, format);
  }
});

test("escape sequences in keys and values of a catalog do not reach the terminal of --validate", async (t) => {
  const file = join(await temporaryFolder(t), "catalog.yaml");
  const runtime = { type: "local-process", command: `${hostile}x`, [`working${hostile}`]: 1 };
  await writeFile(
    file,
    JSON.stringify({
      servers: [
        { id: "a", runtime },
        { id: hostile, runtime },
      ],
    }),
  );
  const program = join(root, "src/cli/gateway-http.ts");
  const { stdout, stderr } = spawnSync(process.execPath, [program, "--validate", "--catalog", file], {
    encoding: "utf8",
  });
  assert.match(stdout, /catalog\.yaml:\d+/);
  assert.doesNotMatch(stdout + stderr, steering);
});

function printedBy(t: TestContext, print: () => void): string {
  const { mock } = t.mock.method(process.stdout, "write", () => true);
  print();
  mock.restore();
  return mock.calls.map(({ arguments: [text] }) => String(text)).join("");
}
