/** Key of the parts of an entry that an instance is started with. A running instance with another key is out of date. Pure. */

import { stableStringify } from "../base/json.ts";
import type { Entry } from "../catalog/entry.ts";

/** Equal for entries that start the same instance, regardless of the order of their keys. */
export function launchKey(entry: Entry): string {
  return stableStringify({
    runtime: entry.runtime,
    env: entry.env ?? {},
    instances: entry.instances ?? "shared",
  });
}
