/** Makes the pictures of the README in media/ from the real window, light and dark: `npm run pictures`. */

import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { build } from "esbuild";
import type { Page } from "playwright-core";
import { withoutKubernetes, withoutRegistries } from "../support/engines.ts";
import { npmServer, root } from "../support/gateway.ts";
import { writeKubeconfig } from "../support/kubeconfig.ts";
import { OperatorStage, pushServer } from "../support/operator.ts";
import { type Editor, missing, startEditor } from "./host/editor.ts";
import { choose, lens, openFile, pointAt, showFixes } from "./host/text-editor.ts";
import {
  approveAll,
  dialog,
  inline,
  input,
  palette,
  quickPick,
  row,
  showPlatform,
  showServers,
} from "./host/workbench.ts";
import { makeWorkspace } from "./host/workspace.ts";

const themes = { dark: "Dark Modern", light: "Light Modern" };
const media = process.env["MCP_PICTURES"] ?? join(root, "media");

const servers = (folder: string) => [
  { id: "everything", display_name: "Everything", tags: ["demo"], runtime: npmServer("everything") },
  { id: "files", display_name: "Files", tags: ["demo", "files"], runtime: npmServer("filesystem", folder) },
  {
    id: "github",
    display_name: "GitHub",
    description: "Issues and pull requests",
    runtime: { type: "local-process", command: "github-mcp-server", args: ["stdio"] },
    env: { GITHUB_TOKEN: "$" + "{secret:GITHUB_TOKEN}" },
  },
  { id: "memory", display_name: "Memory", runtime: npmServer("memory") },
  { id: "search", display_name: "Search", runtime: { type: "local-process", command: "search-mcp" } },
];

for (const [name, theme] of Object.entries(themes)) {
  test(`pictures, ${name}`, { skip: missing, timeout: 170_000 }, async (t) => {
    const settings = {
      "workbench.colorTheme": theme,
      "openMcpGateway.listenAddr": "127.0.0.1:0",
      "window.title": " ",
      "workbench.activityBar.location": "default",
    };
    const editor = await startEditor(t, { settings });
    const take = (page: Page, what: string, clip?: Clip) =>
      page.screenshot({ path: join(media, `${what}-${name}.png`), ...(clip && { clip }) });
    await welcome(editor, take);
    await view(editor, take);
    await editing(editor, take);
    await writing(editor, take, process.env["MCP_PICTURES"] === undefined ? async () => undefined : take);
    await editor.close();
  });
}

test("pictures of the platform", {
  skip: missing || withoutKubernetes || withoutRegistries,
  timeout: 170_000,
}, async (t) => {
  const stage = await OperatorStage.open("view-test.agent-hellboy.io", "team");
  t.after(() => stage.remove());
  const image = await pushServer("team/server", answering);
  await stage.startOperator(t, { env: { MCP_DEFAULT_INGRESS_HOST: "mcp.example.com" } });
  await stage.applyServer("search", { image, imageTag: "v1", replicas: 2 });
  await stage.applyServer("weather", { image, imageTag: "v1" });
  await stage.applyServer("fetch", { image: "registry.example.com/team/fetch", imageTag: "v2" });
  await stage.says("search", /^Ready/);
  await stage.says("fetch", /^Error/);
  const settings = { "workbench.colorTheme": themes.dark, "window.title": " " };
  const env = { MCP_API_GROUP: stage.group, KUBECONFIG: "" };
  const editor = await startEditor(t, { settings, env });
  await writeKubeconfig(join(editor.home, ".kube/config"), { "production-eu": {} });
  const { folder } = await makeWorkspace(editor, ofTheCluster, "home/platform");
  await mkdir(join(folder, ".mcp"));
  await writeFile(join(folder, ".mcp/metadata.yaml"), deployed);
  const page = await open(editor, folder);
  await page.setViewportSize({ width: 1100, height: 600 });
  await showPlatform(page);
  await row(page, /^weather, Ready/).waitFor();
  await openFile(page, ".mcp/metadata.yaml");
  await row(page, /^search, Ready/).click();
  await row(page, /^Pod search-/)
    .first()
    .waitFor();
  // More room for it than a view has right after it opens.
  const box = await page.locator(".pane-header").filter({ hasText: "Platform" }).boundingBox();
  if (box) {
    await page.mouse.move(box.x + 100, box.y);
    await page.mouse.down();
    await page.mouse.move(box.x + 100, box.y - 190, { steps: 4 });
    await page.mouse.up();
  }
  await inline(page, /^search, Ready/, "Show Log");
  await page.locator(".part.panel .view-line").filter({ hasText: /200/ }).nth(4).waitFor();
  await page.screenshot({
    path: join(media, "platform-dark.png"),
    clip: { x: 0, y: 30, width: 1100, height: 546 },
  });
});

/** A server of the platform that logs its answers. */
const answering = [
  "node",
  "-e",
  `require("node:http").createServer((q, r) => r.end("{}")).listen(8088);
   setInterval(() => console.log("POST", process.env.MCP_PATH, 200, 3 + Math.floor(Math.random() * 20), "ms"), 700);`,
];

const ofTheCluster = `servers:
  - id: search
    runtime:
      type: k8s-service
      namespace: team
      service_name: search
      port: 80
      path: /search/mcp
  - id: files
    runtime:
      type: local-process
      command: npx
      args: ["-y", "@modelcontextprotocol/server-filesystem", "."]
`;

const deployed = `version: v1
servers:
  - name: search
    namespace: team
    replicas: 2

  - name: weather
    namespace: team

  - name: fetch
    namespace: team
    imageTag: v2
`;

interface Clip {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

type Take = (page: Page, what: string, clip?: Clip) => Promise<unknown>;

const side: Clip = { x: 0, y: 30, width: 660, height: 520 };
const editorClip: Clip = { x: 40, y: 30, width: 860, height: 690 };
const top: Clip = { x: 300, y: 0, width: 700, height: 420 };

async function open(editor: Editor, folder: string): Promise<Page> {
  const page = await editor.open(folder);
  await page.setViewportSize({ width: 1280, height: 760 });
  await showServers(page);
  // A wider side bar, as users of the view have it.
  const sash = page.locator(".monaco-sash.vertical").nth(1);
  const box = await sash.boundingBox();
  if (box) {
    await page.mouse.move(box.x + 2, 300);
    await page.mouse.down();
    await page.mouse.move(box.x + 120, 300, { steps: 4 });
    await page.mouse.up();
  }
  return page;
}

async function welcome(editor: Editor, take: Take): Promise<void> {
  const { folder } = await makeWorkspace(editor, undefined, "home/empty");
  const page = await open(editor, folder);
  await page.getByRole("button", { name: "Create Catalog" }).waitFor();
  await take(page, "welcome", side);
  await page.close();
}

async function view(editor: Editor, take: Take): Promise<void> {
  const workspace = await makeWorkspace(editor, undefined, "home/project");
  await workspace.write(servers(workspace.folder));
  const page = await open(editor, workspace.folder);
  await inline(page, /^GitHub/, "Start Server");
  await dialog(page).waitFor();
  await take(page, "confirm", { x: 380, y: 210, width: 520, height: 380 });
  await approveAll(page);
  await input(page).waitFor();
  await take(page, "secret", top);
  await page.keyboard.press("Escape");
  await inline(page, /^Everything, stopped/, "Start Server");
  await row(page, /^Everything, running/).waitFor();
  await inline(page, /^Files/, "Start Server");
  await inline(page, /^Search/, "Start Server");
  await row(page, /^Search, failed/).waitFor();
  await palette(page, "Notifications: Clear All Notifications");
  await input(page).waitFor({ state: "hidden" });
  await page.mouse.move(900, 500);
  await take(page, "view", side);
  await row(page, /^Everything, running/).click();
  await row(page, /^Tools/).click();
  await row(page, /^Echo Tool/).hover();
  await take(page, "running", { ...side, height: 700 });
  await row(page, /^Everything, running/).click();
  await row(page, /^Search/).hover();
  await page.locator(".workbench-hover").filter({ hasText: "not found on PATH" }).waitFor();
  await take(page, "tooltip", side);
  await pickers(page, editor, take);
  await palette(page, "MCP Gateway: Show Dashboard");
  await page
    .frameLocator("iframe.webview.ready")
    .frameLocator("iframe#active-frame")
    .getByText("Requests")
    .first()
    .waitFor();
  await take(page, "dashboard", { x: 0, y: 30, width: 1280, height: 420 });
  await workspace.write("servers:\n  - id: everything\n    runtime: {type: dokcer}\n");
  await page.locator(".tree-explorer-viewlet-tree-view .message").filter({ hasText: "dokcer" }).waitFor();
  await take(page, "problem", side);
}

async function pickers(page: Page, editor: Editor, take: Take): Promise<void> {
  await palette(page, "MCP Gateway: Configure Agent");
  await quickPick(page, "Cursor").waitFor();
  await take(page, "agents", top);
  await page.keyboard.press("Escape");
  await palette(page, "MCP Gateway: Add Server");
  await quickPick(page, "Remote server").waitFor();
  await take(page, "add", top);
  await page.keyboard.press("Escape");
  const file = join(editor.home, ".cursor/mcp.json");
  await mkdir(dirname(file), { recursive: true });
  const figma = {
    url: "https://mcp.figma.example/mcp",
    headers: { Authorization: "Bearer figd_0123456789" },
  };
  const playwright = { command: "npx", args: ["-y", "@playwright/mcp@latest"], env: {} };
  await writeFile(file, JSON.stringify({ mcpServers: { figma, playwright } }));
  await palette(page, "MCP Gateway: Import Servers");
  await quickPick(page, "figma").waitFor();
  await take(page, "import", top);
  await page.keyboard.press("Escape");
  await input(page).waitFor({ state: "hidden" });
  await palette(page, "View: Toggle Primary Side Bar Visibility");
  await palette(page, "Welcome: Open Walkthrough");
  await quickPick(page, "Your MCP servers behind one address").click();
  await page.locator(".getting-started-step").first().waitFor();
  // The walkthrough shows the picture from the previous run.
  await page.locator(".getting-started-media img").first().waitFor({ state: "attached" });
  await take(page, "walkthrough");
  await palette(page, "View: Close All Editors");
  await showServers(page);
}

const whole = `servers:
  - id: everything
    display_name: Everything
    runtime:
      type: local-process
      command: npx
      args: ["-y", "@modelcontextprotocol/server-everything"]

  - id: memory
    runtime:
      type: local-process
      command: npx
      args: ["-y", "@modelcontextprotocol/server-memory"]
`;
const unfinished = `
  - id: search
    instances: shared
    runtime:
      type: local-proces
      command: npx
    env:
      PORT: 8080

  - id: fetch
    runtime:
`;

/** The catalog in an editor: lenses with live state, documentation, a problem with its fix, completion. */
async function editing(editor: Editor, take: Take): Promise<void> {
  const workspace = await makeWorkspace(editor, whole, "home/editing");
  const page = await open(editor, workspace.folder);
  await palette(page, "View: Toggle Primary Side Bar Visibility");
  await palette(page, "MCP Gateway: Open Catalog");
  await page.locator(".codelens-decoration", { hasText: "Start" }).nth(1).waitFor();
  await page.locator(".view-line", { hasText: "display_name" }).getByText("display_name").hover();
  await page.locator(".monaco-hover", { hasText: "Display name, shown instead" }).first().waitFor();
  await take(page, "editing", editorClip);
  await page.mouse.move(1_000, 600);
  await workspace.write(whole + unfinished);
  await page.locator(".squiggly-error").first().waitFor();
  await page.locator(".view-line", { hasText: "local-proces" }).nth(2).click();
  await page.keyboard.press("Control+.");
  await page.locator(".action-widget").getByText("local-process").waitFor();
  await take(page, "fix", editorClip);
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+End");
  await page.keyboard.type("      type: ");
  await page.keyboard.press("Control+Space");
  await page.locator(".suggest-widget.visible .monaco-list-row").first().waitFor();
  await take(page, "completion", editorClip);
  await page.close();
}

const running = `servers:
  - id: clock
    display_name: Clock
    tags: [time]
    runtime:
      type: local-process
      command: node
      args: [server.mjs]
`;

const metadata = `version: v1
servers:
  - name: search
    image: registry.example.com/team/search
    imageTag: "1.4"
    route: /search/mcp
    port: 8088

  - name: fetch
    image: registry.example.com/team/fetch
    replicas: 5000
    resources:
      limits: { cpu: 500m, memory: 256Mi }

  - name: fetch
    `;

/** The steps of writing a catalog. `more` takes pictures for a review that the README does not show. */
async function writing(editor: Editor, take: Take, more: Take): Promise<void> {
  const workspace = await makeWorkspace(editor, running, "home/writing");
  await mkdir(join(workspace.folder, ".mcp"));
  await writeFile(join(workspace.folder, "new.catalog.yaml"), "");
  await writeFile(join(workspace.folder, ".mcp/metadata.yaml"), metadata);
  // The code runs on any Node that the editor finds.
  await build({
    entryPoints: [join(root, "test/fixtures/servers/echo.ts")],
    outfile: join(workspace.folder, "server.mjs"),
    bundle: true,
    format: "esm",
    platform: "node",
  });
  const page = await open(editor, workspace.folder);
  await palette(page, "View: Toggle Primary Side Bar Visibility");
  await openFile(page, "new.catalog.yaml");
  await choose(page, "server: local-process");
  await more(page, "entry-chosen", editorClip);
  await page.keyboard.press("Enter");
  await page.locator(".suggest-widget.visible").waitFor({ state: "hidden" });
  await more(page, "entry", editorClip);
  await openFile(page, "catalog.yaml");
  await lens(page, "Start").click();
  await dialog(page).getByRole("button", { name: "Run", exact: true }).click();
  await lens(page, "running").waitFor();
  await more(page, "running-lens", editorClip);
  await pointAt(page, "clock");
  await page.keyboard.press("F2");
  await page.locator(".rename-input").fill("world-clock");
  await more(page, "rename", editorClip);
  await page.keyboard.press("Escape");
  await lens(page, "Stop").click();
  await lens(page, "Start").waitFor();
  await openFile(page, ".mcp/metadata.yaml");
  await page.locator(".squiggly-error").first().waitFor();
  await page.keyboard.press("Control+End");
  await choose(page, "port");
  await page.keyboard.press("Control+Space");
  await page.locator(".suggest-details", { hasText: "listens on" }).waitFor();
  await take(page, "metadata", editorClip);
  await page.keyboard.press("Escape");
  await pointAt(page, "fetch");
  await showFixes(page, "Change to 'fetch-2'");
  await more(page, "metadata-fix", editorClip);
  await page.close();
}
