/**
 * Makes a release: `npm run release -- <version|major|minor|patch> [--dry-run]`.
 * Every decision is a pure function; only the steps at the end change files, and a dry run prints them instead.
 */

import { execFileSync } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

type Numbers = readonly [major: number, minor: number, patch: number];

const usage = "usage: npm run release -- <version|major|minor|patch> [--dry-run]";

/** A release that cannot be made: what is wrong, where, and what to do. */
export class ReleaseError extends Error {}

function parseVersion(version: string): Numbers | undefined {
  const match = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)$/.exec(version);
  return match ? [Number(match[1]), Number(match[2]), Number(match[3])] : undefined;
}

function isNewer(version: Numbers, than: Numbers): boolean {
  const at = version.findIndex((part, index) => part !== than[index]);
  return at >= 0 && (version[at] ?? 0) > (than[at] ?? 0);
}

/**
 * The version to release. `isReleased` is whether a tag for the current version exists: without one the current version
 * itself may be released.
 */
export function nextVersion(current: string, wanted: string, isReleased: boolean): string {
  const numbers = parseVersion(current);
  if (!numbers)
    throw new ReleaseError(`package.json: version '${current}' is not major.minor.patch: correct it`);
  const [major, minor, patch] = numbers;
  if (wanted === "major") return `${major + 1}.0.0`;
  if (wanted === "minor") return `${major}.${minor + 1}.0`;
  if (wanted === "patch") return `${major}.${minor}.${patch + 1}`;
  const version = parseVersion(wanted);
  if (!version)
    throw new ReleaseError(`'${wanted}' is not a version: give major.minor.patch, or major, minor or patch`);
  if (isNewer(version, numbers) || (wanted === current && !isReleased)) return wanted;
  throw new ReleaseError(`version ${wanted} is not newer than ${current} in package.json: give a newer one`);
}

/** What Git reports of the working tree. */
export interface Tree {
  readonly branch: string;
  /** The output of `git status --porcelain`. */
  readonly changes: string;
  readonly tags: readonly string[];
}

/** Throws if a release must not start from this tree. */
export function checkTree({ branch, changes, tags }: Tree, version: string): void {
  if (branch !== "main")
    throw new ReleaseError(
      `the branch is '${branch}', and releases are made from main: run 'git switch main'`,
    );
  const files = changes.split("\n").filter(Boolean);
  if (files.length > 0)
    throw new ReleaseError(`uncommitted changes: commit or stash them\n${files.slice(0, 10).join("\n")}`);
  if (tags.includes(tagOf(version)))
    throw new ReleaseError(`the tag ${tagOf(version)} already exists: release a newer version`);
}

export function tagOf(version: string): string {
  return `v${version}`;
}

/** The changelog with the unreleased section as that of the version. The section is `## x.y.z (unreleased)` or `## Unreleased`. */
export function releaseChangelog(text: string, version: string, date: string): string {
  const heading = /^## (?:\d+\.\d+\.\d+ \(unreleased\)|\[?unreleased\]?)[ \t]*$/im;
  const match = heading.exec(text);
  if (!match)
    throw new ReleaseError(
      "CHANGELOG.md: no unreleased section: add '## Unreleased' with a list of what changed above the latest version",
    );
  const rest = text.slice(match.index + match[0].length);
  const [section = ""] = rest.split(/^## /m);
  if (!/^[-*] /m.test(section))
    throw new ReleaseError(`CHANGELOG.md: nothing is listed below '${match[0].trim()}': add what changed`);
  return `${text.slice(0, match.index)}## ${version} (${date})${rest}`;
}

/** The text of package.json or package-lock.json with another version of this package. Everything else stays as it is. */
export function withVersion(file: string, text: string, current: string, version: string): string {
  const own =
    file === "package-lock.json" ? /^(?: {2}| {6})"version": "([^"]+)"/gm : /^ {2}"version": "([^"]+)"/gm;
  const count = file === "package-lock.json" ? 2 : 1;
  let found = 0;
  const changed = text.replace(own, (line, value: string) => {
    if (found === count || value !== current) return line;
    found++;
    return line.replace(value, version);
  });
  if (found !== count)
    throw new ReleaseError(`${file}: version ${current} was expected ${count} times: run 'npm install'`);
  return changed;
}

/** Owner and name of the repository, from the `repository` of package.json. */
export function ownerOf(repository: string): { owner: string; name: string } {
  const match = /github\.com[/:]([\w.-]+)\/([\w.-]+?)(?:\.git)?\/?$/.exec(repository);
  if (!match)
    throw new ReleaseError(
      `package.json: repository '${repository}' is not on GitHub: give https://github.com/<owner>/<name>.git`,
    );
  return { owner: match[1]?.toLowerCase() ?? "", name: match[2] ?? "" };
}

/** The tags of the images, by Dockerfile. */
export function imageTags(owner: string, version: string): Readonly<Record<string, string>> {
  return {
    "deploy/gateway/Dockerfile": `ghcr.io/${owner}/open-mcp-gateway:${version}`,
    "deploy/platform/Dockerfile": `ghcr.io/${owner}/mcp-runtime-operator:${version}`,
  };
}

/** One step, and the line that a dry run prints for it. */
interface Step {
  readonly text: string;
  run(): unknown;
}

const root = fileURLToPath(new URL("../", import.meta.url));
// npm is a .cmd file on Windows, which only a shell runs.
const npm = (...args: string[]) =>
  execFileSync("npm", args, { cwd: root, stdio: "inherit", shell: process.platform === "win32" });
const git = (...args: string[]) => execFileSync("git", args, { cwd: root, encoding: "utf8" }).trimEnd();
const read = (file: string) => readFile(join(root, file), "utf8");

async function steps(wanted: string): Promise<Step[]> {
  const manifestText = await read("package.json");
  const manifest = JSON.parse(manifestText) as {
    name: string;
    version: string;
    repository?: { url?: string };
  };
  const tags = git("tag", "--list").split("\n");
  const version = nextVersion(manifest.version, wanted, tags.includes(tagOf(manifest.version)));
  checkTree(
    { branch: git("branch", "--show-current"), changes: git("status", "--porcelain"), tags },
    version,
  );
  const { owner } = ownerOf(manifest.repository?.url ?? "");
  const date = new Date().toISOString().slice(0, 10);
  const lock = await read("package-lock.json");
  const files: Readonly<Record<string, string>> = {
    "package.json": withVersion("package.json", manifestText, manifest.version, version),
    "package-lock.json": withVersion("package-lock.json", lock, manifest.version, version),
    "CHANGELOG.md": releaseChangelog(await read("CHANGELOG.md"), version, date),
  };
  const names = Object.keys(files);
  const tag = tagOf(version);
  return [
    ...Object.entries(files).map(([file, text]) => ({
      text: `write ${file}: ${file === "CHANGELOG.md" ? `## ${version} (${date})` : version}`,
      run: () => writeFile(join(root, file), text),
    })),
    { text: `build ${manifest.name}.vsix: npm run package`, run: () => npm("run", "package") },
    { text: `build ${manifest.name}-${version}.tgz: npm pack`, run: () => npm("pack") },
    {
      text: `commit ${names.join(", ")}: "release: ${version}"`,
      run: () => git("commit", "-m", `release: ${version}`, "--", ...names),
    },
    { text: `tag ${tag}`, run: () => git("tag", "-a", tag, "-m", `Release ${version}`) },
    ...Object.entries(imageTags(owner, version)).map(([file, image]) => ({
      text: `to do by hand: docker build -f ${file} -t ${image} . && docker push ${image}`,
      run: () => undefined,
    })),
    { text: `to do by hand: git push origin main ${tag}`, run: () => undefined },
    { text: `to do by hand: vsce publish --packagePath ${manifest.name}.vsix`, run: () => undefined },
    { text: `to do by hand: npm publish ${manifest.name}-${version}.tgz`, run: () => undefined },
  ];
}

async function main(args: readonly string[]): Promise<void> {
  const isDryRun = args.includes("--dry-run");
  const [wanted, ...others] = args.filter((arg) => arg !== "--dry-run");
  if (wanted === undefined || others.length > 0 || wanted.startsWith("-")) throw new ReleaseError(usage);
  for (const step of await steps(wanted)) {
    console.log(isDryRun ? `would ${step.text}`.replace("would to do by hand", "to do by hand") : step.text);
    if (!isDryRun) await perform(step);
  }
}

async function perform(step: Step): Promise<void> {
  try {
    await step.run();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ReleaseError(
      `could not ${step.text}: ${reason}\nFix it, run 'git restore package.json package-lock.json CHANGELOG.md', and start again`,
    );
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    await main(process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof ReleaseError)) throw error;
    console.error(`release: ${error.message}`);
    process.exitCode = 1;
  }
}
