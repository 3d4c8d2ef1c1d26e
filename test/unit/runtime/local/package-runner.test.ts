/** Programs that download a server first: how they are recognised, their settings, and their output. */

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  downloadReaderOf,
  packageRunnerOf,
  runnerEnvironment,
} from "../../../../src/runtime/local/package-runner.ts";

const programOf = (line: string) => {
  const [command = "", ...args] = line.split(" ");
  return packageRunnerOf(command, args)?.program;
};

test("command lines that download a server are recognised", () => {
  const known = {
    "npx -y pkg": "npx",
    "C:\\Programs\\nodejs\\NPX.CMD -y pkg": "npx",
    "/usr/local/bin/npx pkg": "npx",
    "cmd /c npx -y pkg": "npx",
    "cmd.exe /C uvx.exe pkg": "uvx",
    "npm exec pkg": "npm exec",
    "uvx pkg": "uvx",
    "uv run pkg": "uv run",
    "bunx pkg": "bunx",
    "bun x pkg": "bun x",
    "pnpm dlx pkg": "pnpm dlx",
  };
  for (const [line, program] of Object.entries(known)) assert.equal(programOf(line), program, line);
  for (const line of ["node npx", "npm start", "bun run x", "cmd /c dir", "cmd", "uv", "./npx.mjs pkg"])
    assert.equal(programOf(line), undefined, line);
});

test("npm writes a line for each package, unless the user has set another level", () => {
  const npx = packageRunnerOf("npx");
  assert.deepEqual(runnerEnvironment(npx, {}), {
    npm_config_loglevel: "http",
    npm_config_fetch_retries: "1",
  });
  const set = { NPM_CONFIG_LOGLEVEL: "silent", npm_config_fetch_retries: "5" };
  assert.deepEqual(runnerEnvironment(npx, set), {});
  assert.deepEqual(runnerEnvironment(packageRunnerOf("uvx"), {}), {});
  assert.deepEqual(runnerEnvironment(undefined, {}), {});
});

test("a line of output names the downloaded package", () => {
  const read = (command: string, line: string) => {
    const runner = packageRunnerOf(command);
    assert.ok(runner);
    return downloadReaderOf(runner).read(line);
  };
  const fetched = (path: string) =>
    read("npx", `npm http fetch GET 200 https://registry.npmjs.org/${path} 110ms (cache miss)`);
  assert.equal(fetched("zod"), "zod");
  assert.equal(fetched("@scope%2fname"), "@scope/name");
  assert.equal(fetched("@scope/name/-/name-1.0.0.tgz"), "@scope/name");
  assert.equal(
    read("npx", "npm http cache @s/n@https://registry.npmjs.org/@s/n/-/n-1.0.0.tgz 0ms (cache hit)"),
    "@s/n",
  );
  assert.equal(read("npx", "npm http fetch GET 404 https://registry.npmjs.org/zod 110ms"), undefined);
  assert.equal(read("npx", "npm warn deprecated glob@7"), undefined);
  assert.equal(read("npx", "npm http fetch GET 200 % 1ms"), "%");
  assert.equal(read("uvx", "Downloading numpy (16.1MiB)"), "numpy (16.1MiB)");
  assert.equal(read("uvx", " Downloaded numpy"), "numpy");
  assert.equal(read("uvx", "Installed 35 packages in 50ms"), "35 packages in 50ms");
  assert.equal(read("uvx", "error: no such package"), undefined);
  assert.equal(read("bunx", "Resolving dependencies"), "Resolving dependencies");
});
