/** Tests globs and the time they may take. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { matchesGlob } from "../../../src/router/glob.ts";

const cases: readonly (readonly [glob: string, matching: string, other: string])[] = [
  ["read", "read", "reads"],
  ["", "", "a"],
  ["*", "a/b.c", "\0never"],
  ["read_*", "read_", "xread_"],
  ["*_secret", "a_secret", "a_secret_"],
  ["a*b*c", "axxbxxbc", "axxbxxb"],
  ["?", "x", "xx"],
  ["{read,write}_file", "write_file", "{read,write}_file"],
  ["{a,b{c,d}}x", "bdx", "bx"],
  ["x{,y}", "x", "xz"],
  ["{single}", "{single}", "single"],
  ["a{b", "a{b", "ab"],
  ["\\*", "*", "a"],
  ["\\{a,b}", "{a,b}", "a"],
];

for (const [glob, matching, other] of cases)
  test(`${glob} is ${matching} and not ${JSON.stringify(other)}`, () => {
    assert.equal(matchesGlob(matching, glob, false), true);
    if (!other.startsWith("\0")) assert.equal(matchesGlob(other, glob, false), false);
  });

/** Number of steps, counted by the characters that are read. */
function looks(length: number, glob: string): number {
  let count = 0;
  const name = new Proxy(Object(`${"delete".repeat(length / 6)}`), {
    get(target: object, key: string) {
      if (key === "length") return length;
      count++;
      return (target as Record<string, string>)[key];
    },
  }) as string;
  matchesGlob(name, glob, false);
  return count;
}

test("a name that almost matches again and again takes time linear in its length for each star", () => {
  for (const glob of ["*delete*repo*", "*d*e*l*e*t*e*x*", "*{delete,remove}*{repo,all}*"]) {
    const [short, long] = [looks(600, glob), looks(6_000, glob)];
    assert.ok(long <= 12 * short, `${glob}: ${short} looks at 600 characters, ${long} at 6000`);
  }
});
