// selvedge/fetch on the runtime's own Request and Response.
import assert from "node:assert/strict";
import { test } from "node:test";
import { compile } from "../../pkg/dist/compile/compile.js";
import { edge as small } from "../../pkg/dist/compiled/fetch.js";
import { edge as regex } from "../../pkg/dist/compiled/regex/fetch.js";
import { edge } from "../../pkg/dist/plain/fetch.js";

const RULES = {
  redirects: [{ from: "/old/*", to: "/new/:splat" }],
  headers: [{ for: "/*", remove: ["x-amz-meta-*"], set: { "X-Frame-Options": "DENY" } }],
};
const ask = (path, init) => new Request(`https://example.org${path}`, init);

test("plain rules, JSON text and plans are the same to edge", async () => {
  const plan = compile(RULES, { platform: "fetch" });
  for (const site of [edge(RULES), edge(JSON.stringify(RULES)), edge(plan), small(plan), regex(plan)]) {
    const redirect = await site(ask("/old/x?a=1"), () => assert.fail("asked"));
    assert.deepEqual([redirect.status, redirect.headers.get("location")], [301, "/new/x?a=1"]);
    assert.equal(redirect.headers.get("x-frame-options"), "DENY");
    const page = await site(ask("/page"), ({ url }) => new Response(url, { headers: { "x-amz-meta-owner": "me" } }));
    assert.equal(await page.text(), "https://example.org/page");
    assert.deepEqual([page.headers.has("x-amz-meta-owner"), page.headers.get("x-frame-options")], [false, "DENY"]);
  }
});

test("a plan for another platform, rules in place of a plan, no origin: said at once", async () => {
  assert.throws(() => small(compile(RULES, { platform: "cloudfront" })), { name: "PlanError", message: /cloudfront; compile it for fetch/ });
  assert.throws(() => small(RULES), /selvedge\/fetch/);
  assert.throws(() => edge(RULES, { origin: "origin.example.com" }), /such as "https:/);
  await assert.rejects(edge(RULES)(ask("/")), /no origin: pass `next`/);
});
