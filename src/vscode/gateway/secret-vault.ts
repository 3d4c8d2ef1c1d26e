/** The secrets that catalogs name with `${secret:NAME}`, in the editor's secret storage. */

import type * as vscode from "vscode";

const prefix = "secret:";

export class SecretVault {
  readonly #storage: vscode.SecretStorage;

  constructor(storage: vscode.SecretStorage) {
    this.#storage = storage;
  }

  async get(name: string): Promise<string | undefined> {
    return this.#storage.get(prefix + name);
  }

  async set(name: string, value: string): Promise<void> {
    await this.#storage.store(prefix + name, value);
  }

  async delete(name: string): Promise<void> {
    await this.#storage.delete(prefix + name);
  }

  /** Calls `changed` when a secret came, changed or went, in this window or another. */
  onChange(changed: () => void): vscode.Disposable {
    return this.#storage.onDidChange(({ key }) => {
      if (key.startsWith(prefix)) changed();
    });
  }
}
