/** Error messages for container engines, one sentence each. Pure. */

import { messageOf } from "../../base/errors.ts";

interface EngineError {
  readonly statusCode?: number;
  readonly code?: string;
  /** The engine's own message. */
  readonly json?: { readonly message?: string };
}

/** The message of the engine or of the system, on one line. */
export function engineErrorText(error: unknown): string {
  const { json } = error as EngineError;
  return (json?.message ?? messageOf(error)).replace(/\s+/g, " ").trim();
}

/** Whether the engine answered and refused, as opposed to not answering. */
export function hasRefused(error: unknown): boolean {
  return (error as EngineError).statusCode !== undefined;
}

export function hasStatus(error: unknown, status: number): boolean {
  return (error as EngineError).statusCode === status;
}

export function unreachableEngineText(engine: string, tried: readonly string[], error: unknown): string {
  const { code } = error as EngineError;
  const where = tried.join(", ");
  if (code === "EACCES") return `this user may not use ${engine}: no permission for ${where}`;
  return `${engine} does not answer at ${where}: is it running?`;
}

/** Why an image could not be pulled, derived from the engine's message. */
export function imageErrorText(image: string, error: unknown): string {
  const reason = engineErrorText(error);
  if (/no basic auth credentials|unauthorized|authentication required|denied/i.test(reason))
    return `image '${image}' could not be pulled: the registry rejected the credentials (run 'docker login'): ${reason}`;
  if (/manifest unknown|not found|no such image|does not exist/i.test(reason))
    return `image '${image}' is not in its registry: ${reason}`;
  if (/connection refused|no such host|timeout|EOF|network is unreachable/i.test(reason))
    return `the registry of image '${image}' does not answer: ${reason}`;
  if (/no space left/i.test(reason))
    return `image '${image}' could not be pulled: the disk is full: ${reason}`;
  return `image '${image}' could not be pulled: ${reason}`;
}

/** How a container ended. */
export interface ContainerEnd {
  readonly exitCode: number | undefined;
  readonly oomKilled: boolean;
  readonly error: string;
}

export function exitReason({ exitCode, oomKilled, error }: ContainerEnd): string {
  if (oomKilled) return "killed for using more memory than its limit (resources.memory)";
  if (error !== "") return error.replace(/\s+/g, " ");
  if (exitCode === undefined) return "ended";
  // Some engines do not report that a container ran out of memory.
  if (exitCode === 137)
    return "killed by SIGKILL: it may have used more memory than its limit (resources.memory)";
  return `exited with code ${exitCode}`;
}
