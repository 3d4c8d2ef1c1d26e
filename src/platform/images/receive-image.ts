/**
 * Runs in a Pod of the cluster: takes an image from its input and puts it into a registry that only the cluster reaches.
 * The first frame says where to and with which password, so that neither stands in an argument or a Secret.
 */

import { messageOf } from "../../base/errors.ts";
import { isObject, parseJson } from "../../base/json.ts";
import { pushDockerArchive } from "./docker-archive.ts";
import { RegistryClient, type RegistryTarget } from "./registry-client.ts";
import { framesIn } from "./upload-frames.ts";

export interface ReceivedImage {
  readonly target: RegistryTarget;
  readonly tag: string;
}

/** One line of its output. */
export type ReceiverLine =
  | { readonly kind: "progress"; readonly text: string }
  | { readonly kind: "pushed" }
  | { readonly kind: "failed"; readonly because: string };

/** Resolves with the exit code; what went wrong is told on a line. Never rejects. */
export async function receiveImage(
  input: AsyncIterable<Buffer>,
  tell: (line: ReceiverLine) => void,
): Promise<number> {
  try {
    const frames = framesIn(input);
    const { value: head } = await frames.next();
    const { target, tag } = deliveryOf(head);
    const client = await RegistryClient.open(target);
    await pushDockerArchive(frames, client, tag, (text) => tell({ kind: "progress", text }));
    tell({ kind: "pushed" });
    return 0;
  } catch (error) {
    tell({ kind: "failed", because: messageOf(error) });
    return 1;
  }
}

function deliveryOf(head: Buffer | undefined): ReceivedImage {
  const value = parseJson(head?.toString("utf8") ?? "");
  if (!isObject(value) || !isObject(value["target"])) throw new Error("the first frame says no target");
  return value as unknown as ReceivedImage;
}
