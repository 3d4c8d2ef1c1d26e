import assert from "node:assert/strict";
import { test } from "node:test";
import { isWellKnown, mcpPath, splitTarget } from "../../../../src/frontend/http/request-paths.ts";

test("a slash at the end does not change a path, but a second one does", () => {
  const paths = ["/x/mcp/?a=/", "/mcp/", "/", "", "/x//", "http://127.0.0.1:1/x/sse/"];
  assert.deepEqual(
    paths.map((target) => splitTarget(target)),
    [
      { path: "/x/mcp", query: "a=/" },
      { path: "/mcp", query: "" },
      { path: "/", query: "" },
      { path: "", query: "" },
      { path: "/x/", query: "" },
      { path: "/x/sse", query: "" },
    ],
  );
});

test("the MCP paths are recognised, also where a server has the name of one", () => {
  const meanings = Object.entries({
    "/mcp": "streamable all",
    "/sse": "sse all",
    "/sse/message": "sse-message all",
    "/x/mcp": "streamable x",
    "/x/sse": "sse x",
    "/x/sse/message": "sse-message x",
    "/sse/mcp": "streamable sse",
    "/sse/sse/message": "sse-message sse",
    "/x": "none",
    "//mcp": "none",
    "/x/y/mcp": "none",
    "/x/mcp/message": "none",
    "/MCP": "none",
  });
  for (const [path, meaning] of meanings) {
    const found = mcpPath(path);
    assert.equal(found ? `${found.transport} ${found.id ?? "all"}` : "none", meaning, path);
  }
});

test("the paths where clients search for an OAuth server are recognised", () => {
  for (const path of ["/.well-known/x", "/x/mcp/.well-known/oauth-protected-resource", "/mcp/.well-known/x"])
    assert.equal(isWellKnown(path), true, path);
  assert.equal(isWellKnown("/x/well-known/y"), false);
});
