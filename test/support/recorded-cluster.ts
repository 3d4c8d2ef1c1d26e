/** An API server that holds the objects of a test, and records the right that each request uses (RBAC). */

import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";
import type { ClusterObject, Manifest } from "../../src/kube/objects.ts";
import type { Rule } from "../../src/platform/operator/rbac-rules.ts";

/** One use of a right. */
export interface Use {
  readonly verb: string;
  readonly group: string;
  /** With its subresource, like `mcpservers/status`. */
  readonly resource: string;
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
}

/** The known kinds: by `apiVersion`, each kind with its resource. */
export type Kinds = Readonly<Record<string, Readonly<Record<string, string>>>>;

export interface RecordedCluster {
  readonly url: string;
  readonly uses: readonly Use[];
  find(kind: string, name: string): Manifest | undefined;
}

interface Place {
  readonly apiVersion: string;
  readonly group: string;
  readonly resource: string;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly subresource: string | undefined;
}

export async function recordedCluster(
  t: TestContext,
  kinds: Kinds,
  held: readonly ClusterObject[],
): Promise<RecordedCluster> {
  const api = new Api(kinds, held);
  const server = createServer((request, response) => void api.answer(request, response));
  await once(server.listen(0, "127.0.0.1"), "listening");
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, uses: api.uses, find: (kind, name) => api.find(kind, name) };
}

/**
 * Whether a rule grants this use. A list request that selects a single name counts as a request for that name.
 */
export function allows(rule: Rule, use: Use): boolean {
  const { apiGroups, resources, verbs, resourceNames } = rule;
  const isNamed = resourceNames === undefined || (use.name !== undefined && resourceNames.includes(use.name));
  return (
    apiGroups.includes(use.group) && resources.includes(use.resource) && verbs.includes(use.verb) && isNamed
  );
}

class Api {
  readonly uses: Use[] = [];
  readonly #kinds: Kinds;
  readonly #objects: Manifest[];
  #version = 1;

  constructor(kinds: Kinds, held: readonly ClusterObject[]) {
    this.#kinds = kinds;
    this.#objects = held.map((object) => ({ ...object }));
  }

  find(kind: string, name: string): Manifest | undefined {
    return this.#objects.find((object) => object.kind === kind && object.metadata.name === name);
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "", "http://cluster");
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const place = placeOf(url.pathname);
    if (!place.resource) return send(response, 200, { resources: this.#resources(place.apiVersion) });
    const isWatch = url.searchParams.get("watch") === "true";
    if (isWatch) {
      this.#used(place, "watch", url);
      // Nothing changes. The watch is open until the other side ends it.
      response.writeHead(200).flushHeaders();
      return;
    }
    const body = chunks.length > 0 ? JSON.parse(Buffer.concat(chunks).toString()) : undefined;
    const { status, value } = this.#do(request.method ?? "", place, url, body);
    send(response, status, value);
  }

  #do(method: string, place: Place, url: URL, body: Manifest): { status: number; value: unknown } {
    const known = place.name === undefined ? undefined : this.#at(place);
    switch (method) {
      case "GET":
        this.#used(place, place.name === undefined ? "list" : "get", url);
        if (place.name === undefined)
          return { status: 200, value: { items: this.#list(place), metadata: {} } };
        return known ? { status: 200, value: known } : { status: 404, value: {} };
      case "PATCH":
        this.#used(place, "patch", url);
        // An applied object that does not exist is created.
        if (!known) this.#used(place, "create", url);
        return { status: 200, value: this.#put(place, { ...known, ...body }) };
      case "POST":
        this.#used(place, "create", url);
        return { status: 201, value: this.#put(place, body) };
      case "PUT":
        this.#used(place, "update", url);
        return { status: 200, value: this.#put(place, body) };
      default:
        this.#used(place, "delete", url);
        this.#objects.splice(0, this.#objects.length, ...this.#objects.filter((object) => object !== known));
        return { status: 200, value: {} };
    }
  }

  #used({ group, resource, subresource, namespace, name }: Place, verb: string, url: URL): void {
    const selected = /^metadata\.name=(.+)$/.exec(url.searchParams.get("fieldSelector") ?? "")?.[1];
    const whole = subresource === undefined ? resource : `${resource}/${subresource}`;
    // A rule cannot name an object that does not exist yet.
    const named = verb === "create" ? undefined : (name ?? selected);
    this.uses.push({ verb, group, resource: whole, namespace, name: named });
  }

  #resources(apiVersion: string): object[] {
    const kinds = Object.entries(this.#kinds[apiVersion] ?? {});
    return kinds.map(([kind, name]) => ({ kind, name, namespaced: true }));
  }

  #kindOf({ apiVersion, resource }: Place): string {
    return Object.entries(this.#kinds[apiVersion] ?? {}).find(([, name]) => name === resource)?.[0] ?? "";
  }

  #list(place: Place): Manifest[] {
    const kind = this.#kindOf(place);
    return this.#objects.filter((object) => object.kind === kind);
  }

  #at(place: Place): Manifest | undefined {
    return this.#list(place).find(
      ({ metadata }) => metadata.name === place.name && metadata.namespace === place.namespace,
    );
  }

  #put(place: Place, object: Manifest): Manifest {
    const known = this.#at({ ...place, name: object.metadata.name });
    const metadata = { ...known?.metadata, ...object.metadata, resourceVersion: String(++this.#version) };
    const written = { ...object, metadata };
    this.#objects.splice(0, this.#objects.length, ...this.#objects.filter((one) => one !== known), written);
    return written;
  }
}

/** `/api/v1/namespaces/N/pods/P/log`, `/apis/G/V/…`. */
function placeOf(path: string): Place {
  const [root, ...rest] = path.split("/").filter((part) => part !== "");
  const group = root === "apis" ? (rest.shift() ?? "") : "";
  const version = rest.shift() ?? "";
  const namespace = rest[0] === "namespaces" && rest.length > 2 ? rest.splice(0, 2)[1] : undefined;
  const [resource = "", name, subresource] = rest;
  const apiVersion = group === "" ? version : `${group}/${version}`;
  return { apiVersion, group, resource, namespace, name, subresource };
}

function send(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
}
