/** Start and end of all programs. */

import { CommanderError } from "commander";
import { GatewayError, messageOf } from "../base/errors.ts";
import { type Log, type LogRecord, logLine } from "../base/log.ts";
import { checkNode } from "../base/node-version.ts";
import { searchOnPath } from "../base/program-search.ts";
import { withTimeout } from "../base/timeout.ts";
import { UsageError } from "./command-line.ts";
import { printError } from "./terminal.ts";

const longestFlushMs = 2_000;
/** Time for an orderly shutdown, before the process ends. */
const longestClosingMs = 60_000;

// The reader of the output may end first. This must not interrupt the shutdown.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);

export function toStderr(record: LogRecord): void {
  printError(logLine(record));
}

// Users cannot fix deprecated calls of libraries, so the warnings are off.
process.noDeprecation = true;

// An editor may start the program in a folder with its own `taskkill.exe` or `docker-credential-x.exe`.
Object.assign(process.env, searchOnPath());

/** Runs a program. An error is printed on stderr and sets the exit code: 2 for a wrong command line, else 1. */
export async function run(name: string, main: () => Promise<number | undefined>): Promise<void> {
  try {
    checkNode(process.versions.node);
    const code = await main();
    if (code !== undefined) exit(code);
  } catch (error) {
    // Commander has already printed the help or the version. Its code is 1 when a command is missing.
    if (error instanceof CommanderError) return exit(error.exitCode === 0 ? 0 : 2);
    const usage = error instanceof UsageError;
    const expected = usage || error instanceof GatewayError;
    const hint = usage ? ` (see ${error.command ?? name} --help)` : "";
    // An expected error may have several lines, one for each problem.
    const message = error instanceof GatewayError ? error.message : messageOf(error);
    const text = expected || !(error instanceof Error) ? message : (error.stack ?? error.message);
    printError(`${name}: ${text}${hint}`);
    exit(usage ? 2 : 1);
  }
}

/** Ends the process once stdout is flushed. */
export function exit(code: number): void {
  process.exitCode = code;
  process.stdout.write("", () => process.exit(code));
  // The limit is for a reader that does not read.
  setTimeout(() => process.exit(code), longestFlushMs).unref();
}

/** Closes in order on the first SIGTERM, SIGINT or SIGHUP. A second one ends the process at once. */
export function closeOnSignal(log: Log, close: () => Promise<void>): void {
  let closing = false;
  const onSignal = (signal: NodeJS.Signals) => {
    if (closing) process.exit(1);
    closing = true;
    log.info(`${signal}: stopping`);
    closedInTime(close()).then(
      () => exit(0),
      (error: unknown) => {
        log.error(`error while stopping: ${messageOf(error)}`);
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
  if (!inTime) throw new Error(`the shutdown was not complete within ${longestClosingMs / 1000} s`);
}
