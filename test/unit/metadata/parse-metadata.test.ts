/** A team's metadata: reading it, refusing errors with a place, and updating it without changing any other letter. */
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { loadMetadataFile, loadMetadataFolder } from "../../../src/metadata/load-metadata.ts";
import { parseMetadata } from "../../../src/metadata/parse-metadata.ts";
import { updateImage } from "../../../src/metadata/update-image.ts";

const sample = "version: v1\nservers:\n  - name: my-server\n    route: /my-server/mcp\n    port: 8088\n";

async function inFolder(
  files: Record<string, string>,
  then: (folder: string) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "metadata-"));
  try {
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
    await then(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

test("the sample is read as it is, without defaults", () => {
  const { servers, problems } = parseMetadata(sample);
  assert.deepEqual(problems, []);
  assert.deepEqual(servers, [{ name: "my-server", route: "/my-server/mcp", port: 8088 }]);
});

/** Text and the expected error: line, column and message. */
const wrong: readonly (readonly [string, string, readonly string[]])[] = [
  ["nothing", "", ["1:1 The metadata is empty: write 'version: v1' and 'servers:'"]],
  ["no servers", "version: v1\n", ["1:1 The metadata missing required field: servers"]],
  ["no version yet", "version:\nservers: []\n", ["1:1 The metadata missing required field: version"]],
  [
    "another version",
    "version: v2\nservers: []\n",
    ["1:10 The metadata: version must be one of v1: did you mean 'v1'?"],
  ],
  [
    "a slip in a key",
    `${sample}    replcas: 2\n`,
    ["6:5 Server 'my-server' has an unknown key 'replcas': did you mean 'replicas'?"],
  ],
  [
    "the key of the manifest",
    `${sample}    ingressPath: /x\n`,
    ["6:5 Server 'my-server' has an unknown key 'ingressPath': the path of a server is its 'route'"],
  ],
  [
    "a port as text",
    `${sample.replace("8088", '"8088"')}`,
    ["5:11 Server 'my-server': port must be a whole number: remove the quotes"],
  ],
  [
    "a bad quantity",
    `${sample}    resources: {limits: {memory: 12 MB}}\n`,
    ["6:34 Server 'my-server': resources.limits.memory must be a quantity, such as 500m, 2, 256Mi or 1Gi"],
  ],
  [
    "no label",
    sample.replace("my-server\n", "My_Server\n"),
    [
      "3:11 Server 'My_Server': name must be a DNS label: lower-case letters, digits and '-', beginning with a letter, at most 63 characters",
    ],
  ],
  [
    "a name twice",
    `${sample}  - name: my-server\n`,
    ["3:11 Duplicate server name: my-server", "6:11 Duplicate server name: my-server"],
  ],
];

for (const [what, text, expected] of wrong) {
  test(`${what} is refused with its place`, () => {
    const { servers, problems } = parseMetadata(text);
    assert.deepEqual(
      problems.map(({ line, column, message }) => `${line}:${column} ${message}`),
      expected,
    );
    assert.deepEqual(servers, []);
  });
}

test("a folder gives its *.yaml files and then its *.yml files, sorted and joined", async () => {
  const server = (name: string) => `version: v1\nservers: [{name: ${name}}]\n`;
  const files = {
    "b.yaml": server("b"),
    "a.yml": server("a"),
    "c.yaml": server("c"),
    "notes.txt": "x",
    "catalog.yaml": "x",
  };
  await inFolder(files, async (folder) => {
    const servers = await loadMetadataFolder(folder);
    assert.deepEqual(
      servers.map(({ server, file }) => `${server.name} ${file.slice(folder.length + 1)}`),
      ["b b.yaml", "c c.yaml", "a a.yml"],
    );
  });
});

test("a name in two files is refused at both places", async () => {
  await inFolder({ "a.yaml": sample, "b.yaml": sample }, async (folder) => {
    await assert.rejects(loadMetadataFolder(folder), {
      code: "invalid-metadata",
      message:
        `failed to load metadata: ${join(folder, "a.yaml")}:3:11: Duplicate server name: my-server\n` +
        `${join(folder, "b.yaml")}:3:11: Duplicate server name: my-server`,
    });
  });
});

test("an empty folder, a missing folder and a missing file are refused", async () => {
  await inFolder({}, async (folder) => {
    for (const path of [folder, join(folder, "nowhere")])
      await assert.rejects(
        loadMetadataFolder(path),
        /^GatewayError: failed to load metadata: no servers found in metadata/,
      );
    const file = join(folder, "metadata.yaml");
    await assert.rejects(loadMetadataFile(file), {
      message: `failed to load metadata: ${file}:1:1: No such file`,
    });
  });
});

/** A metadata file before and after its server `app` got the image `r.example.com/app` with the tag `abc1234`. */
const updates: readonly (readonly [string, string, string])[] = [
  [
    "fields that are there are replaced, comments and order stay",
    '# Ours\nversion: v1\nservers:\n  - name: app # first\n    image: old/app   # from the build\n    port: 1\n    imageTag: "v1"\n',
    "# Ours\nversion: v1\nservers:\n  - name: app # first\n    image: r.example.com/app   # from the build\n    port: 1\n    imageTag: abc1234\n",
  ],
  [
    "fields that are not there come after the name",
    "version: v1\nservers:\n- name: other\n\n- route: /x\n  name: app # ours\n  # the port\n  port: 1\n",
    "version: v1\nservers:\n- name: other\n\n- route: /x\n  name: app # ours\n  image: r.example.com/app\n  imageTag: abc1234\n  # the port\n  port: 1\n",
  ],
  [
    "the last line may lack its end",
    "version: v1\nservers:\n  - name: app",
    "version: v1\nservers:\n  - name: app\n    image: r.example.com/app\n    imageTag: abc1234\n",
  ],
  [
    "lines end as they did",
    "version: v1\r\nservers:\r\n  - name: app\r\n",
    "version: v1\r\nservers:\r\n  - name: app\r\n    image: r.example.com/app\r\n    imageTag: abc1234\r\n",
  ],
  [
    "a server on one line stays on it",
    "version: v1\nservers: [{name: app, port: 1}]\n",
    "version: v1\nservers: [{name: app, image: r.example.com/app, imageTag: abc1234, port: 1}]\n",
  ],
];

for (const [what, before, after] of updates) {
  test(`a new image in the metadata: ${what}`, () => {
    assert.equal(updateImage(before, "app", { image: "r.example.com/app", tag: "abc1234" }), after);
  });
}

test("an image that was pushed has its id below its tag, and the next pushed image replaces it", () => {
  const before = "version: v1\nservers:\n  - name: app # ours\n    port: 1\n";
  const [first, second] = [`sha256:${"1".repeat(64)}`, `sha256:${"2".repeat(64)}`];
  const pushed = updateImage(before, "app", { image: "r/app", tag: "latest", id: first });
  assert.equal(
    pushed,
    `version: v1\nservers:\n  - name: app # ours\n    image: r/app\n    imageTag: latest\n    imageId: ${first}\n    port: 1\n`,
  );
  assert.deepEqual(parseMetadata(pushed).problems, []);
  const again = updateImage(pushed, "app", { image: "r/app", tag: "latest", id: second });
  assert.equal(again, pushed.replace(first, second));
  assert.equal(updateImage(again, "app", { image: "r/app", tag: "latest" }), again);
});

test("the id of a pushed image is removed when another tag was only built", () => {
  const id = `sha256:${"1".repeat(64)}`;
  for (const [ends, comment] of [
    ["\n", ""],
    ["\n", " # pushed"],
    ["\r\n", ""],
  ] as const) {
    const lines = [
      "version: v1",
      "servers:",
      "  - name: app # ours",
      "    image: r/app",
      "    imageTag: latest",
      "    port: 1",
      "",
    ];
    const pushed = lines.toSpliced(5, 0, `    imageId: ${id}${comment}`).join(ends);
    const built = updateImage(pushed, "app", { image: "r/app", tag: "v2" });
    assert.equal(built, lines.join(ends).replace("latest", "v2"));
  }
  const flow = `version: v1\nservers: [{ name: app, image: r/app, imageTag: latest, imageId: ${id}, port: 1 }]\n`;
  const built = updateImage(flow, "app", { image: "r/app", tag: "v2" });
  assert.equal(built, flow.replace(`, imageId: ${id}`, "").replace("latest", "v2"));
});

test("a tag that resembles a number is written as a text", () => {
  const { servers, problems } = parseMetadata(
    updateImage(sample, "my-server", { image: "r/app", tag: "1234567" }),
  );
  assert.deepEqual(problems, []);
  assert.equal(servers[0]?.imageTag, "1234567");
});

test("an image for a server that does not exist is refused", () => {
  assert.throws(() => updateImage(sample, "x", { image: "a", tag: "b" }), /server 'x' not found in metadata/);
});
