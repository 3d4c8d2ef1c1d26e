/** The thread of whole-check: answers one question after the other with the code of `gateway-http --validate`. */

import { parentPort } from "node:worker_threads";
import { checkCatalogText } from "../../src/catalog/checks/check.ts";
import { editorSources } from "./editor-sources.ts";
import type { WholeQuestion } from "./whole-check.ts";

parentPort?.on("message", async ({ text, clientSecrets, ...around }: WholeQuestion) => {
  const secrets = clientSecrets === undefined ? undefined : new Set(clientSecrets);
  const sources = editorSources({ ...around, clientSecrets: secrets });
  parentPort?.postMessage(await checkCatalogText(text, around.baseDir, sources));
});
