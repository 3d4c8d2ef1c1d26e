/** JSON texts as programs of all kinds write them: odd spaces, escapes, big numbers, keys that occur twice. */

import fc from "fast-check";

const space = fc.constantFrom("", "", "", "", " ", "\n", "\t", "\r\n", "  ");

/** The same string in one of the ways to write it. */
const writtenString = (text: fc.Arbitrary<string>) =>
  fc.tuple(text, fc.nat(3)).map(([value, way]) => {
    if (way === 0) return escaped(value);
    const written = JSON.stringify(value);
    return way === 1 ? written.replaceAll("/", "\\/") : written;
  });

function escaped(value: string): string {
  const units = Array.from({ length: value.length }, (_, at) => value.charCodeAt(at));
  return `"${units.map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`).join("")}"`;
}

const trickyText = fc.constantFrom(
  "",
  "\\",
  '"',
  '\\"',
  '"}',
  "{",
  "]",
  ",",
  '":',
  "\u2028",
  "\ud800",
  "a",
  "id",
);
const text = fc.oneof(fc.string({ maxLength: 8 }), fc.string({ unit: "grapheme", maxLength: 4 }), trickyText);

const numberText = fc.oneof(
  fc.constantFrom(
    "0",
    "-0",
    "1.0",
    "12345678901234567890",
    "9007199254740993",
    "1e400",
    "-1E-7",
    "0.10",
    "1e+2",
  ),
  fc.integer().map(String),
);

const protocolKeys = ["jsonrpc", "id", "method", "params", "result", "error", "name", "uri", "_meta"];
const otherKeys = [
  "progressToken",
  "arguments",
  "cursor",
  "requestId",
  "a",
  "b",
  "x",
  "__proto__",
  "toString",
];
const lookAlikes = [
  "Id",
  "ID",
  "Method",
  "\u0130d",
  "id\0",
  "i\u017fd",
  "par_ams",
  "Name",
  "URI",
  "progress_token",
];

/** Each key at most once, and none that looks like another. */
export const plainKey = fc.constantFrom(...protocolKeys, ...otherKeys);
const anyKey = fc.oneof(
  { weight: 8, arbitrary: plainKey },
  { weight: 2, arbitrary: fc.constantFrom(...lookAlikes) },
  // After a key with a backslash the `JSON.parse` of V8 13.6 misreads others, so it could not be the oracle.
  { weight: 2, arbitrary: text.filter((key) => !key.includes("\\")) },
);

interface Options {
  /** Whether keys may be written twice and with escapes. */
  readonly odd: boolean;
}

/** A JSON text whose value is an object. */
export function objectText({ odd }: Options): fc.Arbitrary<string> {
  const key = odd ? writtenString(anyKey) : plainKey.map((one) => JSON.stringify(one));
  const { object } = fc.letrec<{ value: string; object: string; array: string }>((tie) => ({
    value: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      fc.oneof(numberText, writtenString(text), fc.constantFrom("true", "false", "null")),
      tie("object"),
      tie("array"),
    ),
    array: fc
      .array(fc.tuple(space, tie("value"), space), { maxLength: 4 })
      .map((items) => `[${items.map((parts) => parts.join("")).join(",")}]`),
    object: membersText(key, tie("value"), odd),
  }));
  return fc.tuple(space, object, space).map((parts) => parts.join(""));
}

function membersText(
  key: fc.Arbitrary<string>,
  value: fc.Arbitrary<string>,
  mayRepeat: boolean,
): fc.Arbitrary<string> {
  const member = fc.tuple(space, key, space, space, value, space);
  const members = mayRepeat
    ? fc.array(member, { maxLength: 6 })
    : fc.uniqueArray(member, { maxLength: 6, selector: ([, name]) => name });
  return fc
    .tuple(members, space)
    .map(([list, inside]) =>
      list.length === 0
        ? `{${inside}}`
        : `{${list.map(([a, name, b, c, content, d]) => `${a}${name}${b}:${c}${content}${d}`).join(",")}}`,
    );
}

/** A request, notification or response, with other members before and after its own. */
export function messageText(options: Options): fc.Arbitrary<string> {
  const method = fc.constantFrom("tools/call", "resources/read", "x/y", "notifications/progress", "ping");
  const head = fc.oneof(
    method.map((name) => `"jsonrpc":"2.0","method":"${name}"`),
    fc.constant('"jsonrpc":"2.0"'),
  );
  return fc.tuple(head, objectText(options)).map(([before, object]) => {
    const rest = object.trim().slice(1);
    return rest.trim() === "}" ? `{${before}}` : `{${before},${rest}`;
  });
}

/** Keys from the root to a value. */
export const path = fc.array(plainKey, { minLength: 1, maxLength: 3 });

export const valueText = objectText({ odd: false }).chain((object) =>
  fc.constantFrom(object, "null", '"x"', "12345678901234567890", "[]", "{}"),
);
