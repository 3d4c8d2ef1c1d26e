/** Unpacks an image that an engine saved as a tar, and pushes it to a registry. Owns a temporary folder. */

import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdtemp, open, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, posix } from "node:path";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import tar from "tar-stream";
import { GatewayError, messageOf } from "../../base/errors.ts";
import { isObject, parseJson } from "../../base/json.ts";
import type { Blob, RegistryClient } from "./registry-client.ts";

const manifestType = "application/vnd.docker.distribution.manifest.v2+json";
const configType = "application/vnd.docker.container.image.v1+json";
const layerType = "application/vnd.docker.image.rootfs.diff.tar.gzip";

/** Pushes the first image in `saved` under `tag`. `log` gets progress lines. */
export async function pushDockerArchive(
  saved: AsyncIterable<Buffer>,
  client: RegistryClient,
  tag: string,
  log: (line: string) => void,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "image-"));
  try {
    const files = await unpack(saved, folder);
    const { config, layers } = await contentsOf(files);
    const configBlob = await blobOf(config);
    const layerBlobs: Blob[] = [];
    for (const [at, layer] of layers.entries()) {
      const blob = await blobOf(await compressed(layer, folder));
      const isNew = await client.putBlob(blob);
      log(
        `layer ${at + 1} of ${layers.length} ${isNew ? "pushed" : "already exists"} (${megabytes(blob.size)} MB)`,
      );
      layerBlobs.push(blob);
    }
    await client.putBlob(configBlob);
    await client.putManifest(tag, manifestType, {
      schemaVersion: 2,
      mediaType: manifestType,
      config: descriptor(configBlob, configType),
      layers: layerBlobs.map((blob) => descriptor(blob, layerType)),
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function descriptor({ digest, size }: Blob, mediaType: string): object {
  return { mediaType, size, digest };
}

/** The path of each unpacked file by its name in the tar. Names of the tar are not used as paths. */
async function unpack(saved: AsyncIterable<Buffer>, folder: string): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>();
  const links = new Map<string, string>();
  const extract = tar.extract();
  extract.on("entry", (header, stream, next) => {
    const { name, type, linkname } = header;
    if (type === "symlink" && linkname) links.set(name, posix.join(posix.dirname(name), linkname));
    if (type !== "file") return void stream.on("end", next).resume();
    const file = join(folder, String(files.size));
    files.set(name, file);
    pipeline(stream, createWriteStream(file)).then(() => next(), next);
  });
  await pipeline(Readable.from(saved), extract).catch((error: unknown) => {
    throw noImage(messageOf(error));
  });
  for (const [name, target] of links) {
    const file = files.get(target);
    if (file !== undefined) files.set(name, file);
  }
  return files;
}

async function contentsOf(files: ReadonlyMap<string, string>): Promise<{ config: string; layers: string[] }> {
  const index = files.get("manifest.json");
  const images = index === undefined ? undefined : parseJson(await readFile(index, "utf8"));
  const image: unknown = Array.isArray(images) ? images[0] : undefined;
  const config = isObject(image) ? files.get(String(image["Config"])) : undefined;
  const names = isObject(image) && Array.isArray(image["Layers"]) ? image["Layers"] : undefined;
  const layers = names?.map((name) => files.get(String(name)));
  if (config === undefined || layers === undefined || layers.includes(undefined))
    throw noImage("it has no manifest of its own layers");
  return { config, layers: layers.filter((layer) => layer !== undefined) };
}

function noImage(because: string): GatewayError {
  return new GatewayError("cluster-failed", `the data is not a saved image: ${because}`);
}

/** Registries expect compressed layers. Some engines save them compressed. */
async function compressed(file: string, folder: string): Promise<string> {
  const handle = await open(file);
  const { buffer } = await handle.read(Buffer.alloc(2), 0, 2, 0);
  await handle.close();
  if (buffer.equals(Buffer.of(0x1f, 0x8b))) return file;
  const target = join(folder, `${createHash("sha256").update(file).digest("hex")}.gz`);
  await pipeline(createReadStream(file), createGzip({ level: 1 }), createWriteStream(target));
  return target;
}

async function blobOf(file: string): Promise<Blob> {
  const hash = createHash("sha256");
  const hashing = new Transform({
    transform(chunk, _, done) {
      hash.update(chunk);
      done();
    },
  });
  await pipeline(createReadStream(file), hashing.resume());
  return { digest: `sha256:${hash.digest("hex")}`, size: (await stat(file)).size, file };
}

function megabytes(bytes: number): number {
  return Math.max(1, Math.round(bytes / 1e6));
}
