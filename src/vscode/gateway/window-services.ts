/** The services of a window for its gateway: its log, its secrets, and the approval of its user. */

import { dirname } from "node:path";
import type { Log } from "../../base/log.ts";
import type { HostServices } from "../../gateway/host-services.ts";
import { originOf } from "../catalogs/entry-origin.ts";
import type { LaunchApproval } from "./launch-approval.ts";

/** Stands for secrets when entries are checked without a start. The check needs to know only whether a value exists. */
const placeholder = "secret";

export interface WindowParts {
  readonly log: Log;
  readonly approval: Pick<LaunchApproval, "approve" | "approved">;
  /** Whether the secret has a value. A server receives the value through an approval. */
  hasSecret(name: string): Promise<boolean>;
}

export function windowServices({ log, approval, hasSecret }: WindowParts): HostServices {
  const secret = async (name: string) => ((await hasSecret(name)) ? placeholder : undefined);
  return {
    log,
    async contextOf(entry) {
      const catalog = originOf(entry);
      const { catalogSources } = await import("./launch-review.ts");
      if (!catalog) throw new Error(`no catalog of this window defines '${entry.id}'`);
      return { baseDir: dirname(catalog.file), sources: { ...catalogSources(catalog), secret } };
    },
    approve: (entry) => approval.approve(entry, originOf(entry)),
    approvedContext: (entry) => approval.approved(entry, originOf(entry)),
  };
}
