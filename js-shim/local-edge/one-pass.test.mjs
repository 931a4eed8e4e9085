// Platforms of one pass, without rules, in front of a folder: node --test js-shim/local-edge/one-pass.test.mjs
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { source } from "../test/source.mjs";

const { OnePass } = await source("local-edge/pipeline/one-pass.ts");
const { Trace } = await source("local-edge/pipeline/trace.ts");
const { StaticSite } = await source("local-edge/origin/static-site.ts");
const { mapOf } = await source("local-edge/message.ts");

const PLATFORMS = ["cloudflare", "netlify", "vercel", "fastly", "fetch"];
const TEXT = "0123456789";

let folder;
before(() => {
  folder = mkdtempSync(join(tmpdir(), "selvedge-pass-"));
  writeFileSync(join(folder, "a.txt"), TEXT);
});
after(() => rmSync(folder, { recursive: true }));

async function ask(platform, lines, method = "GET") {
  const request = { clientIp: "127.0.0.1", method, uri: "/a.txt", querystring: "", headers: mapOf([["Host", "localhost"], ...lines]) };
  const viewer = { request, body: Buffer.alloc(0), device: [] };
  const { status, headers, body } = await new OnePass(undefined, platform, new StaticSite(folder), "").answer(viewer, new Trace("id", request, viewer));
  return [status, body.toString(), headers["content-length"]?.[0].value];
}

// RFC 9110 §8.6: the length is that of what is sent; of HEAD, that of what GET would send. §15.3.7, §15.4.5, §15.5.17.
for (const platform of PLATFORMS) {
  test(`${platform}: Content-Length is that of what is sent`, async () => {
    assert.deepEqual(await ask(platform, []), [200, TEXT, "10"]);
    assert.deepEqual(await ask(platform, [["Range", "bytes=0-3"]]), [206, "0123", "4"]);
    assert.deepEqual(await ask(platform, [["Range", "bytes=-1"]]), [206, "9", "1"]);
    assert.deepEqual(await ask(platform, [["Range", "bytes=10-"]]), [416, "", "0"]);
    assert.deepEqual(await ask(platform, [["If-None-Match", "*"]]), [304, "", undefined]);
    assert.deepEqual(await ask(platform, [], "HEAD"), [200, "", "10"]);
    assert.deepEqual(await ask(platform, [["Range", "bytes=0-3"]], "HEAD"), [200, "", "10"]);
  });
}
