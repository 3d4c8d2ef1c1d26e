/** The certificate files of remote servers, from the entry and from the config. */

import { X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { GatewayError, messageOf } from "../../base/errors.ts";
import type { TlsFiles } from "./http-connections.ts";

/** Absolute paths of PEM files. */
export interface TlsPaths {
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
}

/**
 * Reads the files. Both certificate authorities are trusted. The client certificate of the entry wins over that of the
 * config. Rejects with `start-failed` naming field and file.
 */
export async function readTlsFiles(ofEntry: TlsPaths, ofConfig: TlsPaths): Promise<TlsFiles> {
  const isOwn = ofEntry.cert !== undefined || ofEntry.key !== undefined;
  const { cert, key } = isOwn ? ofEntry : ofConfig;
  if ((cert === undefined) !== (key === undefined)) {
    const [given, missing] = cert === undefined ? ["key", "cert"] : ["cert", "key"];
    throw new GatewayError(
      "start-failed",
      `${given} is given without ${missing}: a client certificate needs both`,
    );
  }
  const authorities = [ofEntry.ca, ofConfig.ca].filter((path) => path !== undefined);
  const ca = await Promise.all(authorities.map((path) => certificates("ca", path)));
  return {
    ...(ca.length > 0 && { ca: ca.join("\n") }),
    ...(cert !== undefined && { cert: await certificates("cert", cert) }),
    ...(key !== undefined && { key: await pem("key", key) }),
  };
}

/** Checked here, because TLS silently ignores a file without certificates. */
async function certificates(field: string, path: string): Promise<string> {
  const text = await pem(field, path);
  try {
    new X509Certificate(text);
    return text;
  } catch (error) {
    const message = `${field} '${path}' is not a PEM file of certificates (-----BEGIN CERTIFICATE-----)`;
    throw new GatewayError("start-failed", message, { cause: error });
  }
}

async function pem(field: string, path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    throw new GatewayError("start-failed", `${field} cannot be read: ${messageOf(error)}`, { cause: error });
  }
}
