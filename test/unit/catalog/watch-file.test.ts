/**
 * Tests the watcher on a real folder. Every wait is for the event itself. Only "nothing happens" is proven by
 * the next event.
 */
import assert from "node:assert/strict";
import { EventEmitter, once } from "node:events";
import { renameSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm, symlink, unlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { TestContext } from "node:test";
import test from "node:test";
import type { WatchTiming } from "../../../src/catalog/watch-file.ts";
import { watchFile } from "../../../src/catalog/watch-file.ts";
import { until } from "../../support/until.ts";

async function folderFor(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "watch-"));
  t.after(() => rm(folder, { recursive: true }));
  return folder;
}

/**
 * Polling is slow here, so that changes are seen by events. A file is written in two steps, and both are within
 * the debounce.
 */
async function watched(
  t: TestContext,
  path: string,
  timing: Partial<WatchTiming> = {},
  listener: () => void = () => undefined,
) {
  const events = new EventEmitter();
  const seen = {
    count: 0,
    next: async () => void (await once(events, "change", { signal: AbortSignal.timeout(10_000) })),
  };
  const onChange = () => {
    seen.count++;
    events.emit("change");
    listener();
  };
  const watcher = watchFile(path, onChange, undefined, { debounceMs: 100, pollMs: 60_000, ...timing });
  t.after(() => watcher.close());
  await watcher.ready;
  // Without a referenced handle, Node would end the test early.
  const alive = setInterval(() => {}, 1_000);
  t.after(() => clearInterval(alive));
  return seen;
}

async function after(seen: { next(): Promise<void> }, change: () => Promise<unknown>): Promise<void> {
  const next = seen.next();
  await change();
  await next;
}

async function replace(path: string, content: string): Promise<void> {
  await writeFile(`${path}.tmp`, content);
  await until("no process has the file open", () => renamed(`${path}.tmp`, path));
}

/** Windows does not replace a file while it is read. Editors try again. */
async function renamed(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EPERM") throw error;
    return false;
  }
}

test("writing, replacing, deleting and making again are each seen once", async (t) => {
  const path = join(await folderFor(t), "catalog.yaml");
  await writeFile(path, "1");
  const seen = await watched(t, path);
  await after(seen, () => writeFile(path, "2"));
  await after(seen, () => replace(path, "3"));
  await after(seen, () => unlink(path));
  await after(seen, () => writeFile(path, "4"));
  assert.equal(seen.count, 4);
});

test("edits in quick succession are one change", async (t) => {
  const path = join(await folderFor(t), "catalog.yaml");
  await writeFile(path, "1");
  const seen = await watched(t, path, { debounceMs: 200 });
  await after(seen, async () => {
    await writeFile(path, "2");
    await replace(path, "3");
  });
  await after(seen, () => writeFile(path, "done"));
  assert.equal(seen.count, 2);
});

test("the same content written again is no change", async (t) => {
  const folder = await folderFor(t);
  const [path, later] = [join(folder, "catalog.yaml"), join(folder, "later.yaml")];
  await writeFile(path, "same");
  const seen = await watched(t, path, { debounceMs: 1 });
  const seenLater = await watched(t, later, { debounceMs: 150 });
  await replace(path, "same");
  await utimes(path, new Date(), new Date());
  // Long enough for the first watcher to have compared.
  await after(seenLater, () => writeFile(later, "1"));
  assert.equal(seen.count, 0);
  await after(seen, () => writeFile(path, "other"));
  assert.equal(seen.count, 1);
});

test("other files of the folder do not put off the report", async (t) => {
  const path = join(await folderFor(t), "catalog.yaml");
  await writeFile(path, "1");
  const seen = await watched(t, path, { debounceMs: 100 });
  let writing = true;
  const noise = (async () => {
    while (writing) await writeFile(join(dirname(path), "noise.log"), String(performance.now()));
  })();
  await after(seen, () => writeFile(path, "2"));
  writing = false;
  await noise;
  assert.equal(seen.count, 1);
});

test("a folder that comes later, and one replaced by another, are watched", async (t) => {
  const folder = await folderFor(t);
  const path = join(folder, "deep", "er", "catalog.yaml");
  // No system reports to the watcher of a folder that a parent folder was renamed. Only polling finds this.
  const seen = await watched(t, path, { pollMs: 50 });
  await after(seen, async () => {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, "1");
  });
  await after(seen, () => writeFile(path, "2"));
  await after(seen, () => rename(join(folder, "deep"), join(folder, "gone")));
  await after(seen, async () => {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, "3");
  });
  await after(seen, () => writeFile(path, "4"));
  assert.equal(seen.count, 5);
});

test("a folder that is replaced by another in one step is watched", async (t) => {
  const folder = await folderFor(t);
  for (const name of ["now", "next"]) await mkdir(join(folder, name));
  const path = join(folder, "now", "catalog.yaml");
  await writeFile(path, "1");
  await writeFile(join(folder, "next", "catalog.yaml"), "2");
  const seen = await watched(t, path);
  await after(seen, async () => {
    renameSync(join(folder, "now"), join(folder, "old"));
    renameSync(join(folder, "next"), join(folder, "now"));
  });
  await after(seen, () => writeFile(path, "3"));
  assert.equal(seen.count, 2);
});

test("the swap of a Kubernetes ConfigMap is seen", async (t) => {
  const folder = await folderFor(t);
  const version = async (name: string, content: string) => {
    await mkdir(join(folder, name));
    await writeFile(join(folder, name, "catalog.yaml"), content);
    await symlink(name, join(folder, "..data_tmp"));
    await rename(join(folder, "..data_tmp"), join(folder, "..data"));
  };
  await version("..2026_1", "1");
  await symlink("..data/catalog.yaml", join(folder, "catalog.yaml"));
  const seen = await watched(t, join(folder, "catalog.yaml"));
  await after(seen, () => version("..2026_2", "2"));
  await after(seen, async () => {
    await version("..2026_3", "3");
    await rm(join(folder, "..2026_1"), { recursive: true });
  });
  assert.equal(seen.count, 2);
});

test("a file behind a link into another folder is seen", async (t) => {
  const folder = await folderFor(t);
  await mkdir(join(folder, "real"));
  await mkdir(join(folder, "links"));
  await writeFile(join(folder, "real", "c.yaml"), "1");
  await symlink("../real/c.yaml", join(folder, "links", "c.yaml"));
  const seen = await watched(t, join(folder, "links", "c.yaml"));
  await after(seen, () => writeFile(join(folder, "real", "c.yaml"), "2"));
  assert.equal(seen.count, 1);
});

test("without events of the system the file is looked at from time to time", async (t) => {
  const path = join(await folderFor(t), "catalog.yaml");
  const seen = await watched(t, path, { events: false, pollMs: 20 });
  await after(seen, () => writeFile(path, "1"));
  await after(seen, () => replace(path, "2"));
  await after(seen, () => unlink(path));
  assert.equal(seen.count, 3);
});

test("after close nothing is reported", async (t) => {
  const path = join(await folderFor(t), "catalog.yaml");
  await writeFile(path, "1");
  let reported = 0;
  const closed = watchFile(path, () => reported++, undefined, { debounceMs: 1 });
  await closed.ready;
  closed.close();
  closed.close();
  const seen = await watched(t, path);
  await after(seen, () => writeFile(path, "2"));
  assert.equal(reported, 0);
});

test("a listener that throws does not end the watch", async (t) => {
  const path = join(await folderFor(t), "catalog.yaml");
  await writeFile(path, "1");
  const seen = await watched(t, path, {}, () => {
    throw new Error("listener");
  });
  await after(seen, () => replace(path, "2"));
  await after(seen, () => replace(path, "3"));
  assert.equal(seen.count, 2);
});
