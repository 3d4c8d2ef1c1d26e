/** Which parts of an entry an instance is started with: when these change, a running one is out of date. Pure. */

import type { Entry } from "../catalog/entry.ts";

/** Equal for entries that start the same instance, whatever the order of their keys. */
export function launchKey(entry: Entry): string {
  return canonical({ runtime: entry.runtime, env: entry.env ?? {}, instances: entry.instances ?? "shared" });
}

/** JSON with sorted keys. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
