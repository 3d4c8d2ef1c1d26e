/** Approved launches by catalog and id, as digests in a file that all windows of the installation share. */

import { readFile } from "node:fs/promises";
import { isObject, parseJson } from "../../base/json.ts";
import { writeFileAtomic } from "../../base/write-file-atomic.ts";
import type { Launch } from "./launch-review.ts";

type Digests = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

export class ApprovedLaunches {
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  async has({ catalog, entry, fingerprint }: Launch): Promise<boolean> {
    return (await this.#read())[catalog.file]?.[entry.id] === fingerprint;
  }

  async add(launches: readonly Launch[]): Promise<void> {
    const next: Record<string, Record<string, unknown>> = { ...(await this.#read()) };
    for (const { catalog, entry, fingerprint } of launches)
      next[catalog.file] = { ...next[catalog.file], [entry.id]: fingerprint };
    await writeFileAtomic(this.#file, JSON.stringify(next));
  }

  /** A file that cannot be read approves nothing. */
  async #read(): Promise<Digests> {
    const kept = parseJson(await readFile(this.#file, "utf8").catch(() => ""));
    return isObject(kept) ? (kept as Digests) : {};
  }
}
