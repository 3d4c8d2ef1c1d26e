/** What went wrong with a container engine, in one sentence for people. Pure. */

import { messageOf } from "../../base/errors.ts";

interface EngineError {
  readonly statusCode?: number;
  readonly code?: string;
  /** The engine's own words. */
  readonly json?: { readonly message?: string };
}

/** The engine's own words, or the system's; one line. */
export function engineErrorText(error: unknown): string {
  const { json } = error as EngineError;
  return (json?.message ?? messageOf(error)).replace(/\s+/g, " ").trim();
}

/** Whether the engine refused, as against nobody who answered. */
export function hasRefused(error: unknown): boolean {
  return (error as EngineError).statusCode !== undefined;
}

export function hasStatus(error: unknown, status: number): boolean {
  return (error as EngineError).statusCode === status;
}

export function unreachableEngineText(engine: string, tried: readonly string[], error: unknown): string {
  const { code } = error as EngineError;
  const where = tried.join(", ");
  if (code === "EACCES") return `${engine} may not be used by this user: no permission for ${where}`;
  return `${engine} does not answer at ${where}: is it running?`;
}

/** Why an image could not be had, by what the engine says of it. */
export function imageErrorText(image: string, error: unknown): string {
  const words = engineErrorText(error);
  if (/no basic auth credentials|unauthorized|authentication required|denied/i.test(words))
    return `image '${image}' could not be pulled: the registry wants other credentials (docker login): ${words}`;
  if (/manifest unknown|not found|no such image|does not exist/i.test(words))
    return `image '${image}' is not in its registry: ${words}`;
  if (/connection refused|no such host|timeout|EOF|network is unreachable/i.test(words))
    return `the registry of image '${image}' does not answer: ${words}`;
  if (/no space left/i.test(words)) return `image '${image}' could not be pulled: the disk is full: ${words}`;
  return `image '${image}' could not be pulled: ${words}`;
}

/** How a container ended, as said of it after. */
export interface ContainerEnd {
  readonly exitCode: number | undefined;
  readonly oomKilled: boolean;
  readonly error: string;
}

export function exitReason({ exitCode, oomKilled, error }: ContainerEnd): string {
  if (oomKilled) return "killed for using more memory than its limit (resources.memory)";
  if (error !== "") return error.replace(/\s+/g, " ");
  if (exitCode === undefined) return "ended";
  // Not every engine tells that it was for memory.
  if (exitCode === 137) return "killed by SIGKILL: by somebody, or for using more memory than its limit";
  return `exited with code ${exitCode}`;
}
