// `selvedge dev FOLDER/`: what `selvedge build --platform cloudfront` wrote, a function at the viewer events and Lambda@Edge at the
// others. What a function may return is AWS's to say:
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-event-structure.html
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { dev } from "./dev.mjs";
import { folder, selvedge } from "./run.mjs";

const SITE = { "site/index.html": "<h1>home</h1>", "site/about/index.html": "<h1>about</h1>", "site/a.txt": "0123456789", "package.json": { type: "module" } };
const FR = { "Selvedge-Country": "FR" };

function built(t, rules, ...args) {
  const cwd = folder(t, { ...SITE, "rules.json": rules });
  const { code, err } = selvedge("build", "rules.json", "-p", "cloudfront", "-o", "edge/", ...args, { cwd });
  assert.equal(code, 0, err);
  return cwd;
}

test("the function runs at the viewer's side, and Lambda@Edge at the origin's", async (t) => {
  const cwd = built(t, {
    redirects: [{ from: "/", to: "/fr/", when: { country: "FR", cookie: { stay: false } } }],
    html: { index: "index.html" },
    headers: [
      { for: "*.txt", set: { "Cache-Control": "max-age=60" } },
      { at: "viewer-response", set: { "X-Country": "{country}" } },
      { on: "request", at: "viewer-request", when: { header: { "x-secret": true } }, remove: ["X-Secret"] },
    ],
    security: "basic",
  }, "--prefer", "policies");
  const edge = await dev(t, cwd, "edge", "--origin", "site");
  const moved = await edge.get("/", { headers: FR });
  assert.deepEqual([moved.status, moved.headers.location, moved.headers["x-cache"]], [302, "/fr/", "FunctionGeneratedResponse from cloudfront"]);
  // What a viewer sends under the name of a header of CloudFront's is not seen.
  assert.equal((await edge.get("/", { headers: { "Selvedge-Country": "DE", "CloudFront-Viewer-Country": "FR" } })).text, "<h1>home</h1>");
  assert.equal((await edge.get("/", { headers: { "CloudFront-Viewer-Country": "FR" } })).text, "<h1>home</h1>");
  assert.equal((await edge.get("/", { headers: { ...FR, cookie: "a=b; stay=1" } })).text, "<h1>home</h1>");
  assert.equal((await edge.get("/about/?a=%20b")).text, "<h1>about</h1>");
  const text = await edge.get("/a.txt", { headers: { ...FR, "X-Secret": "1" } });
  assert.deepEqual([text.headers["cache-control"], text.headers["x-country"], text.headers["x-content-type-options"]], ["max-age=60", "FR", "nosniff"]);
  assert.match(text.headers["strict-transport-security"], /^max-age=/);

  // The folder is read anew; what a function must not do is told.
  const file = join(cwd, "edge/function.js");
  // "Restrictions on CloudFront Functions": 503 where it does not run, 502 for what it returns.
  const answers = async (body, why, status = 502) => {
    const before = edge.printed.length;
    writeFileSync(file, `function handler(e){${body}}\n`);
    await edge.says(new RegExp(`^[^]{${before},}reloaded after`));
    const answer = await edge.get("/a.txt");
    assert.deepEqual([answer.status, answer.headers["x-cache"]], [status, `Function${status === 502 ? "Validation" : "Execution"}Error from cloudfront`], body);
    assert.match(answer.text, why, body);
  };
  await answers("throw new Error('no')", /The CloudFront function[^]*Error: no/, 503);
  await answers("return null", /null is not an object/);
  await answers("for(;;);", /timed out/, 503);
  await answers("return new Promise(function(){})", /never settles/, 503);
  await answers("return Promise.resolve().then(function(){for(;;);})", /timed out/, 503);
  await answers("return e.request.body.data", /TypeError/, 503);
  await answers("return eval('e.request')", /EvalError/, 503);
  await answers("return fetch('https://example.org/')", /fetch is not defined/, 503);
  await answers("e.request.method='POST';return e.request", /the method is read-only/);
  await answers("e.request.uri='a b';return e.request", /uri: .* is not a path/);
  await answers("e.request.headers['X-A']={value:'1'};return e.request", /headers\.X-A: it is not the name of a header in lower case/);
  await answers("e.request.headers['x-a']='1';return e.request", /headers\.x-a: .* is not an object/);
  await answers("e.request.headers['x-a']={value:1};return e.request", /headers\.x-a\.value: 1 is not a text/);
  await answers("e.request.headers.via={value:'1'};return e.request", /headers\.via/);
  await answers("e.request.headers['x-amz-cf-id']={value:'1'};return e.request", /headers\.x-amz-cf-id/);
  await answers("e.request.extra=1;return e.request", /a request has no member extra/);
  await answers("return{statusCode:'200'}", /statusCode: .* is not a status/);
  await answers("if(e.response){e.response.body='x';return e.response}return e.request", /body: a function at viewer-response cannot write one/);
  // One that is too large is not taken, and the last one stays.
  writeFileSync(file, `function handler(e){return e.request}//${"x".repeat(10_240)}`);
  await edge.says(/the function has 102\d\d bytes, and CloudFront takes 10240/);
});

test("the function reads its store, and chooses origins", async (t) => {
  const redirects = Array.from({ length: 400 }, (_, n) => ({ from: `/old/page-${n}`, to: `/new/page-${n}` }));
  const cwd = built(t, { redirects });
  const edge = await dev(t, cwd, "edge", "--origin", "site");
  const moved = await edge.get("/old/page-399?a=b");
  assert.deepEqual([moved.status, moved.headers.location], [301, "/new/page-399?a=b"]);
  assert.equal((await edge.get("/a.txt")).text, "0123456789");
  assert.match(readFileSync(join(cwd, "edge/function.js"), "utf8"), /^import cf from 'cloudfront'/);
  const host = new URL(edge.url);
  writeFileSync(join(cwd, "edge/function.js"), `import cf from 'cloudfront'
function handler(e){if(e.request.uri==='/chosen'){cf.updateRequestOrigin({domainName:'${host.hostname}',customOriginConfig:{port:${host.port},protocol:'http',sslProtocols:['TLSv1.2']},customHeaders:{'x-a':'1'}});e.request.uri='/a.txt'}return e.request}`);
  await edge.says(/reloaded after a change/);
  const chosen = await edge.get("/chosen");
  assert.deepEqual([chosen.status, chosen.text, chosen.headers.via.split(",").length > 0], [200, "0123456789", true]);
});

test("a folder is told from one that was not built, and goes alone", (t) => {
  const cwd = built(t, { redirects: [{ from: "/a", to: "/b" }] });
  for (const [args, why] of [
    [["site"], /is not a folder that selvedge build wrote/],
    [["edge", "rules.json"], /is a folder that was built, and the rules are in it/],
    [["edge", "--platform", "fetch"], /is a folder, and those are built for CloudFront/],
    [["edge", "--handler", "origin-request=a.mjs"], /has the functions of all triggers/],
  ]) {
    const { code, err } = selvedge("dev", ...args, "--origin", "site", { cwd });
    assert.equal(code, 2, args);
    assert.match(err, why);
  }
});
