/* biome-ignore-all lint/suspicious/noTemplateCurlyInString: the syntax under test */
import assert from "node:assert/strict";
import test from "node:test";
import { checkCatalog, checkCatalogText } from "../../../../src/catalog/checks/check-catalog.ts";
import { commandCandidates } from "../../../../src/catalog/checks/command-lookup.ts";
import type { HostEnvironment } from "../../../../src/catalog/checks/host-checks.ts";
import { problemLine } from "../../../../src/catalog/text/problem.ts";
import type { VariableSources } from "../../../../src/catalog/variables/variable-lookup.ts";

const machineWith = (platform: NodeJS.Platform, files: string[], folders: string[]): HostEnvironment => ({
  platform,
  isExecutable: async (path) => files.includes(path),
  isFolder: async (path) => folders.includes(path),
  isFile: async (path) => files.includes(path),
  exists: async (path) => files.includes(path) || folders.includes(path),
});
const sourcesWith = (env: Record<string, string>): VariableSources => ({
  env: (name) => env[name],
  secret: async () => undefined,
  workspaceFolder: "/cat",
  userHome: "/home/me",
});
const posix = machineWith("linux", ["/bin/npx", "/cat/run.sh", "/opt/x"], ["/cat", "/cat/sub"]);
const sources = sourcesWith({ PATH: "/usr/bin:/bin" });

async function lines(servers: string, machine = posix): Promise<string[]> {
  const problems = await checkCatalogText(`servers:\n${servers}`, { baseDir: "/cat", sources, machine });
  return problems.map((problem) => problemLine("f", problem));
}
const process = (fields: string): Promise<string[]> =>
  lines(`  - { id: a, runtime: { type: local-process, ${fields} } }`);

test("commands on PATH and by path are found", async () => {
  for (const command of ["npx", "./run.sh", "/opt/x", "'${PWDX:-/opt/x}'"])
    assert.deepEqual(await process(`command: ${command}`), []);
});

test("the certificate files of a remote server are searched relative to the catalog", async () => {
  const entry = (file: string) =>
    lines(`  - { id: a, runtime: { type: remote-sse, url: "https://a.example", ca: ${file} } }`);
  assert.deepEqual(await entry("./none.pem"), [
    "f:2:73: warning: Server 'a': ca './none.pem' is not a file on this machine",
  ]);
});

test("an env_file is searched relative to the catalog", async () => {
  const container = (file: string) =>
    lines(`  - { id: a, runtime: { type: docker, image: x, env_file: ${file} } }`);
  assert.deepEqual(await container("./run.sh"), []);
  assert.deepEqual(await container("./none.env"), [
    "f:2:59: warning: Server 'a': env_file './none.env' is not a file on this machine",
  ]);
});

test("the source of a volume is checked where the engine is on this machine", async () => {
  const container = (volume: string, more = "") =>
    lines(`  - { id: a, runtime: { type: podman, image: x, volumes: ["${volume}"]${more} } }`);
  for (const there of ["./sub:/data", "/opt/x:/x:ro", "a-volume:/data"])
    assert.deepEqual(await container(there), []);
  assert.deepEqual(await container("./missing:/data:ro"), [
    "f:2:59: warning: Server 'a': volume './missing:/data:ro': no such file or directory on this machine",
  ]);
  assert.equal((await container("~/missing:/data", ", host: unix:///run/x.sock")).length, 1);
  assert.deepEqual(await container("/far:/data", ", host: tcp://far.example.com:2376"), []);
});

test("a file or command that is missing on this machine is a warning at its place", async () => {
  assert.deepEqual(await process("command: uvx"), [
    "f:2:55: warning: Server 'a': command 'uvx' is not on PATH",
  ]);
  assert.deepEqual(await process("command: no-such-program run.mjs"), [
    "f:2:55: warning: Server 'a': command 'no-such-program run.mjs' is not on PATH: put arguments in 'args'",
  ]);
  assert.deepEqual(await process("command: ./no.sh"), [
    "f:2:55: warning: Server 'a': command './no.sh' does not exist or is not executable",
  ]);
  assert.deepEqual(await process("command: npx, working_dir: none"), [
    "f:2:73: warning: Server 'a': working_dir 'none' is not a directory on this machine",
  ]);
});

test("the check uses the entry's own PATH, and its working_dir for relative commands", async () => {
  const entry = (path: string) =>
    lines(`  - { id: a, env: { PATH: ${path} }, runtime: { type: local-process, command: x } }`);
  assert.deepEqual(await entry("/opt"), []);
  assert.equal((await entry("/bin")).length, 1);
  assert.equal((await process("command: ./run.sh, working_dir: sub")).length, 1);
});

test("disabled servers and servers with unset variables do not get a warning about missing commands", async () => {
  assert.deepEqual(
    await lines("  - { id: a, enabled: false, runtime: { type: local-process, command: no } }"),
    [],
  );
  assert.deepEqual(await process("command: '${NONE}/x'"), [
    "f:2:58: Server 'a': variable 'NONE' of runtime.command is not set",
  ]);
});

test("on Windows a command is searched with PATHEXT, and a plain name is not searched in the working folder", () => {
  const places = {
    platform: "win32" as const,
    path: '"C:\\Program Files\\nodejs";D:\\bin;',
    pathExt: ".EXE;.CMD",
    workingDir: "C:\\cat",
  };
  assert.deepEqual(commandCandidates("npx", places), [
    "C:\\Program Files\\nodejs\\npx.EXE",
    "C:\\Program Files\\nodejs\\npx.CMD",
    "D:\\bin\\npx.EXE",
    "D:\\bin\\npx.CMD",
    "C:\\Program Files\\nodejs\\npx",
    "D:\\bin\\npx",
  ]);
  assert.deepEqual(commandCandidates("tools\\x.cmd", places), [
    "C:\\cat\\tools\\x.cmd",
    "C:\\cat\\tools\\x.cmd.EXE",
    "C:\\cat\\tools\\x.cmd.CMD",
  ]);
});

test("on Windows the PATH of an entry may be written in any case", async () => {
  const machine = machineWith("win32", ["D:\\bin\\npx.CMD"], ["/cat"]);
  const text = "  - { id: a, env: { Path: 'D:\\bin' }, runtime: { type: local-process, command: npx } }";
  assert.deepEqual(await lines(text, machine), []);
});

test("secrets in plain text are warnings, wherever they are, and never shown", async () => {
  const found = await lines(
    [
      "  - id: a",
      "    runtime: { type: local-process, command: npx, args: [--token, hunter2, '--key=${KEY:-x}'] }",
      "    env: { PGPASSWORD: hunter2, PLAIN: x }",
      "  - id: b",
      "    runtime: { type: remote-sse, url: 'http://u:hunter2@h', headers: { Authorization: Bearer hunter2 } }",
    ].join("\n"),
  );
  const secretWarning = (place: string, id: string, field: string) =>
    `f:${place}: warning: Server '${id}': ${field} looks like a secret in plain text: use '\${secret:NAME}' or '\${NAME}'`;
  assert.deepEqual(found, [
    secretWarning("3:67", "a", "runtime.args[1]"),
    secretWarning("4:24", "a", "env.PGPASSWORD"),
    secretWarning("6:39", "b", "runtime.url"),
    secretWarning("6:87", "b", "runtime.headers.Authorization"),
  ]);
});

test("problems of all kinds are listed together, from top to bottom", async () => {
  const found = await lines(
    [
      "  - { id: a, runtime: { type: local-process, command: no } }",
      "  - { id: b, runtime: { type: nope } }",
      "  - { id: c, runtime: { type: remote-sse, url: '${NO}' } }",
    ].join("\n"),
  );
  assert.deepEqual(found, [
    "f:2:55: warning: Server 'a': command 'no' is not on PATH",
    "f:3:31: Server 'b' has unknown runtime type: nope",
    "f:4:51: Server 'c': variable 'NO' of runtime.url is not set",
  ]);
});

test("a missing file is one problem", async () => {
  const problems = await checkCatalog("/nowhere/catalog.yaml", sources, posix);
  assert.deepEqual(
    problems.map((problem) => problemLine("f", problem)),
    ["f:1:1: No such file"],
  );
});
