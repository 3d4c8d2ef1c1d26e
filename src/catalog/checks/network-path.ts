/**
 * Paths that lead to another machine. On Windows a mere look at `\\host\share` sends that host the user's credentials, so
 * nothing that only checks looks at one a file names. Pure.
 */

import { win32 } from "node:path";

/** `\\host\share`, `//host/share`, `\\?\UNC\…` and its relatives: whatever Windows does not take for a drive's folder. */
export function isNetworkPath(path: string): boolean {
  return /^[\\/]{2}|^[\\/]\?\?[\\/]/.test(path);
}

/** Whether a look at the path asks another machine than those where the `known` folders lie anyway. */
export function leavesThisMachine(path: string, ...known: readonly string[]): boolean {
  return isNetworkPath(path) && !known.map(shareOf).includes(shareOf(path));
}

function shareOf(path: string): string {
  return win32.parse(win32.normalize(path)).root.toLowerCase();
}
