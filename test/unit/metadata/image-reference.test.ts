/** Names of images, as platform.md lists them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { inRegistry, splitTag, withoutRegistry, withTag } from "../../../src/metadata/image-reference.ts";

const digest = "registry.example.com/a@sha256:0123";

test("a tag is the text after the last colon after the last slash, and a digest is kept whole", () => {
  assert.deepEqual(splitTag("registry.example.com/a:latest"), {
    image: "registry.example.com/a",
    tag: "latest",
  });
  assert.deepEqual(splitTag("10.0.0.5:5000/app"), { image: "10.0.0.5:5000/app" });
  assert.deepEqual(splitTag("10.0.0.5:5000/app:v1"), { image: "10.0.0.5:5000/app", tag: "v1" });
  assert.deepEqual(splitTag("app"), { image: "app" });
  assert.deepEqual(splitTag(digest), { image: digest });
});

test("the tag field counts unless the image has a tag or a digest", () => {
  assert.equal(withTag("10.0.0.5:5000/app", "v1"), "10.0.0.5:5000/app:v1");
  assert.equal(withTag("app:v2", "v1"), "app:v2");
  assert.equal(withTag(digest, "v1"), digest);
});

test("the first part of a name is a registry only if it is a host", () => {
  assert.equal(withoutRegistry("localhost:5000/my-image"), "my-image");
  assert.equal(withoutRegistry("192.168.1.1:5000/x"), "x");
  assert.equal(withoutRegistry("localhost/x"), "x");
  assert.equal(withoutRegistry("team/app"), "team/app");
  assert.equal(withoutRegistry("registry.example.com/team/app:v1"), "team/app:v1");
});

test("an image in another registry keeps its name, its tag and its digest", () => {
  assert.equal(
    inRegistry("localhost:5000/team/app:v1", "https://r.example.com/"),
    "r.example.com/team/app:v1",
  );
  assert.equal(inRegistry("team/app", "r.example.com/mirror"), "r.example.com/mirror/team/app");
  assert.equal(inRegistry(digest, "10.0.0.5:5000"), "10.0.0.5:5000/a@sha256:0123");
});
