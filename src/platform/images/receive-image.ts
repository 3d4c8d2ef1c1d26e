/**
 * Runs in a Pod of the cluster: reads an image from its input and pushes it to a registry that only the cluster
 * reaches. The first frame contains target and password, so that neither appears in an argument or a Secret.
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

/** Resolves with the exit code. An error becomes a line of output. Never rejects. */
export async function receiveImage(
  input: AsyncIterable<Buffer>,
  write: (line: ReceiverLine) => void,
): Promise<number> {
  try {
    const frames = framesIn(input);
    const { value: head } = await frames.next();
    const { target, tag } = deliveryOf(head);
    const client = await RegistryClient.open(target);
    await pushDockerArchive(frames, client, tag, (text) => write({ kind: "progress", text }));
    write({ kind: "pushed" });
    return 0;
  } catch (error) {
    write({ kind: "failed", because: messageOf(error) });
    return 1;
  }
}

function deliveryOf(head: Buffer | undefined): ReceivedImage {
  const value = parseJson(head?.toString("utf8") ?? "");
  if (!isObject(value) || !isObject(value["target"])) throw new Error("the first frame has no target");
  return value as unknown as ReceivedImage;
}
