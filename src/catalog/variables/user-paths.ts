/** Paths as users write them, made full. Pure. */

import { join, resolve } from "node:path";

/** `~` and `~/…` as a full path; anything else unchanged. */
export function fromHome(path: string, userHome: string): string {
  return path === "~" || /^~[/\\]/.test(path) ? join(userHome, path.slice(1)) : path;
}

/** A path of a file of ours: absolute, `~/…`, or relative to `baseDir`. `//host/share` stays what it is on every system. */
export function fullPath(path: string, userHome: string, baseDir: string): string {
  const full = fromHome(path, userHome);
  return /^\/\/[^/]/.test(full) ? full : resolve(baseDir, full);
}

/** A full path as people write it: `~/…` for what lies in the home folder. */
export function shortPath(path: string, userHome: string): string {
  const inHome = path.startsWith(userHome) && /^[/\\]/.test(path.slice(userHome.length));
  return inHome ? `~${path.slice(userHome.length)}` : path;
}
