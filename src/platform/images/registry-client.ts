/** Pushes blobs and manifests to an image registry (OCI Distribution, *Push*). */

import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import { GatewayError, messageOf } from "../../base/errors.ts";
import { isObject } from "../../base/json.ts";

export interface RegistryTarget {
  /** With its scheme: `http://10.0.0.5:5000`. */
  readonly url: string;
  /** Name of the image in the registry. */
  readonly name: string;
  readonly username?: string;
  readonly password?: string;
}

export interface Blob {
  /** `sha256:…` */
  readonly digest: string;
  readonly size: number;
  readonly file: string;
}

type Headers = Record<string, string>;

export class RegistryClient {
  readonly #target: RegistryTarget;
  #authorization: string | undefined;
  #challenge = "";

  private constructor(target: RegistryTarget) {
    this.#target = target;
  }

  /** Logs in if the registry requires it. Like the other methods, rejects with `cluster-failed`. */
  static async open(target: RegistryTarget): Promise<RegistryClient> {
    const client = new RegistryClient(target);
    const answer = await client.#fetch("GET", `${client.#base}/v2/`);
    client.#challenge = answer.headers.get("www-authenticate") ?? "";
    if (answer.status === 401) await client.#logIn(client.#challenge);
    else await client.#check(answer, "does not answer as a registry");
    return client;
  }

  /** Uploads the blob unless the registry has it. Resolves with whether it was uploaded. */
  async putBlob({ digest, size, file }: Blob): Promise<boolean> {
    const there = await this.#ask("HEAD", `${this.#repository}/blobs/${digest}`);
    if (there.ok) return false;
    const begun = await this.#ask("POST", `${this.#repository}/blobs/uploads/`);
    await this.#check(begun, "refused the upload");
    const url = new URL(begun.headers.get("location") ?? "", this.#base);
    url.searchParams.set("digest", digest);
    const headers = { "content-type": "application/octet-stream", "content-length": String(size) };
    const body = Readable.toWeb(createReadStream(file)) as ReadableStream;
    await this.#check(await this.#fetch("PUT", url.href, headers, body), "refused a layer");
    return true;
  }

  async putManifest(tag: string, mediaType: string, manifest: object): Promise<void> {
    const url = `${this.#repository}/manifests/${tag}`;
    const answer = await this.#ask("PUT", url, { "content-type": mediaType }, JSON.stringify(manifest));
    await this.#check(answer, "refused the manifest");
  }

  get #base(): string {
    return this.#target.url.replace(/\/+$/, "");
  }

  get #repository(): string {
    const { origin, pathname } = new URL(this.#base);
    const path = pathname.replace(/^\/+|\/+$/g, "");
    return `${origin}/v2/${path === "" ? "" : `${path}/`}${this.#target.name}`;
  }

  async #logIn(challenge: string): Promise<void> {
    const { username, password } = this.#target;
    const basic =
      username === undefined
        ? undefined
        : `Basic ${Buffer.from(`${username}:${password ?? ""}`).toString("base64")}`;
    const bearer = /^bearer /i.test(challenge) ? parametersOf(challenge) : undefined;
    if (bearer?.["realm"]) return this.#askForToken(bearer, basic);
    if (basic === undefined) throw refused(this.#base, "requires a user name and a password");
    this.#authorization = basic;
    await this.#check(await this.#fetch("GET", `${this.#base}/v2/`), "refused user name and password");
  }

  async #askForToken({ realm = "", service }: Headers, basic: string | undefined): Promise<void> {
    const url = new URL(realm);
    if (service !== undefined) url.searchParams.set("service", service);
    url.searchParams.set("scope", `repository:${this.#target.name}:pull,push`);
    const answer = await fetch(url, { headers: basic === undefined ? {} : { authorization: basic } });
    await this.#check(answer, "returned no token");
    const body: unknown = await answer.json();
    const token = isObject(body) ? (body["token"] ?? body["access_token"]) : undefined;
    this.#authorization = `Bearer ${String(token)}`;
  }

  /** Logs in again after the token has expired: tokens last for minutes, and a push may take longer. */
  async #ask(method: string, url: string, headers: Headers = {}, body?: string): Promise<Response> {
    const answer = await this.#fetch(method, url, headers, body);
    if (answer.status !== 401 || this.#authorization === undefined) return answer;
    await this.#logIn(this.#challenge);
    return this.#fetch(method, url, headers, body);
  }

  async #fetch(
    method: string,
    url: string,
    headers: Headers = {},
    body?: string | ReadableStream,
  ): Promise<Response> {
    const authorization = this.#authorization;
    // The upload address of a blob may be on another host, which must not get the password.
    const isSameOrigin = new URL(url).origin === new URL(this.#base).origin;
    try {
      return await fetch(url, {
        method,
        headers: { ...headers, ...(authorization !== undefined && isSameOrigin && { authorization }) },
        ...(body !== undefined && { body, duplex: "half" }),
      });
    } catch (error) {
      const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
      throw refused(this.#base, `does not answer: ${messageOf(cause)}`);
    }
  }

  async #check(answer: Response, what: string): Promise<void> {
    if (answer.ok) return;
    const text = (await answer.text().catch(() => "")).replace(/\s+/g, " ").trim().slice(0, 300);
    throw refused(this.#base, `${what}: ${answer.status} ${text}`.trim());
  }
}

function parametersOf(challenge: string): Headers {
  const found = challenge.matchAll(/(\w+)="([^"]*)"/g);
  return Object.fromEntries([...found].map(([, name, value]) => [name, value]));
}

function refused(url: string, what: string): GatewayError {
  return new GatewayError("cluster-failed", `the registry ${url} ${what}`);
}
