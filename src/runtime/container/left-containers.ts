/** Finds the containers of gateways that died and removes them: by their labels, never those of a living gateway. */

import { hostname } from "node:os";
import type Docker from "dockerode";
import { labels } from "./container-options.ts";
import { answerMs } from "./engine.ts";
import { removalMs } from "./unremoved.ts";

/** Resolves with what was removed, for the log. `isGone` tells of an owner's label whether that gateway has ended. */
export async function removeLeftContainers(
  docker: Docker,
  isGone: (owner: string) => boolean,
): Promise<string[]> {
  const filters = { label: [labels.owner, `${labels.machine}=${hostname()}`] };
  const containers = await docker.listContainers({
    all: true,
    filters,
    abortSignal: AbortSignal.timeout(answerMs),
  });
  const left = containers.filter(({ Labels }) => isGone(Labels[labels.owner] ?? ""));
  await Promise.all(
    left.map(({ Id }) =>
      docker
        .getContainer(Id)
        .remove({ force: true, v: true, abortSignal: AbortSignal.timeout(removalMs) })
        // Another gateway may be at it too.
        .catch(() => undefined),
    ),
  );
  return left.map(({ Id, Labels }) => `container ${Id.slice(0, 12)} of '${Labels[labels.entry]}'`);
}
