/** Checks that Node is new enough for the programs. Pure. */

import { GatewayError } from "./errors.ts";

/** Throws if Node is too old for the bundles. The oldest supported VS Code contains Node 22.15. */
export function checkNode(version: string): void {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major > 22 || (major === 22 && minor >= 15)) return;
  throw new GatewayError("internal", `needs Node.js 22.15 or newer, but this is ${version}`);
}
