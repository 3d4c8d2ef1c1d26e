/* biome-ignore-all lint/suspicious/noTemplateCurlyInString: the syntax under test */
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { runtimeTypes } from "../../../../src/catalog/generated/schema-facts.ts";
import { parseCatalog } from "../../../../src/catalog/parse-catalog.ts";
import { originOf } from "../../../../src/vscode/catalogs/entry-origin.ts";
import { findCatalogs, ownCatalog } from "../../../../src/vscode/catalogs/find-catalogs.ts";
import { clashes, MergedCatalogs } from "../../../../src/vscode/catalogs/merged-catalogs.ts";
import { locateServer } from "../../../../src/vscode/catalogs/server-location.ts";
import { fieldErrorOf, serverTemplates, words } from "../../../../src/vscode/catalogs/server-templates.ts";
import { temporaryFolder } from "../../../support/gateway.ts";

const there =
  (...files: string[]) =>
  async (file: string) =>
    files.includes(file);
const workspace = (...folders: [string, string?][]) => ({
  folders: folders.map(([path, setting = ""]) => ({ path, setting })),
  setting: "",
  userHome: "/home/me",
});

test("the catalogs of a window are found", async () => {
  const of = async (space: Parameters<typeof findCatalogs>[0], ...files: string[]) =>
    (await findCatalogs(space, there(...files))).map(({ file }) => file);
  assert.deepEqual(await of(workspace(["/a"]), "/a/catalog.yaml", "/a/.mcp/catalog.yaml"), [
    "/a/catalog.yaml",
  ]);
  assert.deepEqual(await of(workspace(["/a"]), "/a/.mcp/catalog.yaml"), ["/a/.mcp/catalog.yaml"]);
  assert.deepEqual(await of(workspace(["/a"], ["/b"]), "/a/catalog.yaml", "/b/catalog.yaml"), [
    "/a/catalog.yaml",
    "/b/catalog.yaml",
  ]);
  assert.deepEqual(await of(workspace(["/a", "${userHome}/x.yaml"])), ["/home/me/x.yaml"]);
  assert.deepEqual(await of(workspace(["/a", "sub/x.yaml"], ["/b", "/a/sub/x.yaml"])), ["/a/sub/x.yaml"]);
  const own = ownCatalog("/home/me");
  assert.deepEqual(await of(workspace(["/a"]), own), [own]);
  assert.deepEqual(await of(workspace()), []);
  assert.deepEqual(await of({ ...workspace(), setting: "~/c.yaml" }), ["/home/me/c.yaml"]);
});

const entry = (id: string) => ({ id, runtime: { type: "local-process", command: "x" } });

test("several catalogs are merged, and an id in two catalogs is a problem of both and belongs to the first", async (t) => {
  const folder = await temporaryFolder(t);
  const files = [join(folder, "a.yaml"), join(folder, "b.yaml")] as const;
  await writeFile(files[0], JSON.stringify({ servers: [entry("one"), entry("two")] }));
  await writeFile(files[1], JSON.stringify({ servers: [entry("three")] }));
  const catalogs = files.map((file) => ({ file }));
  const merged = new MergedCatalogs(catalogs);
  const reading = await merged.read();
  assert.ok(reading.kind === "valid");
  assert.deepEqual(
    reading.entries.map(({ id }) => id),
    ["one", "two", "three"],
  );
  assert.deepEqual(
    reading.entries.map((each) => originOf(each)?.file),
    [files[0], files[0], files[1]],
  );
  await writeFile(files[1], JSON.stringify({ servers: [entry("two"), entry("three")] }));
  const clash = await merged.read();
  assert.ok(clash.kind === "invalid");
  assert.equal(clash.problems.length, 2);
  assert.match(clash.problems[0] ?? "", /a\.yaml:1:\d+: Duplicate server ID: two \(also in .*b\.yaml\)/);
  assert.match(clash.problems[1] ?? "", /b\.yaml:1:\d+: Duplicate server ID: two \(also in .*a\.yaml\)/);
  assert.deepEqual(
    (await merged.readPart()).entries.map(({ id }) => id),
    ["one", "two", "three"],
  );
  assert.equal((await clashes(catalogs)).length, 2);
});

test("a restarted gateway keeps the last valid entries of a catalog that is invalid now", async (t) => {
  const file = join(await temporaryFolder(t), "catalog.yaml");
  const write = (...ids: string[]) => writeFile(file, JSON.stringify({ servers: ids.map(entry) }));
  const merged = new MergedCatalogs([{ file }]);
  const begun = async () => {
    const { entries, problems } = await merged.begin();
    return [entries.map(({ id }) => id).join(), problems.length === 0 ? "right" : "wrong"];
  };
  await writeFile(file, "servers: [");
  assert.deepEqual(await begun(), ["", "wrong"]);
  await write("one", "two");
  assert.deepEqual(await begun(), ["one,two", "right"]);
  await write("one", "two", "three");
  await merged.read();
  await write("one", "one");
  assert.deepEqual(await begun(), ["one,two,three", "wrong"]);
  const { entries } = await merged.begin();
  assert.deepEqual(new Set(entries.map((each) => originOf(each)?.file)), new Set([file]));
});

test("one broken catalog does not affect the others", async (t) => {
  const folder = await temporaryFolder(t);
  const files = [join(folder, "a.yaml"), join(folder, "b.yaml")] as const;
  await writeFile(files[0], "servers: [");
  await writeFile(files[1], JSON.stringify({ servers: [entry("three")] }));
  const { entries, problems } = await new MergedCatalogs(files.map((file) => ({ file }))).readPart();
  assert.deepEqual(
    entries.map(({ id }) => id),
    ["three"],
  );
  assert.match(problems.join(), /a\.yaml:1/);
});

test("a server is found in its catalog, and exactly where its entry has an error", async (t) => {
  const folder = await temporaryFolder(t);
  const files = ["a.yaml", "b.yaml", "c.yaml", "d.yaml"].map((name) => join(folder, name));
  const [a = "", b = "", c = ""] = files;
  await writeFile(a, "servers: [");
  await writeFile(
    b,
    "servers:\n  - text\n  - null\n  - id: right\n    runtime: {type: remote-sse, url: x}\n",
  );
  await writeFile(
    c,
    "servers:\n  - enabld: false\n    id: wrong\n    runtime: {type: nope}\n  - id: [right]\n",
  );
  const place = (id: string) =>
    locateServer(
      files.map((file) => ({ file })),
      id,
    );
  assert.deepEqual(await place("right"), { file: b, line: 3 });
  assert.deepEqual(await place("wrong"), { file: c, line: 2 });
  assert.equal(await place("other"), undefined);
});

test("a command line is split into words", () => {
  assert.deepEqual(words(`node "a b" 'c d' e\\f --x="1 2" ""`), [
    "node",
    "a b",
    "c d",
    "e\\f",
    "--x=1 2",
    "",
  ]);
});

test("the wizard turns an answer into a runtime and a name", () => {
  const made = (id: string, answer: string) => {
    const template = serverTemplates.find((each) => each.id === id);
    return [template?.runtime(answer), template?.nameOf(answer)];
  };
  assert.deepEqual(made("npm", "@modelcontextprotocol/server-filesystem@1.2 ."), [
    {
      type: "local-process",
      command: "npx",
      args: ["-y", "@modelcontextprotocol/server-filesystem@1.2", "."],
    },
    "filesystem",
  ]);
  assert.equal(made("python", "mcp-server-git --repository x")[1], "git");
  assert.equal(made("program", "/usr/bin/serve --stdio")[1], "serve");
  assert.deepEqual(made("remote", "https://mcp.example.com/mcp"), [
    { type: "remote-sse", url: "https://mcp.example.com/mcp" },
    "example",
  ]);
  assert.deepEqual(made("container", "ghcr.io/github/github-mcp-server:v1 --read-only"), [
    { type: "docker", image: "ghcr.io/github/github-mcp-server:v1", args: ["--read-only"] },
    "github",
  ]);
  assert.deepEqual(made("podman", "docker.io/mcp/fetch:latest --quiet"), [
    { type: "podman", image: "docker.io/mcp/fetch:latest", args: ["--quiet"] },
    "fetch",
  ]);
  assert.deepEqual(made("job", "tools mcp/fetch:latest --name 'a b'"), [
    { type: "k8s-job", namespace: "tools", image: "mcp/fetch:latest", args: ["--name", "a b"] },
    "fetch",
  ]);
  assert.deepEqual(made("service", " default notes-server 8080"), [
    { type: "k8s-service", namespace: "default", service_name: "notes-server", port: 8080 },
    "notes-server",
  ]);
  const npm = serverTemplates.find(({ id }) => id === "npm");
  const remote = serverTemplates.find(({ id }) => id === "remote");
  assert.ok(npm && remote);
  assert.equal(fieldErrorOf(npm, " "), "empty");
  assert.equal(fieldErrorOf(npm, 'a "b'), "quote");
  assert.equal(fieldErrorOf(remote, "example.com"), "url");
  assert.equal(fieldErrorOf(remote, "http://example.com"), undefined);
});

test("the wizard supports every runtime, and its examples are valid catalogs", () => {
  assert.deepEqual([...new Set(serverTemplates.map(({ type }) => type))].sort(), [...runtimeTypes].sort());
  for (const template of serverTemplates) {
    assert.equal(fieldErrorOf(template, template.example), undefined, template.id);
    const id = template.nameOf(template.example);
    const { problems } = parseCatalog(
      JSON.stringify({ servers: [{ id, runtime: template.runtime(template.example) }] }),
    );
    assert.deepEqual(problems, [], template.id);
  }
});

test("missing parts of an answer for a cluster are reported in the order in which they are typed", () => {
  const errors = (id: string, ...answers: string[]) => {
    const template = serverTemplates.find((each) => each.id === id);
    assert.ok(template);
    return answers.map((answer) => fieldErrorOf(template, answer));
  };
  assert.deepEqual(errors("job", "", "Tools", "tools", "tools -x", 'tools image "a', "tools image a"), [
    ...["empty", "namespace", "image", "image", "quote"],
    undefined,
  ]);
  assert.deepEqual(
    errors("service", "-", "tools", "tools Notes 1", "tools notes", "tools notes 0", "tools notes 65536"),
    ["namespace", "service", "service", "port", "port", "port"],
  );
  assert.deepEqual(errors("service", "tools notes 80 /mcp", "tools notes 80"), ["port", undefined]);
});
