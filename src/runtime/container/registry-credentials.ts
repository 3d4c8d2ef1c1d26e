/**
 * The credentials that `docker login` stored for the registry of an image, in Docker's configuration or in a credential
 * helper. Reads only. A secret is sent only to the engine.
 */

import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { isObject, parseJson } from "../../base/json.ts";

/** The format of the engine (Docker Engine API, *Authentication*). */
export interface Credentials {
  readonly username?: string;
  readonly password?: string;
  readonly identitytoken?: string;
  readonly serveraddress: string;
}

const dockerHub = "https://index.docker.io/v1/";

/** The registry of an image, under the name that Docker's configuration uses. */
export function registryOf(image: string): string {
  const [first = "", ...rest] = image.split("/");
  const isHost = rest.length > 0 && (/[.:]/.test(first) || first === "localhost");
  return isHost && first !== "docker.io" ? first : dockerHub;
}

/** `undefined` without a login. Never rejects, because the engine can try without credentials. */
export async function credentialsFor(image: string, configFolder: string): Promise<Credentials | undefined> {
  const registry = registryOf(image);
  const config = parseJson(await readFile(join(configFolder, "config.json"), "utf8").catch(() => ""));
  if (!isObject(config)) return undefined;
  const helpers = isObject(config["credHelpers"]) ? config["credHelpers"] : {};
  const helper = helpers[registry] ?? config["credsStore"];
  const helped = typeof helper === "string" ? await fromHelper(helper, registry) : undefined;
  return helped ?? fromConfig(config["auths"], registry);
}

function fromConfig(auths: unknown, registry: string): Credentials | undefined {
  const entry = isObject(auths) ? (auths[registry] ?? auths[`https://${registry}`]) : undefined;
  if (!isObject(entry)) return undefined;
  const { auth, identitytoken } = entry;
  if (typeof identitytoken === "string") return { identitytoken, serveraddress: registry };
  if (typeof auth !== "string") return undefined;
  const text = Buffer.from(auth, "base64").toString("utf8");
  const colon = text.indexOf(":");
  if (colon < 0) return undefined;
  return { username: text.slice(0, colon), password: text.slice(colon + 1), serveraddress: registry };
}

/** Runs `docker-credential-<name>`, which takes the registry on stdin and prints JSON. */
function fromHelper(name: string, registry: string): Promise<Credentials | undefined> {
  return new Promise((resolve) => {
    const child = execFile(`docker-credential-${name}`, ["get"], { timeout: 10_000 }, (error, stdout) =>
      resolve(error ? undefined : helperAnswer(stdout, registry)),
    );
    child.stdin?.on("error", () => undefined);
    child.stdin?.end(registry);
  });
}

function helperAnswer(stdout: string, registry: string): Credentials | undefined {
  const answer = parseJson(stdout);
  if (!isObject(answer)) return undefined;
  const { Username: username, Secret: secret } = answer;
  if (typeof username !== "string" || typeof secret !== "string") return undefined;
  if (username === "<token>") return { identitytoken: secret, serveraddress: registry };
  return { username, password: secret, serveraddress: registry };
}
