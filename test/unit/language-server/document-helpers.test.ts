/* biome-ignore-all lint/suspicious/noTemplateCurlyInString: the syntax under test */
/** Tests the pure parts: splitting, positions, paths of every system, `.env`, names of commands. */
import assert from "node:assert/strict";
import test from "node:test";
import { parse as parseDotenv } from "dotenv";
import { parse } from "yaml";
import { documentKindOf, documentKinds } from "../../../language-server/document-kinds.ts";
import { dotenvLine, dotenvNames, endOf } from "../../../language-server/documents/dotenv.ts";
import { excerptAt } from "../../../language-server/documents/excerpt.ts";
import { fileOf, touches, uriOf } from "../../../language-server/documents/text-ranges.ts";
import { openVariable, variablesIn } from "../../../language-server/documents/variables-in-text.ts";
import { AsyncNameCache } from "../../../language-server/providers/completion/async-name-cache.ts";
import { commandNames, searchFolders } from "../../../language-server/providers/completion/command-items.ts";
import { plainOrQuoted } from "../../../language-server/providers/completion/context.ts";
import { foldingOf } from "../../../language-server/providers/folding.ts";
import { YamlLibrary } from "../../../language-server/schema/yaml-library.ts";
import { entryAt, splitCatalog } from "../../../src/catalog/text/split-catalog.ts";
import { fixtureCatalogs, largeCatalog, mutate, numbersFrom } from "../../support/mutated-catalogs.ts";

test("splitting loses no character, whatever the text", () => {
  const next = numbersFrom(11);
  let cut = 0;
  for (let round = 0; round < 2_000; round++) {
    const text = mutate(fixtureCatalogs[next(fixtureCatalogs.length)] ?? "", next);
    const split = splitCatalog(text);
    if (!split) continue;
    cut++;
    assert.equal(split.head + split.entries.map((entry) => entry.text).join("") + split.tail.text, text);
    for (const { line, text: entry } of split.entries)
      assert.ok(text.split("\n").slice(line).join("\n").startsWith(entry), "the line of an entry");
  }
  assert.ok(cut > 1_000);
});

test("entries begin at their dashes, and the rest of the file is head and tail", () => {
  const split = splitCatalog(
    "# top\nservers: # all\n\n  # first\n  - id: a\n    tags:\n    - x\n\n  - id: b\nother: 1\n",
  );
  assert.deepEqual(split, {
    head: "# top\nservers: # all\n\n  # first\n",
    entries: [
      { line: 4, text: "  - id: a\n    tags:\n    - x\n\n" },
      { line: 8, text: "  - id: b\n" },
    ],
    tail: { line: 9, text: "other: 1\n" },
    indent: 2,
  });
  assert.deepEqual(
    [3, 4, 7, 8, 9].map((line) => split && entryAt(split, line)),
    [-1, 0, 0, 1, -1],
  );
  for (const text of ["", "servers: []\n", "servers:\n", "servers:\n  a: b\n", "other:\n  - a\n"])
    assert.equal(splitCatalog(text), undefined, text);
});

test("the YAML library receives only the entry under the cursor, not the file", () => {
  const text = largeCatalog(1_000);
  const split = splitCatalog(text);
  const line = split?.entries[500]?.line ?? 0;
  assert.deepEqual(excerptAt(text, split, line + 1), {
    text: `servers:\n${split?.entries[500]?.text}`,
    line: line - 1,
  });
  assert.equal(excerptAt(text, undefined, 3), undefined);
});

test("file paths of every system are converted to URIs and back", () => {
  assert.equal(fileOf("file:///c%3A/Users/a%20b/catalog.yaml", "win32"), "c:\\Users\\a b\\catalog.yaml");
  assert.equal(fileOf("file:///C:/Users/catalog.yaml", "win32"), "c:\\Users\\catalog.yaml");
  assert.equal(fileOf("file://server/share/catalog.yaml", "win32"), "\\\\server\\share\\catalog.yaml");
  assert.equal(fileOf("file:///home/me/catalog.yaml", "linux"), "/home/me/catalog.yaml");
  assert.equal(fileOf("untitled:Untitled-1", "linux"), undefined);
  assert.equal(fileOf("file:///home/%2Fetc", "linux"), undefined);
  assert.equal(uriOf("C:\\a b\\.env", "win32"), "file:///C:/a%20b/.env");
  assert.equal(uriOf("/a b/.env", "darwin"), "file:///a%20b/.env");
});

test("ranges that touch are recognised", () => {
  const range = (from: number, to: number) => ({
    start: { line: 0, character: from },
    end: { line: 0, character: to },
  });
  assert.equal(touches(range(0, 2), range(2, 3)), true);
  assert.equal(touches(range(0, 2), range(3, 4)), false);
});

test("a document kind is recognised by its language, then by its path", () => {
  const known = (languageId: string, path: string) => documentKindOf(languageId, path)?.name;
  assert.equal(known("mcp-catalog", "/x/anything"), "catalog");
  assert.equal(known("yaml.mcp-gateway-config", "/x/anything"), "config");
  assert.equal(known("yaml", "c:\\work\\.mcp\\catalog.yaml"), "catalog");
  assert.equal(known("yaml", "/home/me/.config/mcp-gateway/config.yaml"), "config");
  assert.equal(known("mcp-metadata", "/x/anything"), "metadata");
  assert.equal(known("yaml", "/project/.mcp/metadata.yaml"), "metadata");
  assert.equal(known("yaml", "c:\\work\\.mcp\\team.yml"), "metadata");
  assert.equal(known("yaml", "/project/.mcp/my.catalog.yaml"), "catalog");
  assert.equal(known("yaml", "/project/.mcp/deeper/metadata.yaml"), undefined);
  assert.equal(known("yaml", "/project/config.yaml"), undefined);
  assert.equal(known("yaml", "/project/catalog-info.yaml"), undefined);
  assert.equal(known("json", "/project/catalog.yaml"), undefined);
});

test("every document kind has a language and a schema with fields", () => {
  for (const { name, schema, languageId } of documentKinds) {
    assert.ok(Object.keys(schema.properties ?? {}).length > 0, name);
    assert.match(languageId, /^mcp-/);
  }
});

test("variables of a line are found, and a variable that is being typed too", () => {
  assert.deepEqual(
    variablesIn("a: ${A} $${B} ${env:C:-x} ${secret:D.e} ${userHome} ${secret:2FA} ${2FA} ${").map(
      ({ kind, name, start }) => [kind, name, start],
    ),
    [
      ["env", "A", 5],
      ["env", "C", 20],
      ["secret", "D.e", 35],
      ["folder", "userHome", 42],
      ["secret", "2FA", 61],
    ],
  );
  assert.deepEqual(openVariable("x ${secret:A"), { typed: "secret:A", start: 4 });
  for (const text of ["x ${A}", "x $${A", "x ${A:-b", "x"]) assert.equal(openVariable(text), undefined, text);
});

test("a value that is written to .env is read back", () => {
  for (const value of ["", "plain", "two words", "it's", 'say "hi"', "a#b", "$HOME", "a=b&c", " x "]) {
    const line = dotenvLine("NAME", value);
    assert.equal(parseDotenv(`${line}\n`)["NAME"], value, line);
  }
  assert.equal(dotenvLine("NAME", "'\"`"), undefined);
  assert.deepEqual(endOf("A=1"), { at: { line: 0, character: 3 }, before: "\n" });
  assert.deepEqual(endOf("A=1\n"), { at: { line: 1, character: 0 }, before: "" });
});

test("names in .env are found where dotenv reads them", () => {
  const text =
    "# A=1\n\n  export B='x'\nC: y\nD\n#\nF.g-h=1\r\nKEY=\"-----\r\nINSIDE=1\n-----\" # end\nG='\nH=2\n'\nI=`a`\nJ=\nK='open\nL=3\n";
  assert.deepEqual(
    dotenvNames(text).map(({ name }) => name),
    Object.keys(parseDotenv(text)),
  );
  assert.deepEqual(dotenvNames(text)[0]?.range.start, { line: 2, character: 9 });
  const last = text.split("\n").length - 2;
  assert.deepEqual(dotenvNames(text).at(-1)?.range, {
    start: { line: last, character: 0 },
    end: { line: last, character: 1 },
  });
});

test("commands on PATH are named as each system names them", () => {
  const windows = {
    platform: "win32",
    path: '"C:\\Program Files\\x";D:\\bin;;rel',
    pathExt: ".EXE;.CMD",
  } as const;
  assert.deepEqual(searchFolders(windows), ["C:\\Program Files\\x", "D:\\bin"]);
  assert.deepEqual(commandNames(["node.exe", "npx.CMD", "npx", "readme.txt"], windows), ["node", "npx"]);
  const linux = { platform: "linux", path: "/bin:/usr/bin::/bin:rel", pathExt: "" } as const;
  assert.deepEqual(searchFolders(linux), ["/bin", "/usr/bin"]);
  assert.deepEqual(commandNames(["sh", ".hidden"], linux), ["sh"]);
});

test("names from a slow source are requested once in a while, and a failure gives an empty list", async () => {
  let now = 0;
  let asked = 0;
  const later = new AsyncNameCache(() => now);
  const find = async () => [`answer ${++asked}`];
  assert.equal(later.ask("a", find), undefined);
  assert.equal(later.ask("a", find), undefined);
  await new Promise(setImmediate);
  assert.deepEqual(later.ask("a", find), ["answer 1"]);
  now += 30_001;
  assert.deepEqual(later.ask("a", find), ["answer 1"]);
  await new Promise(setImmediate);
  assert.deepEqual(later.ask("a", find), ["answer 2"]);
  later.ask("b", () => Promise.reject(new Error("no engine")));
  await new Promise(setImmediate);
  assert.deepEqual(later.ask("b", find), []);
});

test("a value is quoted where YAML would read another value", () => {
  for (const text of [
    "npx",
    "12",
    "true",
    "null",
    "~",
    "a: b",
    "a #b",
    "*x",
    "two words",
    "",
    "ghcr.io/a/b:1.2",
    "a:",
  ])
    assert.equal(parse(`[${plainOrQuoted(text)}]`)[0], text, plainOrQuoted(text));
});

test("folding handles lists beside their key, comments and blank lines", () => {
  assert.deepEqual(foldingOf("a:\n- x:\n    y\n\n# c\n- z\nb: 1\n"), [
    { startLine: 0, endLine: 5 },
    { startLine: 1, endLine: 2 },
  ]);
});

test("formatting does not change a value, and a second run changes nothing", async () => {
  const library = new YamlLibrary("formatting", {});
  for (const text of [largeCatalog(40), ...fixtureCatalogs]) {
    const [edit] = await library.format(text, { tabSize: 2 });
    if (!edit) continue;
    assert.deepEqual(parse(edit.newText), parse(text));
    assert.deepEqual(await library.format(edit.newText, { tabSize: 2 }), []);
  }
});
