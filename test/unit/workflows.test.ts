/** Everything that .github and CONTRIBUTING.md name must exist, and the workflow runs the test commands of .ci/run. */

import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { test } from "node:test";
import { parse, parseDocument } from "yaml";
import { root } from "../support/gateway.ts";

interface Workflow {
  readonly jobs: Readonly<Record<string, { readonly steps: readonly { uses?: string; run?: string }[] }>>;
}

interface Form {
  readonly name: string;
  readonly description: string;
  readonly body: readonly { readonly type: string; readonly id?: string; readonly attributes: unknown }[];
}

const github = join(root, ".github");
const read = (path: string) => readFile(join(root, path), "utf8");
const manifest = JSON.parse(await read("package.json")) as {
  scripts: Record<string, string>;
  repository: { url: string };
};
const workflow = parse(await read(".github/workflows/ci.yml")) as Workflow;
const steps = Object.values(workflow.jobs).flatMap((job) => job.steps);
const commands = steps.map(({ run = "" }) => run).join("\n");

async function yamlFiles(): Promise<string[]> {
  const names = await readdir(github, { recursive: true });
  return names.filter((name) => /\.ya?ml$/.test(name)).map((name) => join(github, name));
}

/** The npm scripts that a text runs: `npm run x`, `npm run -s x` and `npm test`. */
function scriptsIn(text: string): string[] {
  const runs = [...text.matchAll(/\bnpm run (?:-s )?([\w:-]+)/g)].map(([, name = ""]) => name);
  const short = [...text.matchAll(/\bnpm (test|start)\b/g)].map(([, name = ""]) => name);
  return [...runs, ...short];
}

test("every YAML file is valid", async () => {
  const files = await yamlFiles();
  assert.ok(files.length >= 5);
  for (const file of files) {
    const { errors, warnings } = parseDocument(await readFile(file, "utf8"));
    assert.deepEqual([...errors, ...warnings], [], relative(root, file));
  }
});

test("every npm script that a page or workflow names is in package.json", async () => {
  const pages = ["CONTRIBUTING.md", ".github/pull_request_template.md", ".ci/run"].map((name) =>
    join(root, name),
  );
  const named = new Set<string>();
  for (const file of [...(await yamlFiles()), ...pages]) {
    for (const name of scriptsIn(await readFile(file, "utf8"))) {
      assert.ok(
        manifest.scripts[name],
        `${relative(root, file)} names '${name}', which package.json does not have`,
      );
      named.add(name);
    }
  }
  assert.ok(named.size >= 8);
});

test("the workflow runs every test command of .ci/run", async () => {
  const lines = (await read(".ci/run")).split("\n").filter((line) => !line.trimStart().startsWith("#"));
  const expected = new Set(scriptsIn(lines.join("\n")));
  assert.ok(expected.has("test") && expected.size >= 3);
  const run = new Set(scriptsIn(commands));
  for (const name of expected) assert.ok(run.has(name), `ci.yml does not run '${name}', as .ci/run does`);
  const install = /^npm ci .*$/m.exec(lines.join("\n"))?.[0] ?? assert.fail("no npm ci");
  assert.ok(commands.includes(install), install);
});

test("actions are pinned to a version", () => {
  const uses = steps.flatMap((step) => step.uses ?? []);
  assert.ok(uses.length >= 4);
  for (const name of uses) assert.match(name, /^[\w-]+\/[\w-]+@v\d+(\.\d+){0,2}$/);
});

test("the forms have a name and distinct ids", async () => {
  for (const name of ["bug", "feature"]) {
    const form = parse(await read(`.github/ISSUE_TEMPLATE/${name}.yml`)) as Form;
    assert.ok(form.name && form.description);
    const ids = form.body.filter(({ type }) => type !== "markdown").map(({ id }) => id);
    assert.ok(ids.every(Boolean));
    assert.equal(new Set(ids).size, ids.length);
  }
});

test("links and owners name the repository of package.json", async () => {
  const page = manifest.repository.url.replace(/\.git$/, "");
  const owner = new URL(page).pathname.split("/")[1];
  const config = parse(await read(".github/ISSUE_TEMPLATE/config.yml")) as {
    contact_links: { url: string }[];
  };
  for (const { url } of config.contact_links) assert.ok(url.startsWith(`${page}/`), url);
  assert.match(await read(".github/CODEOWNERS"), new RegExp(`^\\* @${owner}/[\\w-]+$`, "m"));
});
