/* biome-ignore-all lint/suspicious/noTemplateCurlyInString: the syntax under test */

/** Tests configuration errors of an entry that are known before a client calls its server. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { Log } from "../../../src/base/log.ts";
import type { Entry } from "../../../src/catalog/entry.ts";
import { fixedEntries } from "../../../src/gateway/catalog-source.ts";
import { Gateway } from "../../../src/gateway/gateway.ts";
import { headlessServices } from "../../../src/gateway/host-services.ts";
import { temporaryFolder } from "../../support/gateway.ts";

const needy: Entry = {
  id: "needy",
  runtime: { type: "local-process", command: "node" },
  env: { TOKEN: "${secret:TOKEN}" },
};

test("a check that takes longer than a later check does not bring back an old error", async (t) => {
  const slow = Promise.withResolvers<string | undefined>();
  const looks: Promise<string | undefined>[] = [slow.promise, Promise.resolve("is set by now")];
  const secret = async () => looks.shift();
  const gateway = new Gateway(
    {
      source: fixedEntries([needy], "/"),
      services: headlessServices(new Log("error", () => undefined), {
        baseDir: "/",
        sources: { env: () => undefined, secret, workspaceFolder: "/", userHome: "/" },
      }),
      defaults: { idleSeconds: 0, requestSeconds: 0, healthSeconds: 0, maxInstances: 1 },
      hotReload: false,
      cacheDir: await temporaryFolder(t),
    },
    [needy],
  );
  t.after(() => gateway.close());
  await gateway.reload();
  await setImmediate();
  assert.equal(gateway.server("needy")?.state.kind, "stopped");
  slow.resolve(undefined);
  await setImmediate();
  assert.equal(gateway.server("needy")?.state.kind, "stopped");
});

test("a configuration error is logged when it is found and when a start fails, but not when the gateway closes", async (t) => {
  const lines: string[] = [];
  const gateway = new Gateway(
    {
      source: fixedEntries([needy], "/"),
      services: headlessServices(
        new Log("info", ({ level, message }) => void (level === "error" && lines.push(message))),
        {
          baseDir: "/",
          sources: {
            env: () => undefined,
            secret: async () => undefined,
            workspaceFolder: "/",
            userHome: "/",
          },
        },
      ),
      defaults: { idleSeconds: 0, requestSeconds: 0, healthSeconds: 0, maxInstances: 1 },
      hotReload: false,
      cacheDir: await temporaryFolder(t),
    },
    [needy],
  );
  await setImmediate();
  await assert.rejects(gateway.server("needy")?.start() ?? Promise.resolve());
  await gateway.close();
  assert.equal(lines.length, 2, lines.join("\n"));
  assert.match(lines[0] ?? "", /^misconfigured: /);
});

test("a reload checks an entry again if one of its variables has changed, and only then", async (t) => {
  const entry: Entry = {
    id: "one",
    runtime: { type: "local-process", command: "node" },
    env: { A: "${FIRST:-${SECOND}}", B: "${FIRST}" },
  };
  let first: string | undefined;
  const asked: string[] = [];
  const env = (name: string) => {
    asked.push(name);
    return name === "FIRST" ? first : "second";
  };
  const gateway = new Gateway(
    {
      source: fixedEntries([entry], "/"),
      services: headlessServices(new Log("error", () => undefined), {
        baseDir: "/",
        sources: { env, secret: async () => undefined, workspaceFolder: "/", userHome: "/" },
      }),
      defaults: { idleSeconds: 0, requestSeconds: 0, healthSeconds: 0, maxInstances: 1 },
      hotReload: false,
      cacheDir: await temporaryFolder(t),
    },
    [entry],
  );
  t.after(() => gateway.close());
  const kindAfterReload = async () => {
    asked.length = 0;
    await gateway.reload();
    await setImmediate();
    return gateway.server("one")?.state.kind;
  };
  assert.equal(await kindAfterReload(), "misconfigured");
  first = "a value";
  assert.equal(await kindAfterReload(), "stopped");
  assert.equal(await kindAfterReload(), "stopped");
  assert.deepEqual(asked, ["FIRST", "SECOND"]);
  first = undefined;
  assert.equal(await kindAfterReload(), "misconfigured");
});
