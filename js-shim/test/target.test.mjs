// Request targets in selvedge/node that a fuzzer found to be read in two ways. Those of tests/hostile go through servers.
import assert from "node:assert/strict";
import { it } from "node:test";
import { readTarget } from "../../pkg/dist/adapters/node/target.js";

it("resolves every dot segment: RFC 3986 §5.2.4", () => {
  for (const [target, path] of [
    // The class URL of Node 20 and 22 leaves these two as they are.
    ["/a/.b/../c", "/a/c"],
    ["/a/.b/./c/.", "/a/.b/c/"],
    ["/a/%2E./b/..", "/"],
    ["/..//a/../..", "/"],
    ["/.well-known/x", "/.well-known/x"],
    ["/a\\..\\b", "/b"],
  ]) {
    assert.equal(readTarget("GET", target).path, path, target);
  }
});

it("decodes once: RFC 3986 §2.4", () => {
  for (const [target, path] of [
    ["/%2%66x", "/%2%66x"],
    ["/%%36b/%%7a", "/%%36b/%z"],
    ["/%41%42%7e", "/AB~"],
  ]) {
    assert.equal(readTarget("GET", target).path, path, target);
  }
});
