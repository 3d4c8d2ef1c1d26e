/** The gateway's own log: records with a level, passed to one sink. The sink decides where they go. */

import { visibleLines } from "./visible-text.ts";

export const logLevels = ["trace", "debug", "info", "warn", "error"] as const;
export type LogLevel = (typeof logLevels)[number];

export interface LogRecord {
  readonly time: Date;
  readonly level: LogLevel;
  readonly message: string;
  /** Id of the server it is about. */
  readonly server?: string;
}

export class Log {
  readonly #sink: (record: LogRecord) => void;
  readonly #threshold: number;

  constructor(level: LogLevel, sink: (record: LogRecord) => void) {
    this.#sink = sink;
    this.#threshold = logLevels.indexOf(level);
  }

  /** Whether records of this level are written. Callers use it to avoid building a message that is dropped. */
  writes(level: LogLevel): boolean {
    return logLevels.indexOf(level) >= this.#threshold;
  }

  write(level: LogLevel, message: string, server?: string): void {
    if (!this.writes(level)) return;
    const record = { time: new Date(), level, message: oneRecord(message) };
    this.#sink({ ...record, ...(server !== undefined && { server }) });
  }

  debug(message: string, server?: string): void {
    this.write("debug", message, server);
  }

  info(message: string, server?: string): void {
    this.write("info", message, server);
  }

  warn(message: string, server?: string): void {
    this.write("warn", message, server);
  }

  error(message: string, server?: string): void {
    this.write("error", message, server);
  }
}

/** Escapes control characters, and indents further lines so that a foreign text cannot fake a record. */
function oneRecord(message: string): string {
  return visibleLines(message).replaceAll("\n", "\n    ");
}

/** One line for a terminal: `2026-01-31T12:00:00.000Z INFO  everything: started`. */
export function logLine(record: LogRecord): string {
  const about = record.server === undefined ? "" : `${record.server}: `;
  return `${record.time.toISOString()} ${record.level.toUpperCase().padEnd(5)} ${about}${record.message}`;
}
