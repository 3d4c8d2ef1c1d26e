/** A proxy of the environment receives no requests to a gateway, because it would read the key. */

import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "../support/gateway.ts";
import { recordingListener } from "../support/recording-listener.ts";
import { runToEnd } from "../support/stdio-client.ts";

const input = '{"jsonrpc":"2.0","id":1,"method":"tools/list"}\n';

for (const scheme of ["http", "https"])
  test(`gateway-stdio connects to a gateway over ${scheme} directly, whatever proxy is set`, async (t) => {
    const proxy = await recordingListener(t);
    const file = join(await temporaryFolder(t), "key");
    await writeFile(file, "omg_the-key-of-the-gateway\n");
    const env = {
      HTTP_PROXY: proxy.url,
      http_proxy: proxy.url,
      HTTPS_PROXY: proxy.url,
      https_proxy: proxy.url,
    };
    const args = [
      "--server",
      "echo",
      "--gateway",
      `${scheme}://gateway.invalid:4444`,
      "--api-key-file",
      file,
    ];
    const { stdout } = await runToEnd("gateway-stdio", args, { env, input });
    assert.match(stdout, /ENOTFOUND|EAI_AGAIN|not found|looked up/);
    assert.deepEqual(proxy.requests, []);
  });
