/** Whether Node is new enough for the programs. Pure. */

import { GatewayError } from "./errors.ts";

/** Throws where Node lacks what the bundles use. The oldest VS Code whose own Node runs them has 22.15. */
export function checkNode(version: string): void {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major > 22 || (major === 22 && minor >= 15)) return;
  throw new GatewayError("internal", `needs Node.js 22.15 or newer, this is ${version}`);
}
