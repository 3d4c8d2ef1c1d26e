/**
 * Paths on other machines. On Windows, accessing `\\host\share` sends the user's credentials to that host, so checks
 * must not access such a path from a file. Pure.
 */

import { win32 } from "node:path";

/** Whether a path is `\\host\share`, `//host/share`, `\\?\UNC\…` or similar, as opposed to a folder on a drive. */
export function isNetworkPath(path: string): boolean {
  return /^[\\/]{2}|^[\\/]\?\?[\\/]/.test(path);
}

/** Whether accessing the path contacts a machine other than those of the `known` folders. */
export function leavesThisMachine(path: string, ...known: readonly string[]): boolean {
  return isNetworkPath(path) && !known.map(shareOf).includes(shareOf(path));
}

function shareOf(path: string): string {
  return win32.parse(win32.normalize(path)).root.toLowerCase();
}
