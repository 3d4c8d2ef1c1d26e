/** Texts about a deployment: what is planned, the result, and positions of errors. Pure. */

import { serverDefaults } from "../../metadata/generated/server-defaults.ts";
import type { DefinedServer } from "../../metadata/load-metadata.ts";
import type { Change, Deployed } from "../../platform/pipeline/deploy-manifests.ts";

/** A position in a file that the editor can open. Line and column are one-based. */
export interface FilePlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export interface PlacedProblem {
  readonly words: string;
  readonly place?: FilePlace;
}

/** The problems in the message of an `invalid-metadata` error, with their positions if they have any. */
export function placedProblems(message: string): PlacedProblem[] {
  const lines = message.replace(/^failed to load metadata: /, "").split("\n");
  return lines.map((text) => {
    const [, file, line, column, words] = /^(.+?):(\d+):(\d+): (.*)$/.exec(text) ?? [];
    if (file === undefined || words === undefined) return { words: text };
    return { words, place: { file, line: Number(line), column: Number(column) } };
  });
}

/** `namespace/name`, one line each. */
export function plannedLines(servers: readonly DefinedServer[]): string {
  return servers
    .map(({ server: { name, namespace = serverDefaults.namespace } }) => `${namespace}/${name}`)
    .join("\n");
}

/** Number of deployments by kind of change. Kinds without a deployment are left out. */
export function changeCounts(deployed: readonly Deployed[]): { change: Change; count: number }[] {
  const changes: readonly Change[] = ["created", "configured", "unchanged"];
  return changes
    .map((change) => ({
      change,
      count: deployed.filter((one) => one.kind === "applied" && one.change === change).length,
    }))
    .filter(({ count }) => count > 0);
}
