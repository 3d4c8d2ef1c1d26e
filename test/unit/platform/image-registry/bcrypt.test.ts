/** Passwords are hashed in the standard format. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { bcrypt } from "../../../../src/platform/image-registry/bcrypt.ts";

const salt = Buffer.from("71d79f8218a39259a7a29aabb2dbafc3", "hex");
/** The hash of libxcrypt with this salt. */
const known = {
  "5 ": "$2y$05$abcdefghijklmnopqrstuu0oImNDIy4flhldV9YqunRgBAePKmw7m",
  "5 a": "$2y$05$abcdefghijklmnopqrstuu8.veTXNDPV2eEsdpKNczMw2otgh5LnK",
  "4 hush-hush-0123456789_-ABCDEFGHIJK": "$2y$04$abcdefghijklmnopqrstuuwWWZbbTkGiL7gVAhxbbdJYZ301xMIsi",
  "4 ä": "$2y$04$abcdefghijklmnopqrstuuc1pqO32Jjm3MjkBXEuJk7AAzEdrKrQ.",
};

test("a hash is the same as that of another implementation for the same password", () => {
  for (const [input, hash] of Object.entries(known)) {
    const space = input.indexOf(" ");
    assert.equal(bcrypt(input.slice(space + 1), salt, Number(input.slice(0, space))), hash);
  }
});

test("each hash has its own salt, and a password that would be cut off is refused", () => {
  assert.notEqual(bcrypt("one"), bcrypt("one"));
  assert.match(bcrypt("one"), /^\$2y\$05\$[./A-Za-z0-9]{53}$/);
  assert.throws(() => bcrypt("x".repeat(72)), RangeError);
});
