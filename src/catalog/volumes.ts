/** `volumes` of a container as people write them: `host:container[:ro]` (gateway.md, *docker*). Pure. */

import { isAbsolute } from "node:path";
import { fullPath } from "./variables/user-paths.ts";

export interface Volume {
  /** A path of the host, or the name of a volume. */
  readonly host: string;
  /** Everything behind it. */
  readonly rest: string;
}

/** `undefined` for what is none. */
export function volumeOf(text: string): Volume | undefined {
  const [, host = "", rest = ""] = /^((?:[A-Za-z]:[\\/])?[^:]*):(.*)$/.exec(text) ?? [];
  return host === "" || rest === "" ? undefined : { host, rest };
}

/** The path on the host in full; `undefined` for the name of a volume. */
export function hostPath(host: string, baseDir: string, userHome: string): string | undefined {
  if (isAbsolute(host) || /^[A-Za-z]:[\\/]/.test(host)) return host;
  // The name of a volume has no slash and begins with no dot.
  return /^[A-Za-z0-9][^/\\]*$/.test(host) ? undefined : fullPath(host, userHome, baseDir);
}
