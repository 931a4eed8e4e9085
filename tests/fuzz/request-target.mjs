// The request target in selvedge/node: read in one way, and settled once and for all.
import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import { entry } from "../bench/package.mjs";

export const about = "any request target: refused, or a path that every server reads as rules do";
export const module = pathToFileURL(entry("node/target")).href;
const { isAuthority, readTarget, splitTarget } = await import(module);

export const seeds = [
  "GET /a/../b?c=d",
  "GET http://example.org:80/a/%2e%2e/b",
  "GET //secret//x",
  "GET /%%36b/%2%66",
  "OPTIONS *",
  "CONNECT [::1]:443",
  "GET ftp://example.org/",
  "GET http://user@example.org?/x",
  "GET /a\\b;c/./%73ecret",
];

/** A method, a space, and the target. */
export function check(text) {
  const space = text.indexOf(" ");
  const [method, target] = [text.slice(0, Math.max(space, 0)), text.slice(space + 1)];
  const read = readTarget(method, target);
  if (read instanceof Error) return;
  const { path, query, authority, base } = read;
  assert.ok(path.startsWith("/") && !path.startsWith("//"), `path ${path}`);
  assert.doesNotMatch(path, /[?#\s\\]/);
  assert.doesNotMatch(path, /(?:^|\/)(?:\.|%2e){1,2}(?:\/|$)/i, "a dot segment is left");
  // What is settled is settled, and a server that parses it as a URL sees the same.
  assert.equal(splitTarget(path).path, path, "another reading changes it");
  if (authority !== undefined) {
    assert.ok(isAuthority(authority));
    assert.doesNotMatch(authority, /[/?#@\\\s]/);
  }
  if (base !== "") assert.equal(base.slice(base.indexOf("://") + 3), authority);
  assert.ok(query === "" || target.endsWith(`?${query}`));
}
