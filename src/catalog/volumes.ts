/** Entries of `volumes` for a container: `host:container[:ro]` (gateway.md, *docker*). Pure. */

import { isAbsolute } from "node:path";
import { fullPath } from "./variables/user-paths.ts";

export interface Volume {
  /** A path on the host, or the name of a volume. */
  readonly host: string;
  /** The part after it. */
  readonly rest: string;
}

/** `undefined` for an invalid text. */
export function volumeOf(text: string): Volume | undefined {
  const [, host = "", rest = ""] = /^((?:[A-Za-z]:[\\/])?[^:]*):(.*)$/.exec(text) ?? [];
  return host === "" || rest === "" ? undefined : { host, rest };
}

/** The absolute path on the host; `undefined` for the name of a volume. */
export function hostPath(host: string, baseDir: string, userHome: string): string | undefined {
  if (isAbsolute(host) || /^[A-Za-z]:[\\/]/.test(host)) return host;
  // The name of a volume has no slash and does not begin with a dot.
  return /^[A-Za-z0-9][^/\\]*$/.test(host) ? undefined : fullPath(host, userHome, baseDir);
}
