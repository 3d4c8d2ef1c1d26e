/** The worker thread of `full-check`. Handles one request after another with the code of `gateway-http --validate`. */

import { parentPort } from "node:worker_threads";
import { checkCatalogText } from "../../src/catalog/checks/check-catalog.ts";
import { thisHost } from "../../src/catalog/checks/host-checks.ts";
import { pluginType } from "../../src/catalog/plugin-types.ts";
import { editorSources } from "./editor-sources.ts";
import type { FullCheckRequest } from "./full-check-worker.ts";

parentPort?.on("message", async ({ text, clientSecrets, types, ...around }: FullCheckRequest) => {
  const secrets = clientSecrets === undefined ? undefined : new Set(clientSecrets);
  const sources = editorSources({ ...around, clientSecrets: secrets });
  const ofPlugins = await Promise.all(types.map(({ type, schema }) => pluginType(type, schema)));
  const options = {
    baseDir: around.baseDir,
    sources,
    machine: thisHost,
    types: new Map(ofPlugins.map((one) => [one.type, one])),
  };
  parentPort?.postMessage(await checkCatalogText(text, options));
});
