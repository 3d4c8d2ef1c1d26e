/** Names of the servers of an aggregate, and globs for them. */

import assert from "node:assert/strict";
import fc from "fast-check";
import {
  aggregateName,
  aggregateUri,
  mayBeOf,
  splitName,
  splitUri,
} from "../../src/router/aggregate/aggregate-names.ts";
import { matchesGlob } from "../../src/router/glob.ts";
import { type Property, property } from "./property.ts";

const id = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/);
const shortId = fc.constantFrom("a", "a-b", "a--b", "0", "s", "ui", "a-");
const name = fc.oneof(
  fc.stringMatching(/^[A-Za-z0-9_-]{1,40}$/),
  fc.constantFrom("__", "a__b", "_", "x_0123abcd", "", "b__c_deadbeef"),
  fc.string({ unit: "grapheme" }),
);
const named = fc.tuple(fc.oneof(id, shortId), name);
const longest = fc.integer({ min: 24, max: 128 });
const uri = fc.oneof(
  fc.webUrl(),
  fc.string({ unit: "grapheme" }),
  fc.constantFrom("ui://a", "ui://", "ui:x", "s.a+b", "a+b:c", "file:///x+y", "", "+", "a\nb"),
);

/** Tries each way that a glob without braces can match. */
function matchesPlainly(text: string, glob: string): boolean {
  const [first, ...rest] = glob;
  if (first === undefined) return text === "";
  const after = rest.join("");
  if (first === "*")
    return matchesPlainly(text, after) || (text !== "" && matchesPlainly(text.slice(1), glob));
  return text !== "" && (first === "?" || first === text[0]) && matchesPlainly(text.slice(1), after);
}

export const nameProperties: readonly Property[] = [
  property(
    "a name of the aggregate leads back to its server",
    8,
    fc.tuple(named, longest),
    ([[server, tool], limit]) => {
      const whole = aggregateName(server, tool, limit);
      assert.match(whole, /^[A-Za-z0-9_-]+$/);
      assert.ok(whole.length <= limit, whole);
      const split = splitName(whole);
      if (split.kind === "plain") assert.deepEqual(split, { kind: "plain", id: server, name: tool });
      else assert.ok(split.kind === "digest" && mayBeOf(server, whole), whole);
    },
  ),
  property(
    "different tools have different names in the aggregate",
    8,
    fc.tuple(named, named, longest),
    ([one, two, limit]) => {
      if (one[0] === two[0] && one[1] === two[1]) return;
      assert.notEqual(aggregateName(...one, limit), aggregateName(...two, limit));
    },
  ),
  property(
    "a URI of the aggregate leads back to its server",
    8,
    fc.tuple(fc.oneof(id, shortId), uri),
    ([server, own]) => {
      assert.deepEqual(splitUri(aggregateUri(server, own)), { id: server, uri: own });
    },
  ),
  property("any name and URI is split without an error", 5, fc.string(), (text) => {
    const split = splitName(text);
    if (split.kind === "plain") assert.equal(`${split.id}__${split.name}`, text);
    splitUri(text);
  }),
  property(
    "a glob matches like the plainest algorithm",
    8,
    fc.tuple(fc.stringMatching(/^[ab/.]{0,8}$/), fc.stringMatching(/^[ab/.*?]{0,6}$/)),
    ([text, glob]) => {
      assert.equal(matchesGlob(text, glob, false), matchesPlainly(text, glob));
    },
  ),
  property(
    "a glob with braces matches one of its alternatives",
    4,
    fc.tuple(
      fc.stringMatching(/^[ab]{0,4}$/),
      fc.array(fc.stringMatching(/^[ab*?]{0,3}$/), { minLength: 2, maxLength: 4 }),
    ),
    ([text, parts]) => {
      const expected = parts.some((part) => matchesPlainly(text, `a${part}b`));
      assert.equal(matchesGlob(text, `a{${parts.join(",")}}b`, false), expected);
    },
  ),
  property(
    "any glob is matched without an error",
    4,
    fc.tuple(fc.string(), fc.stringMatching(/^[ab{},*?\\]{0,12}$/)),
    ([text, glob]) => {
      matchesGlob(text, glob, false);
    },
  ),
];
