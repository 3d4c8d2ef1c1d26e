/** Stores lists of servers on disk, one file for each configuration, so that the next gateway does not start the servers. */

import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Era } from "../../backend/era.ts";
import { isObject, parseJson } from "../../base/json.ts";
import { writeFileAtomic } from "../../base/write-file-atomic.ts";
import { type ListKind, listKinds, type Members } from "./list-kinds.ts";

export interface StoredLists {
  /** The server's answer to `initialize`. */
  readonly answer?: string;
  readonly lists: Partial<Record<ListKind, readonly string[]>>;
  /** Other members in the results of the lists. */
  readonly members: Partial<Record<ListKind, Members>>;
  /** The era in which the server listed its tools. The list may be different in the other era. */
  toolsEra?: Era;
}

export interface ListStore {
  /** `key` identifies the server and its configuration. Never rejects. */
  read(key: string): Promise<StoredLists | undefined>;
  write(key: string, lists: StoredLists): Promise<void>;
}

/** Key of a server and its configuration; see `launchKey`. Contains the id, because two entries may be the same otherwise. */
export function listKey(id: string, launchKey: string): string {
  return `${id} ${launchKey}`;
}

/** Files in a directory of the user's cache. Where the directory is not writable, lists are not stored. */
export function listFiles(folder: string): ListStore {
  const fileOf = (key: string) => join(folder, `${createHash("sha256").update(key).digest("hex")}.json`);
  return {
    async read(key) {
      const text = await readFile(fileOf(key), "utf8").catch(() => "");
      return storedListsIn(parseJson(text));
    },
    async write(key, lists) {
      const modes = { mode: 0o600, folderMode: 0o700 };
      await writeFileAtomic(fileOf(key), JSON.stringify(lists), modes).catch(() => undefined);
    },
  };
}

type Stored = Record<string, unknown> & { readonly lists: Record<string, unknown> };

function membersOf(members: unknown, kind: ListKind): [ListKind, Members][] {
  const ofKind = isObject(members) ? members[kind] : undefined;
  const isText = (json: unknown) => typeof json === "string" && parseJson(json) !== undefined;
  return isObject(ofKind) && Object.values(ofKind).every(isText) ? [[kind, ofKind as Members]] : [];
}

/** Validates a stored file. `undefined` if another version or another program wrote it. */
function storedListsIn(value: unknown): StoredLists | undefined {
  if (!isObject(value) || !isObject(value["lists"])) return undefined;
  const { answer, lists, members, toolsEra } = value as Stored;
  const known = listKinds.flatMap((kind) => {
    const items = lists[kind];
    return Array.isArray(items) && items.every((item) => typeof item === "string")
      ? [[kind, items] as const]
      : [];
  });
  return {
    ...(typeof answer === "string" && { answer }),
    lists: Object.fromEntries(known),
    members: Object.fromEntries(listKinds.flatMap((kind) => membersOf(members, kind))),
    ...((toolsEra === "initialize" || toolsEra === "stateless") && { toolsEra }),
  };
}
