/** Finds the part of the view to draw again: nothing, some rows, or the whole list. Pure. */

import type { ServerRow } from "../servers/servers.ts";

export type RowChanges =
  | { readonly kind: "none" }
  | { readonly kind: "rows"; readonly ids: readonly string[] }
  | { readonly kind: "list" };

export function rowChanges(before: readonly ServerRow[], after: readonly ServerRow[]): RowChanges {
  return changesOf(before, after, isSameRow);
}

/** `isSame`: whether two rows with the same id look the same. */
export function changesOf<Row extends { readonly id: string }>(
  before: readonly Row[],
  after: readonly Row[],
  isSame: (a: Row, b: Row | undefined) => boolean,
): RowChanges {
  const isSameList = before.length === after.length && before.every((row, at) => row.id === after[at]?.id);
  if (!isSameList) return { kind: "list" };
  const ids = after.filter((row, at) => !isSame(row, before[at])).map((row) => row.id);
  return ids.length === 0 ? { kind: "none" } : { kind: "rows", ids };
}

/** Ignores the uptime, because it changes all the time and its start is known only to the second. */
function isSameRow(a: ServerRow, b: ServerRow | undefined): boolean {
  const same = { uptime_seconds: 0, upSinceMs: 0 };
  return JSON.stringify({ ...a, ...same }) === JSON.stringify({ ...b, ...same });
}
