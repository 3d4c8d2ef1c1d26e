/**
 * Removes containers, including orphans of gateways that died, which are found by their labels. Containers of a living
 * gateway are never removed.
 */

import { hostname } from "node:os";
import type Docker from "dockerode";
import { labels } from "./container-options.ts";
import { answerMs } from "./engine.ts";
import { hasRefused } from "./engine-errors.ts";

/** How long an engine may take to remove a container. */
const removalMs = 10_000;

/**
 * Removes a container. Resolves with whether no retry is needed. A refusal counts as done, because a retry would be
 * refused as well.
 */
export async function isRemoved(docker: Docker, id: string): Promise<boolean> {
  const options = { force: true, v: true, abortSignal: AbortSignal.timeout(removalMs) };
  try {
    await docker.getContainer(id).remove(options);
    return true;
  } catch (error) {
    return hasRefused(error);
  }
}

/**
 * Resolves with the removed containers, for the log. `hasExited` returns whether the gateway of an owner label has
 * ended.
 */
export async function removeOrphanContainers(
  docker: Docker,
  hasExited: (owner: string) => boolean,
): Promise<string[]> {
  const filters = { label: [labels.owner, `${labels.machine}=${hostname()}`] };
  const containers = await docker.listContainers({
    all: true,
    filters,
    abortSignal: AbortSignal.timeout(answerMs),
  });
  const orphans = containers.filter(({ Labels }) => hasExited(Labels[labels.owner] ?? ""));
  // Another gateway may remove them at the same time.
  await Promise.all(orphans.map(({ Id }) => isRemoved(docker, Id)));
  return orphans.map(({ Id, Labels }) => `container ${Id.slice(0, 12)} of '${Labels[labels.entry]}'`);
}
