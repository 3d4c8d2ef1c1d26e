/** The Platform view of a real window, on a real cluster with the operator (platform.md, vscode.md). */

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { registries, withoutKubernetes, withoutRegistries } from "../support/engines.ts";
import { writeKubeconfig } from "../support/kubeconfig.ts";
import { OperatorStage, pushServer } from "../support/operator.ts";
import { CutProxy } from "../support/proxy.ts";
import { until } from "../support/until.ts";
import { missing, startEditor } from "./host/editor.ts";
import {
  choose,
  dialog,
  hidePlatform,
  inline,
  input,
  notification,
  palette,
  pointedAt,
  quickPick,
  row,
  showPlatform,
  showServers,
} from "./host/workbench.ts";
import { makeWorkspace, pictured } from "./host/workspace.ts";

const group = "view-test.agent-hellboy.io";

/** A server that logs its number of requests again and again. */
const talking = [
  "node",
  "-e",
  `let served = 0;
   require("node:http").createServer((q, r) => { served++; r.end("{}") }).listen(8088, () => console.log("listening on 8088"));
   setInterval(() => console.log("requests served:", served++), 400);`,
];

const settings = { "openMcpGateway.listenAddr": "127.0.0.1:0", "openMcpGateway.expose": "none" };
/** Where KUBECONFIG is empty, the kubeconfig in the user's home counts. */
const env = { MCP_API_GROUP: group, KUBECONFIG: "" };

/** Saves a picture of the whole window if MCP_TEST_PICTURES names a folder. */
async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env["MCP_TEST_PICTURES"];
  if (folder) await page.screenshot({ path: join(folder, `${name}.png`) });
}

function messages(page: Page, text: string | RegExp) {
  return page.locator(".part.panel .view-line").filter({ hasText: text });
}

test("servers of a cluster in the view", {
  skip: missing || withoutKubernetes || withoutRegistries,
  timeout: 240_000,
}, async (t) => {
  const stage = await OperatorStage.open(group);
  t.after(() => stage.remove());
  const { namespace } = stage;
  const image = await pushServer(`${namespace}/search`, talking);
  await stage.startOperator(t);
  await stage.applyServer("search", { image, imageTag: "v1" });
  await stage.applyServer("fetch", { image: `${registries.open}/${namespace}/none`, imageTag: "v1" });
  await stage.says("search", /^Ready/);
  await stage.says("fetch", /^Error/);

  const proxy = await CutProxy.before(stage.cluster.server);
  t.after(() => void proxy.cut());
  const editor = await startEditor(t, { settings, env });
  await writeKubeconfig(join(editor.home, ".kube/config"), {
    team: { server: proxy.url },
    laptop: { server: "https://127.0.0.1:1" },
  });
  const workspace = await makeWorkspace(editor, []);
  const page = await editor.open(workspace.folder);
  const part = (name: string, body: () => Promise<void>) => t.test(name, () => pictured(page, name, body));
  await showServers(page);
  await showPlatform(page);

  await part("servers are listed with phase and reason, and their Pods below them", async () => {
    await row(page, /^search, Ready, v1/).waitFor();
    await row(page, /^fetch, Error, 0 of 1 replicas ready: ImagePullBackOff/).waitFor();
    await row(page, /^search, Ready/).click();
    await row(page, /^Pod search-.*, ready/).waitFor();
    await row(page, /^fetch, Error/).click();
    await row(page, /^Pod fetch-.*, ImagePullBackOff: image '.*none:v1'/).waitFor();
    await picture(page, "platform");
    await pointedAt(page, /^fetch, Error/, "0 of 1 replicas ready");
    await picture(page, "platform-tooltip");
    await page.mouse.move(900, 400);
  });

  await part("changes in the cluster show, and the selection stays", async () => {
    await row(page, /^search, Ready/).click();
    await row(page, /^Pod search-/).waitFor({ state: "detached" });
    await stage.applyServer("search", { image, imageTag: "v1", replicas: 2 });
    await row(page, /^search, Ready/).click();
    await until("a second Pod", async () => (await row(page, /^Pod search-.*, ready/).count()) === 2, 40_000);
    await row(page, /^search, Ready/)
      .and(page.locator(".selected"))
      .waitFor();
    await stage.applyServer("third", { image, imageTag: "v1", replicas: 0 });
    await row(page, /^third, Ready/).waitFor();
    await stage.deleteServer("third");
    await row(page, /^third/).waitFor({ state: "detached" });
    await row(page, /^search, Ready/)
      .and(page.locator(".selected"))
      .waitFor();
  });

  await part("logs of all Pods are followed while they are open", async () => {
    await inline(page, /^search/, "Show Log");
    await messages(page, /\[search-\S+\]\srequests\sserved:\s\d+/)
      .first()
      .waitFor();
    const newest = async () =>
      Number(
        /served:\s(\d+)/.exec(
          (await messages(page, /served/)
            .last()
            .innerText()) ?? "",
        )?.[1],
      );
    const before = await newest();
    await until("newer lines", async () => (await newest()) > before);
    await picture(page, "platform-log");
    const open = proxy.connections;
    await palette(page, "View: Hide Panel");
    await until("the logs of two Pods are let go", () => proxy.connections <= open - 2);
    await inline(page, /^search/, "Show Log");
    await until("newer lines", async () => (await newest()) > before);
    await palette(page, "View: Hide Panel");
  });

  await part("a server can be added to the catalog once, and its action then opens the entry", async () => {
    await choose(page, /^search/, "Open in Catalog");
    await page.locator(".tab").filter({ hasText: "catalog.yaml" }).waitFor();
    await until("the entry", async () => /"?id"?: "?search/.test(await readFile(workspace.catalog, "utf8")));
    const text = await readFile(workspace.catalog, "utf8");
    assert.match(text, /k8s-service/);
    assert.match(text, new RegExp(namespace));
    await row(page, /^search, stopped/).waitFor();
    await palette(page, "View: Close All Editors");
    await choose(page, /^search, Ready/, "Open in Catalog");
    await page.locator(".tab").filter({ hasText: "catalog.yaml" }).waitFor();
    assert.equal(await readFile(workspace.catalog, "utf8"), text);
    await picture(page, "platform-catalog");
  });

  await part("a manifest opens read-only, and a route is copied", async () => {
    await choose(page, /^search, Ready/, "Show Manifest");
    await page.locator(".tab.active").filter({ hasText: "search.yaml" }).waitFor();
    await page.locator(".view-line").filter({ hasText: "kind: MCPServer" }).waitFor();
    assert.equal(await page.locator(".view-line").filter({ hasText: "managedFields" }).count(), 0);
    await picture(page, "platform-manifest");
    await choose(page, /^search, Ready/, "Copy Route");
    const route = `http://search.${namespace}.svc.cluster.local/search/mcp`;
    await until("the route", async () => (await page.evaluate("navigator.clipboard.readText()")) === route);
    await palette(page, "View: Close All Editors");
  });

  await part("the palette lets the user choose among the servers of the cluster", async () => {
    await palette(page, "MCP Platform: Show Manifest");
    await quickPick(page, "search").waitFor();
    await picture(page, "platform-pick");
    await quickPick(page, "fetch").click();
    await page.locator(".tab.active").filter({ hasText: "fetch.yaml" }).waitFor();
    await palette(page, "View: Close All Editors");
  });

  await part("an error in the metadata shows with its place, and nothing is deployed", async () => {
    await mkdir(join(workspace.folder, ".mcp"));
    const file = join(workspace.folder, ".mcp/metadata.yaml");
    await writeFile(file, "version: v1\nservers:\n  - name: tools\n    prot: 8088\n");
    await palette(page, "MCP Platform: Deploy from Metadata");
    const told = notification(page, /Nothing was deployed\. \.mcp\/metadata\.yaml:4:5: .*prot/);
    await told.waitFor();
    await picture(page, "platform-problem");
    await told.hover();
    await told.getByRole("button", { name: "Open File" }).click();
    await page.locator(".tab.active").filter({ hasText: "metadata.yaml" }).waitFor();
    assert.equal(await stage.server("tools"), undefined);
  });

  await part("metadata is deployed after the user agreed, with progress until it is ready", async () => {
    const file = join(workspace.folder, ".mcp/metadata.yaml");
    await writeFile(
      file,
      `version: v1\nservers:\n  - name: tools\n    namespace: ${namespace}\n    image: ${image}\n    imageTag: v1\n`,
    );
    await palette(page, "MCP Platform: Deploy from Metadata");
    await dialog(page).filter({ hasText: "Deploy 1 server to cluster 'team'?" }).waitFor();
    await picture(page, "platform-deploy");
    await dialog(page).getByRole("button", { name: "Deploy" }).click();
    await notification(page, /MCP Platform.*tools/).waitFor();
    await picture(page, "platform-progress");
    await row(page, /^tools, Ready, v1/).waitFor({ timeout: 40_000 });
    await notification(page, "Servers deployed: 1 created").waitFor();
    assert.match(await readFile(join(workspace.folder, "manifests/tools.yaml"), "utf8"), /kind: MCPServer/);
  });

  await part("a server is deleted after the user agreed", async () => {
    await choose(page, /^tools, Ready/, "Delete");
    await dialog(page).filter({ hasText: "Delete server 'tools'" }).waitFor();
    await picture(page, "platform-delete");
    await dialog(page).getByRole("button", { name: "Cancel" }).click();
    assert.ok(await stage.server("tools"));
    await choose(page, /^tools, Ready/, "Delete");
    await dialog(page).getByRole("button", { name: "Delete" }).click();
    await row(page, /^tools/).waitFor({ state: "detached" });
    assert.equal(await stage.server("tools"), undefined);
  });

  await part(
    "a hidden view keeps no watch open, and shows the known rows when it is visible again",
    async () => {
      const open = proxy.connections;
      await hidePlatform(page);
      await until("both watches are let go", () => proxy.connections <= open - 2);
      await proxy.cut();
      await showPlatform(page);
      await row(page, /^No answer/).waitFor();
      await row(page, /^search, Ready/).waitFor();
      await proxy.listen();
      await row(page, /^No answer/).waitFor({ state: "detached", timeout: 20_000 });
    },
  );

  await part("a cluster that stops answering is reported, keeps its rows, and then recovers", async () => {
    await proxy.cut();
    await row(page, /^No answer/).waitFor({ timeout: 20_000 });
    await row(page, /^search, Ready/).waitFor();
    await picture(page, "platform-unreachable");
    await proxy.listen();
    await row(page, /^No answer/).waitFor({ state: "detached", timeout: 20_000 });
    await row(page, /^search, Ready/).waitFor();
  });

  await part("the user can choose another cluster from the kubeconfig", async () => {
    await palette(page, "MCP Platform: Choose Cluster");
    await quickPick(page, "laptop").waitFor();
    await picture(page, "platform-choose");
    await quickPick(page, "laptop").click();
    await row(page, /^No answer, .*127\.0\.0\.1:1/).waitFor();
    await row(page, /^search, Ready/).waitFor({ state: "detached" });
    await picture(page, "platform-laptop");
    await palette(page, "MCP Platform: Choose Cluster");
    await quickPick(page, "team").click();
    await row(page, /^search, Ready/).waitFor();
    await input(page).waitFor({ state: "hidden" });
  });
});

test("no cluster is contacted in an untrusted workspace, or before the view is visible", {
  skip: missing || withoutKubernetes,
  timeout: 120_000,
}, async (t) => {
  const editor = await startEditor(t, { settings, env, trust: true });
  const mark = join(editor.folder, "asked");
  const exec = { apiVersion: "client.authentication.k8s.io/v1beta1", command: "touch", args: [mark] };
  await writeKubeconfig(join(editor.home, ".kube/config"), { team: { user: { exec } } });
  const { folder } = await makeWorkspace(editor, []);
  const page = await editor.open(folder);
  await pictured(page, "platform-untrusted", async () => {
    await showServers(page);
    await showPlatform(page);
    await page.getByRole("button", { name: "Manage Workspace Trust" }).waitFor();
    await palette(page, "MCP Platform: Choose Cluster");
    await notification(page, /cluster was not contacted because the workspace is not trusted/).waitFor();
    await picture(page, "platform-untrusted");
    await hidePlatform(page);
    await palette(page, "Workspaces: Manage Workspace Trust");
    await page.locator(".workspace-trust-editor").getByRole("button", { name: "Trust", exact: true }).click();
    await page.getByRole("button", { name: "Add Server…" }).waitFor();
    assert.equal(existsSync(mark), false);
    await showPlatform(page);
    await until("the cluster is asked", () => existsSync(mark));
    await row(page, /^No answer/).waitFor();
  });
});

test("an empty view shows how to fill it, both without a cluster and with one that has no servers", {
  skip: missing || withoutKubernetes,
  timeout: 120_000,
}, async (t) => {
  const stage = await OperatorStage.open(group);
  t.after(() => stage.remove());
  const named = { ...settings, "openMcpGateway.platform.namespace": stage.namespace };
  const editor = await startEditor(t, { settings: named, env });
  const { folder } = await makeWorkspace(editor, []);
  const page = await editor.open(folder);
  await pictured(page, "platform-empty", async () => {
    await showServers(page);
    await showPlatform(page);
    await page.getByRole("button", { name: "Choose Cluster…" }).first().waitFor();
    await page.getByText("No Kubernetes cluster is configured").waitFor();
    await picture(page, "platform-no-cluster");
    await writeKubeconfig(join(editor.home, ".kube/config"), { team: {} });
    await page.getByText("The cluster has no MCP servers yet").waitFor();
    await picture(page, "platform-empty");
    await page.locator(".welcome-view").getByRole("button", { name: "Deploy from Metadata…" }).click();
    const told = notification(page, /No folder of this window has a \.mcp\/metadata\.yaml/);
    await told.getByRole("button", { name: "Create Metadata" }).click();
    await page.locator(".tab.active").filter({ hasText: "metadata.yaml" }).waitFor();
    await picture(page, "platform-metadata");
    assert.match(await readFile(join(folder, ".mcp/metadata.yaml"), "utf8"), /^version: v1\nservers:\n/);
  });
});
