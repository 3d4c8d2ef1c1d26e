/**
 * Removes containers, those of gateways that died among them: these are found by their labels, never those of a living
 * gateway.
 */

import { hostname } from "node:os";
import type Docker from "dockerode";
import { labels } from "./container-options.ts";
import { answerMs } from "./engine.ts";
import { hasRefused } from "./engine-errors.ts";

/** How long an engine may take to remove one. */
const removalMs = 10_000;

/** Removes a container. Resolves with whether there is nothing left to be done: an engine that refuses will not change its mind. */
export async function isRemoved(docker: Docker, id: string): Promise<boolean> {
  const options = { force: true, v: true, abortSignal: AbortSignal.timeout(removalMs) };
  try {
    await docker.getContainer(id).remove(options);
    return true;
  } catch (error) {
    return hasRefused(error);
  }
}

/** Resolves with what was removed, for the log. `isGone` tells of an owner's label whether that gateway has ended. */
export async function removeOrphanContainers(
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
  // Another gateway may be at it too.
  await Promise.all(left.map(({ Id }) => isRemoved(docker, Id)));
  return left.map(({ Id, Labels }) => `container ${Id.slice(0, 12)} of '${Labels[labels.entry]}'`);
}
