/** Tests that everything the documentation refers to exists: links, anchors, cited sections and commands. */

import assert from "node:assert/strict";
import { readdir, readFile, stat } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { test } from "node:test";

const root = resolve(import.meta.dirname, "../..");
const contractPages = ["gateway", "protocol", "vscode", "platform"] as const;
/** Directories whose comments cite the contract. */
const citingDirectories = ["src", "language-server", "test", "bench", "scripts", "deploy", "examples"];
/** Commands of npm itself, as opposed to scripts of package.json. */
const npmCommands = new Set(["ci", "install", "link", "pack"]);
const longestReadme = 250;

interface Page {
  /** Path from the root of the project. */
  readonly path: string;
  readonly text: string;
  /** `text` without fenced blocks and code spans, which contain no links. */
  readonly prose: string;
  readonly headings: readonly string[];
}

function pageOf(path: string, text: string): Page {
  const outsideBlocks = text.replaceAll(/^( *)```[^\n]*\n[\s\S]*?\n\1```$/gm, "");
  const headings = [...outsideBlocks.matchAll(/^#{1,6} +(.+)$/gm)].map(([, title = ""]) => title.trim());
  return { path, text, prose: outsideBlocks.replaceAll(/(`+)[^`\n]+?\1/g, ""), headings };
}

async function readPages(): Promise<Page[]> {
  const inDocs = (await readdir(join(root, "docs"), { recursive: true })).map((name) => join("docs", name));
  const paths = [...(await readdir(root)), ...inDocs].filter((path) => path.endsWith(".md"));
  return Promise.all(
    paths.sort().map(async (path) => pageOf(path, await readFile(join(root, path), "utf8"))),
  );
}

/** The anchors of a page in the form of GitHub and VS Code: a repeated heading gets a number. */
function anchorsOf({ headings }: Page): ReadonlySet<string> {
  const counts = new Map<string, number>();
  const anchors = headings.map((heading) => {
    const slug = plainText(heading)
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(/\s/g, "-");
    const count = counts.get(slug) ?? 0;
    counts.set(slug, count + 1);
    return count === 0 ? slug : `${slug}-${count}`;
  });
  return new Set(anchors);
}

/** A heading without the marks of Markdown. */
function plainText(heading: string): string {
  return heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1").replaceAll(/[`*]/g, "");
}

/** Targets of links and pictures, reference definitions and HTML attributes included. */
function linksIn({ prose }: Page): string[] {
  const inline = [...prose.matchAll(/\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g)];
  const definitions = [...prose.matchAll(/^\[[^\]]+\]:\s+(\S+)/gm)];
  const attributes = [...prose.matchAll(/\b(?:src|href)="([^"]+)"/g)];
  return [...inline, ...definitions, ...attributes].map(([, target = ""]) => target);
}

/** Errors in the relative links of a page. `exists` gets a path from the root of the project. */
async function brokenLinks(
  page: Page,
  all: readonly Page[],
  exists: (path: string) => Promise<boolean>,
): Promise<string[]> {
  const broken: string[] = [];
  for (const target of linksIn(page)) {
    if (/^[a-z][a-z0-9+.-]*:/i.test(target)) continue;
    const [file = "", anchor] = target.split("#");
    const path = file === "" ? page.path : join(dirname(page.path), decodeURIComponent(file));
    const linked = all.find((one) => one.path === path);
    if (!(await exists(path))) broken.push(`${page.path}: ${target} does not exist`);
    else if (anchor !== undefined && linked && !anchorsOf(linked).has(anchor))
      broken.push(`${page.path}: ${target} is not a heading of ${path}`);
    else if (anchor !== undefined && !linked) broken.push(`${page.path}: ${target} is not a page`);
  }
  return broken;
}

async function isThere(path: string): Promise<boolean> {
  return stat(join(root, path)).then(
    () => !relative(root, join(root, path)).startsWith(".."),
    () => false,
  );
}

/** Sections that comments of a source file cite, as `gateway.md, *HTTP*, *Config*`. A citation may span lines. */
function citationsIn(source: string): { page: string; title: string }[] {
  const joined = source.replaceAll(/\n\s*(?:\*|\/\/|#)?\s*/g, " ");
  const cited = joined.matchAll(
    /\b(gateway|protocol|vscode|platform)\.md`?((?:[,;:]? (?:\*[^*\n]+\*|`[^`\n]+`)[,;]?)+)/g,
  );
  return [...cited].flatMap(([, page = "", titles = ""]) =>
    [...titles.matchAll(/\*([^*]+)\*/g)].map(([, title = ""]) => ({ page, title })),
  );
}

async function sourceFiles(): Promise<string[]> {
  const found = await Promise.all(
    citingDirectories.map(async (directory) => {
      const names = await readdir(join(root, directory), { recursive: true });
      return names.map((name) => join(directory, name));
    }),
  );
  return found.flat().filter((path) => /\.(m?[jt]s|ya?ml)$|Dockerfile$/.test(path));
}

/** Shell commands of the fenced `sh` and `console` blocks of a page, one a line, without comments. */
function commandsIn({ text }: Page): string[] {
  const blocks = [...text.matchAll(/^ *```(sh|console)\n([\s\S]*?)\n *```$/gm)];
  return blocks.flatMap(([, kind, block = ""]) => {
    const lines = block.replaceAll(/\\\n\s*/g, " ").split("\n");
    if (kind === "sh") return lines;
    return lines.flatMap((line) => /^\s*\$ (.+)$/.exec(line)?.[1] ?? []);
  });
}

interface Manifest {
  readonly scripts: Readonly<Record<string, string>>;
  readonly bin: Readonly<Record<string, string>>;
}

/** Names in a command that the package does not have. `programs` are the built files besides those of `bin`. */
function unknownIn(command: string, { scripts, bin }: Manifest): string[] {
  const unknown: string[] = [];
  for (const part of command.replace(/(?:^|\s)#.*$/, "").split(/&&|\|\||[|;]/)) {
    const [program = "", ...args] = part.trim().split(/\s+/);
    const [first = "", second = ""] = args.filter((word) => !/^-/.test(word));
    if (program === "npm") {
      const script = first === "run" ? second : first;
      const isKnown = script in scripts || (first !== "run" && npmCommands.has(first));
      if (!isKnown) unknown.push(`npm script '${script}'`);
    }
    if (/^(gateway-|mcp-runtime)/.test(program) && !(program in bin)) unknown.push(`program '${program}'`);
    for (const [file] of part.matchAll(/\bdist\/[\w./-]+\.js\b/g))
      if (!Object.values(bin).includes(file)) unknown.push(`file '${file}'`);
  }
  return unknown;
}

const pages = await readPages();
const manifest = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as Manifest;

test("every relative link points to a file and a heading that exist", async () => {
  assert.ok(pages.length > 10);
  assert.ok(pages.flatMap(linksIn).length > 50);
  const broken = await Promise.all(pages.map((page) => brokenLinks(page, pages, isThere)));
  assert.deepEqual(broken.flat(), []);
});

test("every section of the contract that a comment cites exists", async () => {
  const files = await sourceFiles();
  const cited = await Promise.all(
    files.map(async (file) => {
      const citations = citationsIn(await readFile(join(root, file), "utf8"));
      return citations.map((citation) => ({ file, ...citation }));
    }),
  );
  const own = relative(root, import.meta.filename);
  const citations = cited.flat().filter(({ file }) => file !== own);
  assert.ok(citations.length > 80, `${citations.length} citations`);
  const missing = citations.filter(({ page, title }) => {
    const headings = pages.find(({ path }) => path === join("docs", `${page}.md`))?.headings ?? [];
    return !headings.map(plainText).includes(title.replaceAll("`", ""));
  });
  assert.deepEqual(
    missing.map(({ file, page, title }) => `${file}: ${page}.md, *${title}*`),
    [],
  );
});

test("every page of the contract exists", () => {
  for (const name of contractPages)
    assert.ok(
      pages.some(({ path }) => path === join("docs", `${name}.md`)),
      name,
    );
});

test("README.md is short", () => {
  const lines =
    pages
      .find(({ path }) => path === "README.md")
      ?.text.trimEnd()
      .split("\n") ?? [];
  assert.ok(lines.length > 0 && lines.length <= longestReadme, `${lines.length} lines`);
});

test("every page of docs/ can be reached from README.md", () => {
  const reached = new Set(["README.md"]);
  for (const path of reached) {
    const page = pages.find((one) => one.path === path);
    for (const target of page ? linksIn(page) : [])
      if (/^[^:#]+\.md(#|$)/.test(target)) reached.add(join(dirname(path), target.replace(/#.*/, "")));
  }
  const lost = pages.map(({ path }) => path).filter((path) => !reached.has(path));
  assert.deepEqual(lost, []);
});

test("commands name npm scripts and programs that exist", () => {
  const commands = pages.flatMap((page) => commandsIn(page).map((command) => ({ path: page.path, command })));
  assert.ok(commands.some(({ command }) => command.includes("npm start")));
  assert.ok(commands.some(({ command }) => command.startsWith("gateway-http")));
  const unknown = commands.flatMap(({ path, command }) =>
    unknownIn(command, manifest).map((what) => `${path}: ${what} does not exist: ${command}`),
  );
  assert.deepEqual(unknown, []);
});

test("npm scripts that the prose names exist", () => {
  const unknown = pages.flatMap(({ path, text }) =>
    [...text.matchAll(/`(npm (?:run )?[\w:-]+)`/g)].flatMap(([, command = ""]) =>
      unknownIn(command, manifest).map((what) => `${path}: ${what}`),
    ),
  );
  assert.deepEqual(unknown, []);
});

test("the terms of the glossary are in alphabetical order", () => {
  const glossary = pages.find(({ path }) => path === join("docs", "glossary.md"))?.text ?? "";
  const terms = [...glossary.matchAll(/^\*\*([^*]+)\*\* /gm)].map(([, term = ""]) => term);
  assert.ok(terms.length > 30);
  assert.deepEqual(terms, [...terms].sort(new Intl.Collator("en").compare));
});

test("the checks find broken references", async () => {
  const page = pageOf(
    "docs/a.md",
    "# A title: `x` & y\n\n[gone](gone.md) [far](https://example.com) [here](#a-title-x--y) [no](#nothing)\n" +
      "`[code](code.md)`\n\n```sh\nnpm run gone && gateway-gone # npm run comment\n[block](block.md)\n```\n",
  );
  assert.deepEqual(await brokenLinks(page, [page], async (path) => path === page.path), [
    "docs/a.md: gone.md does not exist",
    "docs/a.md: #nothing is not a heading of docs/a.md",
  ]);
  const [command = ""] = commandsIn(page);
  assert.deepEqual(unknownIn(command, manifest), ["npm script 'gone'", "program 'gateway-gone'"]);
  assert.deepEqual(unknownIn("npx node dist/gone.js", manifest), ["file 'dist/gone.js'"]);
  assert.deepEqual(citationsIn("/**\n * As it is written (gateway.md, *Gone*,\n * *HTTP*, `GET /x`).\n */"), [
    { page: "gateway", title: "Gone" },
    { page: "gateway", title: "HTTP" },
  ]);
});
