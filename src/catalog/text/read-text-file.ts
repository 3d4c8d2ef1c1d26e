/** Reads the file of a catalog or config. An error becomes a one-line problem and is not thrown. */

import { isUtf8 } from "node:buffer";
import type { FileHandle } from "node:fs/promises";
import { open } from "node:fs/promises";
import type { Problem } from "./problem.ts";
import { fileStart } from "./problem.ts";

/**
 * The limit of a ConfigMap; enough for thousands of servers. The YAML parser can run out of memory at five times this
 * size.
 */
export const mostBytes = 1024 * 1024;

/** The problem for a file, or for a text in an editor. */
export const tooLarge: Problem = {
  severity: "error",
  code: "too-large",
  message: `Is larger than ${mostBytes} bytes (1 MiB)`,
  path: [],
  ...fileStart,
};

export type ReadText =
  | { readonly kind: "text"; readonly text: string }
  /** `problem.code` is `missing-file`, `unreadable-file`, `not-a-file`, `too-large` or `not-utf8`. */
  | { readonly kind: "failed"; readonly problem: Problem };

/** The text of a UTF-8 file of at most 1 MiB, without its byte order mark. Never rejects. */
export async function readTextFile(path: string): Promise<ReadText> {
  let file: FileHandle | undefined;
  try {
    file = await open(path, "r");
    return await readOpen(file);
  } catch (error) {
    return failedToRead(error);
  } finally {
    await file?.close();
  }
}

async function readOpen(file: FileHandle): Promise<ReadText> {
  const stats = await file.stat();
  if (stats.isDirectory()) return failed("not-a-file", "Is a directory, not a file");
  if (stats.size > mostBytes) return { kind: "failed", problem: tooLarge };
  // Limits the size while reading, because a device has no size and may never end.
  const chunks: Buffer[] = [];
  for await (const chunk of file.createReadStream({ end: mostBytes, autoClose: false })) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  if (bytes.length > mostBytes) return { kind: "failed", problem: tooLarge };
  if (isUtf8(bytes)) return { kind: "text", text: new TextDecoder("utf-8").decode(bytes) };
  const at = firstInvalidByte(bytes);
  return failed("not-utf8", `Is not UTF-8: invalid byte at position ${at}. Save the file as UTF-8`);
}

function failedToRead(error: unknown): ReadText {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (code === "ENOENT" || code === "ENOTDIR") return failed("missing-file", "No such file");
  if (code === "EISDIR") return failed("not-a-file", "Is a directory, not a file");
  if (code === "EACCES" || code === "EPERM")
    return failed("unreadable-file", "Cannot be read: permission denied");
  return failed("unreadable-file", `Cannot be read: ${code || String(error)}`);
}

function failed(code: string, message: string): ReadText {
  return { kind: "failed", problem: { severity: "error", code, message, path: [], ...fileStart } };
}

/** Byte position from 0. Uses binary search; a cut inside a character of up to 4 bytes does not count as invalid. */
function firstInvalidByte(bytes: Uint8Array): number {
  let valid = 0;
  let invalid = bytes.length;
  while (invalid - valid > 1) {
    const middle = (valid + invalid) >> 1;
    if (isUtf8Prefix(bytes.subarray(0, middle))) valid = middle;
    else invalid = middle;
  }
  return valid;
}

/** Whether the bytes are UTF-8, possibly with an incomplete last character. */
function isUtf8Prefix(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}
