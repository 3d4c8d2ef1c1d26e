/** Writes files atomically. */

import { randomUUID } from "node:crypto";
import { chmod, mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";

/**
 * Writes a file so that readers see the old text or the new text, never a part. Creates its folder, with `folderMode`
 * if it is new. One of several simultaneous writes wins as a whole. Rejects with the system's error, and leaves no
 * draft then.
 */
export async function writeFileAtomic(
  file: string,
  text: string,
  { mode, folderMode }: { readonly mode?: number; readonly folderMode?: number } = {},
): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: folderMode });
  const draft = `${file}.${randomUUID()}`;
  try {
    await writeFile(draft, text, { mode });
    // `writeFile` applies the umask to the mode.
    if (mode !== undefined) await chmod(draft, mode);
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true }).catch(() => undefined);
    throw error;
  }
}
