/** What the programs have in common: how they end. */

import { GatewayError, messageOf } from "../base/errors.ts";
import { type Log, type LogRecord, logLine } from "../base/log.ts";
import { checkNode } from "../base/node-version.ts";
import { searchOnPath } from "../base/program-search.ts";
import { withTimeout } from "../base/timeout.ts";
import { UsageError } from "./flags.ts";
import { printError } from "./terminal.ts";

const longestFarewellMs = 2_000;
/** What has not ended by then ends with us. */
const longestClosingMs = 60_000;

// Whoever read our output may be gone before we are: that is no reason to end in a hurry.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);

export function toStderr(record: LogRecord): void {
  printError(logLine(record));
}

// What libraries use that Node will drop one day is nothing a user could change.
process.noDeprecation = true;

// An editor may start us in a folder that has a `taskkill.exe` or a `docker-credential-x.exe` of its own.
Object.assign(process.env, searchOnPath());

/** Runs a program. A failure is told on stderr and becomes the exit code: 2 for a wrong command line, else 1. */
export async function run(name: string, main: () => Promise<number | undefined>): Promise<void> {
  try {
    checkNode(process.versions.node);
    const code = await main();
    if (code !== undefined) exit(code);
  } catch (error) {
    const usage = error instanceof UsageError;
    const expected = usage || error instanceof GatewayError;
    const hint = usage ? ` (see ${name} --help)` : "";
    // What is expected may be several problems, a line each.
    const words = error instanceof GatewayError ? error.message : messageOf(error);
    const text = expected || !(error instanceof Error) ? words : (error.stack ?? error.message);
    printError(`${name}: ${text}${hint}`);
    exit(usage ? 2 : 1);
  }
}

/** Ends the process once what was written to stdout has left it. */
export function exit(code: number): void {
  process.exitCode = code;
  process.stdout.write("", () => process.exit(code));
  // A reader that does not read must not keep us.
  setTimeout(() => process.exit(code), longestFarewellMs).unref();
}

/** The first SIGTERM, SIGINT or SIGHUP closes in good order, a second one ends the process at once. */
export function closeOnSignal(log: Log, close: () => Promise<void>): void {
  let closing = false;
  const onSignal = (signal: NodeJS.Signals) => {
    if (closing) process.exit(1);
    closing = true;
    log.info(`${signal}: stopping`);
    closedInTime(close()).then(
      () => exit(0),
      (error: unknown) => {
        log.error(`while stopping: ${messageOf(error)}`);
        exit(1);
      },
    );
  };
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, onSignal);
}

async function closedInTime(closed: Promise<void>): Promise<void> {
  const inTime = await withTimeout(
    closed.then(() => true),
    longestClosingMs,
  );
  if (!inTime) throw new Error(`not everything has ended within ${longestClosingMs / 1000} s`);
}
