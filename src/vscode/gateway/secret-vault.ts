/**
 * The secrets that catalogs use as `${secret:NAME}`, in the editor's secret storage. Each has a list of grants: a server
 * of a catalog, and what that server runs or contacts.
 */

import type * as vscode from "vscode";
import { isObject, parseJson } from "../../base/json.ts";

const prefix = "secret:";
const grantsPrefix = "grants:";

/** A recipient of a secret. */
export interface SecretUse {
  /** The catalog's file. */
  readonly catalog: string;
  readonly id: string;
  /** The origin that is contacted, or a digest of what runs. */
  readonly target: string;
  /** The target as text for the user. */
  readonly shown: string;
}

/** Maximum length of the stored `shown` text. */
const maxShownLength = 200;

export class SecretVault {
  readonly #storage: vscode.SecretStorage;
  readonly #setHere = new Set<string>();
  #writing: Promise<unknown> = Promise.resolve();

  constructor(storage: vscode.SecretStorage) {
    this.#storage = storage;
  }

  /** The value for the user's own commands. A server receives it only through `release`. */
  async get(name: string): Promise<string | undefined> {
    return this.#storage.get(prefix + name);
  }

  async has(name: string): Promise<boolean> {
    return (await this.get(name)) !== undefined;
  }

  async set(name: string, value: string): Promise<void> {
    this.#setHere.add(name);
    await this.#storage.store(prefix + name, value);
  }

  /** Also removes its grants. */
  async delete(name: string): Promise<void> {
    await this.#storage.delete(prefix + name);
    await this.#storage.delete(grantsPrefix + name);
  }

  /** The value if it is granted to exactly this server with this target, or else `undefined`. */
  async release(name: string, use: SecretUse): Promise<string | undefined> {
    return (await this.isGranted(name, use)) ? this.get(name) : undefined;
  }

  async isGranted(name: string, use: SecretUse): Promise<boolean> {
    return (await this.uses(name)).some((known) => isSameServer(known, use) && known.target === use.target);
  }

  /** Grants the secret to this server. Replaces an earlier grant of the same server. */
  grant(name: string, use: SecretUse): Promise<void> {
    const writing = this.#writing.then(async () => {
      const others = (await this.uses(name)).filter((known) => !isSameServer(known, use));
      const next = [...others, { ...use, shown: use.shown.slice(0, maxShownLength) }];
      await this.#storage.store(grantsPrefix + name, JSON.stringify(next));
    });
    this.#writing = writing.catch(() => undefined);
    return writing;
  }

  /** All grants of the secret. */
  async uses(name: string): Promise<readonly SecretUse[]> {
    const kept = parseJson((await this.#storage.get(grantsPrefix + name)) ?? "");
    return Array.isArray(kept) ? kept.filter(isUse) : [];
  }

  /**
   * Names of the secrets that are set. Older editors cannot list them and return only those among `named` and those set
   * in this window.
   */
  async names(named: () => Promise<readonly string[]>): Promise<string[]> {
    const keys = await (this.#storage as { keys?: () => Thenable<string[]> }).keys?.();
    if (keys) return keys.flatMap((key) => (key.startsWith(prefix) ? [key.slice(prefix.length)] : []));
    const known = [...new Set([...(await named()), ...this.#setHere])];
    const values = await Promise.all(known.map((name) => this.get(name)));
    return known.filter((_, index) => values[index] !== undefined);
  }

  /** Calls `changed` when a secret is added, changed or removed, in this window or another. */
  onChange(changed: () => void): vscode.Disposable {
    return this.#storage.onDidChange(({ key }) => {
      if (key.startsWith(prefix)) changed();
    });
  }
}

/** Whether both are the same entry of the same catalog, with any target. */
export function isSameServer(one: SecretUse, other: SecretUse): boolean {
  return one.catalog === other.catalog && one.id === other.id;
}

function isUse(value: unknown): value is SecretUse {
  return (
    isObject(value) && ["catalog", "id", "target", "shown"].every((key) => typeof value[key] === "string")
  );
}
