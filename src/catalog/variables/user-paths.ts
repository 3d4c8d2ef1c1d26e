/** Paths in the notation of users, as absolute paths. Pure. */

import { join, resolve } from "node:path";

/** `~` and `~/…` as an absolute path. Other paths stay unchanged. */
export function fromHome(path: string, userHome: string): string {
  return path === "~" || /^~[/\\]/.test(path) ? join(userHome, path.slice(1)) : path;
}

/**
 * A path from a catalog or config: absolute, `~/…`, or relative to `baseDir`. `//host/share` stays unchanged on every
 * system.
 */
export function fullPath(path: string, userHome: string, baseDir: string): string {
  const full = fromHome(path, userHome);
  return /^\/\/[^/]/.test(full) ? full : resolve(baseDir, full);
}

/** A path in short notation: `~/…` inside the home folder. */
export function shortPath(path: string, userHome: string): string {
  const inHome = path.startsWith(userHome) && /^[/\\]/.test(path.slice(userHome.length));
  return inHome ? `~${path.slice(userHome.length)}` : path;
}
