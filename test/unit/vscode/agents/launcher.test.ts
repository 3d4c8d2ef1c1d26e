import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { launcherIn, launcherScript, writeLauncher } from "../../../../src/vscode/agents/launcher.ts";
import { temporaryFolder } from "../../../support/gateway.ts";

test("on Windows a .cmd file runs the editor as Node, with percent signs kept", () => {
  const node = "C:\\Program Files\\Code\\Code.exe";
  const text = launcherScript({ platform: "win32", node, program: "C:\\100%\\gateway-stdio.js" }, "C:\\data");
  assert.match(text, /set ELECTRON_RUN_AS_NODE=1\r\n/);
  assert.ok(text.includes('"C:\\Program Files\\Code\\Code.exe" "C:\\100%%\\gateway-stdio.js" %*'));
  assert.doesNotMatch(text, /[^\r]\n/);
  assert.match(launcherIn("C:\\data", "win32").command, /gateway-stdio\.cmd$/);
});

test("on Windows the script itself is ASCII, because cmd.exe does not read UTF-8", () => {
  const home = "C:\\Users\\Jürgen Groß";
  const target = {
    platform: "win32",
    node: "C:\\Program Files\\Code\\Code.exe",
    program: `${home}\\.vscode\\100%\\gateway-stdio.js`,
  } as const;
  const text = launcherScript(target, `${home}\\AppData\\Roaming\\bin`);
  assert.ok(
    text.includes(
      '"C:\\Program Files\\Code\\Code.exe" "%~dp0..\\..\\..\\.vscode\\100%%\\gateway-stdio.js" %*',
    ),
  );
  // Without a common folder the path keeps its non-ASCII characters.
  assert.ok(launcherScript(target, "D:\\data").includes("Jürgen"));
});

test("on other systems a shell script quotes every character that a path may contain", {
  skip: process.platform === "win32",
}, async (t) => {
  const folder = await temporaryFolder(t);
  const program = join(folder, "it's $HOME `x`.mjs");
  await writeFile(
    program,
    "console.log(JSON.stringify([process.argv.slice(2), process.env.ELECTRON_RUN_AS_NODE]))",
  );
  const launcher = launcherIn(folder);
  await writeLauncher(launcher, { platform: "linux", node: process.execPath, program }, "the-key");
  const output = execFileSync(launcher.command, ["a b", "$c", ""], { encoding: "utf8" });
  assert.deepEqual(JSON.parse(output), [["a b", "$c", ""], "1"]);
});

test("a gateway of this machine is reached at its exact address, whatever entries agents have", () => {
  for (const platform of ["linux", "win32"] as const) {
    const target = { platform, node: "/node", program: "/gateway-stdio.js" };
    assert.match(
      launcherScript({ ...target, isDirect: true }, "/"),
      /gateway-stdio\.js['"] --direct ("\$@"|%\*)/,
    );
    assert.doesNotMatch(launcherScript(target, "/"), /--direct/);
  }
});

test("the launcher runs the machine's Node if an update removed the editor's Node", {
  skip: process.platform === "win32",
}, async (t) => {
  const folder = await temporaryFolder(t);
  const program = join(folder, "p.mjs");
  await writeFile(program, "console.log('ran')");
  const launcher = launcherIn(folder);
  await writeLauncher(launcher, { platform: "linux", node: "/no/such/node", program }, "k");
  assert.equal(execFileSync(launcher.command, { encoding: "utf8" }), "ran\n");
});

test("an update changes the launcher to the new version, and other users cannot read the key", {
  skip: process.platform === "win32",
}, async (t) => {
  const launcher = launcherIn(await temporaryFolder(t));
  const target = { platform: "linux", node: process.execPath, program: "/v1/gateway-stdio.js" } as const;
  await writeLauncher(launcher, target, "one");
  const { mtimeMs } = await stat(launcher.command);
  await writeLauncher(launcher, target, "one");
  assert.equal((await stat(launcher.command)).mtimeMs, mtimeMs);
  await writeLauncher(launcher, { ...target, program: "/v2/gateway-stdio.js" }, "two");
  assert.match(await readFile(launcher.command, "utf8"), /\/v2\//);
  assert.equal(await readFile(launcher.keyFile, "utf8"), "two\n");
  assert.equal((await stat(launcher.keyFile)).mode & 0o777, 0o600);
});
