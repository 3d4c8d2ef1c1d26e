/**
 * The licences of all bundled packages in one text, which is shipped with the bundles. The list of packages is from
 * esbuild. A licence that is not known to be compatible fails the build.
 */

import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Metafile } from "esbuild";

/** Name of the file in dist/. */
export const noticesFile = "THIRD_PARTY_NOTICES.txt";

/** Licences (SPDX) of packages that may be shipped inside a work under Apache-2.0. */
const allowed = new Set([
  "0BSD",
  "Apache-2.0",
  "BlueOak-1.0.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "CC0-1.0",
  "ISC",
  "MIT",
  "MIT-0",
  "Unlicense",
  "Zlib",
]);

export interface BundledPackage {
  readonly name: string;
  readonly version: string;
  /** Licence in its package.json; empty if it is missing. */
  readonly licence: string;
  /** Texts of its licence and notice files. */
  readonly texts: readonly string[];
}

/** The directories of all bundled packages, sorted and without duplicates. Pure. */
export function packageFolders(metafiles: readonly Metafile[]): string[] {
  const inputs = metafiles.flatMap(({ inputs }) => Object.keys(inputs));
  const folders = inputs.flatMap((file) => {
    // The innermost package. A file that the browser form of a package omits has a prefix in brackets.
    return (
      /^(?:\([\w-]+\):)?(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file.replaceAll("\\", "/"))?.[1] ?? []
    );
  });
  return [...new Set(folders)].sort();
}

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string | { readonly type?: string };
  readonly licenses?: readonly { readonly type?: string }[];
  readonly author?: string | { readonly name?: string };
}

/** Rejects if the directory is not a package, or has neither a licence file nor a licence with a text in licences/. */
export async function readPackage(folder: string): Promise<BundledPackage> {
  const manifest = JSON.parse(await readFile(join(folder, "package.json"), "utf8")) as Manifest;
  const { name, version } = manifest;
  const licence = licenceOf(manifest);
  const files = (await readdir(folder)).filter((file) =>
    /^(?:licen[cs]e|copying|unlicense|notice|third-?party-?notices?)(?:[.-]|$)/i.test(file),
  );
  const read = await Promise.all(files.sort().map((file) => readFile(join(folder, file), "utf8")));
  const texts = files.some((file) => !/^(?:notice|third)/i.test(file))
    ? read
    : [await standardText(licence, manifest), ...read];
  return { name, version, licence, texts: texts.map((text) => text.replaceAll("\r\n", "\n").trim()) };
}

function licenceOf({ license, licenses = [] }: Manifest): string {
  if (typeof license === "string") return license;
  return license?.type ?? licenses.flatMap(({ type }) => type ?? []).join(" OR ");
}

/** The standard text of a licence with the author, for a package without a licence file. */
async function standardText(licence: string, { name, author }: Manifest): Promise<string> {
  const text = await readFile(new URL(`licences/${licence}.txt`, import.meta.url), "utf8").catch(() => "");
  if (text === "")
    throw new Error(`${name} has no licence file, and scripts/licences has no text of '${licence}': add it`);
  const holder = typeof author === "string" ? author : author?.name;
  return `Copyright (c) ${holder ?? `the authors of ${name}`}\n\n${text}`;
}

/** Why a package cannot be shipped. Pure. */
export function licenceProblem({ name, version, licence }: BundledPackage): string | undefined {
  if (isAllowed(licence)) return undefined;
  const what =
    licence === "" ? "names no licence" : `is under '${licence}', which is not known to be compatible`;
  return `${name}@${version} ${what}: check it, then add the licence to scripts/third-party-notices.ts or remove the package`;
}

/** Requires one allowed part of an OR, and all parts of an AND. A more complex expression is not allowed. */
function isAllowed(expression: string): boolean {
  const plain = expression.replace(/^\((.*)\)$/, "$1");
  return plain.split(" OR ").some((part) => part.split(" AND ").every((licence) => allowed.has(licence)));
}

const line = "=".repeat(80);

/** All packages with their licences. Packages with the same text are grouped. Pure. */
export function noticesText(packages: readonly BundledPackage[]): string {
  const titlesOf = new Map<string, Set<string>>();
  for (const { name, version, licence, texts } of packages) {
    const text = texts.join("\n\n");
    const titles = titlesOf.get(text) ?? new Set();
    titlesOf.set(text, titles.add(`${name}@${version} (${licence})`));
  }
  const parts = [...titlesOf].map(
    ([text, titles]) => `${line}\n${[...titles].join("\n")}\n${line}\n\n${text}\n`,
  );
  return `This program contains the following packages, each under its own licence.\n\n${parts.join("\n")}`;
}

/** The notices of these builds. Rejects with a message that lists every package that cannot be shipped. */
export async function thirdPartyNotices(metafiles: readonly Metafile[]): Promise<string> {
  const packages = await Promise.all(packageFolders(metafiles).map(readPackage));
  const problems = packages.flatMap((one) => licenceProblem(one) ?? []);
  if (problems.length > 0) throw new Error(problems.join("\n"));
  return noticesText(packages);
}
