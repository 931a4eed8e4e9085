// `selvedge dev` and files that change: what modules import from other folders, what a new distribution names, and which files the site has.
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { dev } from "./dev.mjs";
import { folder } from "./run.mjs";

const SITE = { "site/index.html": "home" };
const handler = (says) => `import { value } from "../shared/value.mjs";\nexport const handler = async () => ({ status: "200", body: "${says} " + value });`;
const distribution = (file) => ({ origins: [{ id: "s", folder: "site" }], behaviors: [{ path: "*", origin: "s", handlers: { "viewer-request": file } }] });

/** Writes a file, and waits until it has been read anew. */
async function changes(edge, cwd, file, content) {
  const before = edge.printed.length;
  writeFileSync(join(cwd, file), typeof content === "string" ? content : JSON.stringify(content));
  await edge.says(new RegExp(`^[^]{${before},}(?:reloaded after|cannot be used)`));
}

test("a handler reloads with what it imports, also after the distribution named another", async (t) => {
  const cwd = folder(t, { ...SITE, "shared/value.mjs": "export const value = 1;", "one/h.mjs": handler("one"), "two/h.mjs": handler("two"), "dist.json": distribution("one/h.mjs") });
  const edge = await dev(t, cwd, "--config", "dist.json");
  const says = async () => (await edge.get("/")).text;
  assert.equal(await says(), "one 1");
  await changes(edge, cwd, "shared/value.mjs", "export const value = 2;");
  assert.equal(await says(), "one 2");
  await changes(edge, cwd, "dist.json", distribution("two/h.mjs"));
  assert.equal(await says(), "two 2");
  await changes(edge, cwd, "two/h.mjs", handler("three"));
  assert.equal(await says(), "three 2");
  await changes(edge, cwd, "dist.json", "{");
  assert.equal(await says(), "three 2");
});

test("rules reload with what they import or include", async (t) => {
  const cwd = folder(t, {
    ...SITE,
    "shared/to.mjs": 'export const to = "/one";',
    "edge/edge.rules.mjs": 'import { to } from "../shared/to.mjs";\nexport const rules = { redirects: [{ from: "/x", to }] };',
    "nginx.conf": "server {\n  include snippets/moved.conf;\n}\n",
    "snippets/moved.conf": "location = /y { return 301 /one; }\n",
  });
  const edge = await dev(t, cwd, "edge/edge.rules.mjs", "nginx.conf", "--origin", "site");
  const leads = async (path) => (await edge.get(path)).headers.location;
  assert.deepEqual([await leads("/x"), await leads("/y")], ["/one", "/one"]);
  await changes(edge, cwd, "shared/to.mjs", 'export const to = "/two";');
  assert.equal(await leads("/x"), "/two");
  await changes(edge, cwd, "snippets/moved.conf", "location = /y { return 301 /two; }\n");
  assert.equal(await leads("/y"), "/two");
});

test("rules that yield to files follow the site", async (t) => {
  const cwd = folder(t, { ...SITE, "site/404.html": "lost", _redirects: "/* /index.html 200\n", "rules.json": { responses: [{ for: "/gone", status: 410, body: { file: "404.html" } }] } });
  const edge = await dev(t, cwd, "rules.json", "_redirects", "--dialect", "netlify", "--origin", "site");
  const text = async (path) => (await edge.get(path)).text;
  assert.deepEqual([await text("/about.html"), await text("/gone")], ["home", "lost"]);
  await changes(edge, cwd, "site/about.html", "about");
  assert.equal(await text("/about.html"), "about");
  await changes(edge, cwd, "site/404.html", "never more");
  assert.equal(await text("/gone"), "never more");
  mkdirSync(join(cwd, "site/deep"));
  await changes(edge, cwd, "site/deep/new.html", "new");
  assert.equal(await text("/deep/new.html"), "new");
});

test("a mistake is shown with the text that has it, and not with the text before", async (t) => {
  const good = '{"redirects":[{"from":"/old/*","to":"/new/:splat"}]}';
  const cwd = folder(t, { ...SITE, "rules.json": good });
  const edge = await dev(t, cwd, "rules.json", "--origin", "site");
  for (const [text, marked] of [
    ['{"redirects":[{"form":"/a","to":"/b"}]}', /^ +1 \| \{"redirects":\[\{"form":"\/a","to":"\/b"\}\]\}\n +\| {16}\^{6}$/m],
    ['{\n  "redirects": [\n    { "from": "/a", "to": "/b", "stauts": 301 }\n  ]\n}', /^ +3 \| {5}\{ "from": "\/a", "to": "\/b", "stauts": 301 \}\n +\| {33}\^{8}$/m],
    ["x{{{", /^ +1 \| x\{\{\{\n/m],
  ]) {
    const before = edge.printed.length;
    await changes(edge, cwd, "rules.json", text);
    await edge.says(new RegExp(`^[^]{${before},}in 1 file`));
    assert.match(edge.printed.slice(before), marked);
  }
  assert.equal((await edge.get("/old/x")).headers.location, "/new/x");
});
