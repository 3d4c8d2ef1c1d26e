/**
 * The input and output streams of a running container. Makes the HTTP request itself, because the library also sends
 * its options as a body, and some engines pass that body to the server as its first input.
 */

import http from "node:http";
import https from "node:https";
import type { Duplex } from "node:stream";
import type Docker from "dockerode";
import { parseJson } from "../../base/json.ts";
import type { Engine } from "./engine.ts";

/**
 * Rejects with the engine's error, or when aborted. `stdin`: whether writes go to the container. Errors of the stream
 * are ignored, because it also closes.
 */
export async function attach(
  engine: Engine,
  id: string,
  stdin: boolean,
  signal: AbortSignal,
): Promise<Duplex> {
  const query = { stream: true, stdout: true, stderr: true, stdin };
  const search = new URLSearchParams({ stream: "1", stdout: "1", stderr: "1", stdin: stdin ? "1" : "0" });
  // Only the library supports ssh.
  if (engine.options.protocol === "ssh") return throughLibrary(engine.docker.getContainer(id), query, signal);
  const { request: send } = engine.options.protocol === "https" ? https : http;
  const request = send({
    ...engine.options,
    protocol: engine.options.protocol === "https" ? "https:" : "http:",
    method: "POST",
    path: `/containers/${id}/attach?${search}`,
    headers: { Connection: "Upgrade", Upgrade: "tcp" },
    signal,
  });
  return new Promise((resolve, reject) => {
    request.once("upgrade", (_response, socket, head) => {
      socket.on("error", () => undefined);
      if (head.length > 0) socket.unshift(head);
      resolve(socket);
    });
    request.once("response", (response) => void refusal(response).then(reject, reject));
    request.on("error", reject);
    request.end();
  });
}

/** The engine's error message, in the form of the library's errors. */
async function refusal(response: http.IncomingMessage): Promise<Error> {
  const body = parseJson(Buffer.concat(await response.toArray()).toString("utf8"));
  const { statusCode } = response;
  return Object.assign(new Error(`the engine refused to attach (${statusCode})`), { statusCode, json: body });
}

async function throughLibrary(
  container: Docker.Container,
  query: Docker.ContainerAttachOptions,
  abortSignal: AbortSignal,
): Promise<Duplex> {
  const stream = (await container.attach({ ...query, hijack: true, abortSignal })) as unknown as Duplex;
  return stream.on("error", () => undefined);
}
