/** The secrets that catalogs name with `${secret:NAME}`, in the editor's secret storage. */

import type * as vscode from "vscode";

const prefix = "secret:";

export class SecretVault {
  readonly #storage: vscode.SecretStorage;
  readonly #setHere = new Set<string>();

  constructor(storage: vscode.SecretStorage) {
    this.#storage = storage;
  }

  async get(name: string): Promise<string | undefined> {
    return this.#storage.get(prefix + name);
  }

  async set(name: string, value: string): Promise<void> {
    this.#setHere.add(name);
    await this.#storage.store(prefix + name, value);
  }

  async delete(name: string): Promise<void> {
    await this.#storage.delete(prefix + name);
  }

  /** The names of those that are set, of `named` at least: older editors cannot list what they keep. */
  async names(named: () => Promise<readonly string[]>): Promise<string[]> {
    const keys = await (this.#storage as { keys?: () => Thenable<string[]> }).keys?.();
    if (keys) return keys.flatMap((key) => (key.startsWith(prefix) ? [key.slice(prefix.length)] : []));
    const known = [...new Set([...(await named()), ...this.#setHere])];
    const values = await Promise.all(known.map((name) => this.get(name)));
    return known.filter((_, index) => values[index] !== undefined);
  }

  /** Calls `changed` when a secret came, changed or went, in this window or another. */
  onChange(changed: () => void): vscode.Disposable {
    return this.#storage.onDidChange(({ key }) => {
      if (key.startsWith(prefix)) changed();
    });
  }
}
