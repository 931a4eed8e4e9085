// `selvedge init`: what it finds in a folder, and that what it writes is sound by the other verbs. What the platforms' own tools
// say of it is in tests/init.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Engine } from "../../../pkg/dist/tools/engine.js";
import { dev } from "./dev.mjs";
import { folder, PATIENCE, SELVEDGE, selvedge } from "./run.mjs";

const PAGE = '<!doctype html><title>A page</title><script src="/assets/app-3f2a9c01.js"></script>';
const ASSETS = { "assets/app-3f2a9c01.js": "", "assets/main.Dk3kd8f0.css": "" };
const DIRECTORIES = { "index.html": PAGE, "404.html": PAGE, "blog/index.html": PAGE, "blog/a/index.html": PAGE, "v1.2/index.html": PAGE, ...ASSETS };
const FLAT = { "index.html": PAGE, "about.html": PAGE, "docs/a.html": PAGE, "docs/1.0.html": PAGE };
const APP = { "index.html": PAGE, ...ASSETS };
const PLATFORMS = ["cloudfront", "cloudflare", "netlify", "vercel"];

const below = (name, files) => Object.fromEntries(Object.entries(files).map(([file, content]) => [`${name}/${file}`, content]));
const init = (cwd, ...args) => selvedge("init", ...args, "--json", { cwd }).json();
const rulesIn = (cwd) => JSON.parse(readFileSync(join(cwd, "edge/rules.json"), "utf8"));

test("on every platform, each kind of site gets rules without findings, and expectations that hold", (t) => {
  for (const [kind, files] of Object.entries({ DIRECTORIES, FLAT, APP })) {
    for (const platform of PLATFORMS) {
      const cwd = folder(t, below("dist", files));
      const { code, err } = selvedge("init", "--platform", platform, { cwd });
      assert.deepEqual([code, err], [0, ""], `${kind} on ${platform}`);
      const check = selvedge("check", "--strict", { cwd });
      assert.deepEqual([check.code, check.out.split("\n").filter((line) => /error\[|warning\[/.test(line))], [0, []], `${kind} on ${platform}: ${check.out}`);
      const ran = selvedge("test", "--json", { cwd });
      assert.equal(ran.code, 0, `${kind} on ${platform}: ${ran.out}`);
      assert.ok(ran.json().passed >= 1);
    }
  }
});

test("pages in folders: slashes, the page for what is missing, names with a dot", (t) => {
  const cwd = folder(t, below("dist", DIRECTORIES));
  init(cwd, "--platform", "cloudfront");
  const { redirects, html, rewrites, security, headers } = rulesIn(cwd);
  assert.deepEqual(redirects, [{ from: "/*/index.html", to: "/:splat/" }, { from: "/v1.2", to: "/v1.2/" }]);
  assert.deepEqual([html, rewrites], [{ index: "index.html", clean: "directory", trailingSlash: "add" }, undefined]);
  assert.equal(security.csp["script-src"], "'self'");
  assert.deepEqual(headers[1], { for: "/assets/*", set: { "Cache-Control": "public, max-age=31536000, immutable" } });
  // CloudFront cannot ask the origin twice; its distribution has the page.
  assert.match(readFileSync(join(cwd, "template.yaml"), "utf8"), /- ErrorCode: 404\n +ResponseCode: 404\n +ResponsePagePath: \/404\.html\n/);
  const elsewhere = folder(t, below("dist", DIRECTORIES));
  init(elsewhere, "--platform", "cloudflare");
  assert.deepEqual(rulesIn(elsewhere).rewrites, [{ from: "/*", to: "/404.html", status: 404, fallback: true }]);
});

/** Whether a file is sent. As the AWS CLI does: the last filter that fits decides, and * is any text, slashes too. */
function sentBy(sync) {
  assert.match(sync, /^aws s3 sync \. s3:\/\/BUCKET\/site /);
  const filters = [...sync.matchAll(/--(exclude|include) "([^"]+)"/g)].map(([, kind, pattern]) => [kind, new RegExp(`^${pattern.replaceAll(".", "\\.").replaceAll("*", ".*")}$`)]);
  return (name) => filters.findLast(([, pattern]) => pattern.test(name))?.[0] !== "exclude";
}

test("where the site is the folder of the project, its programs, settings and keys are not published", (t) => {
  const files = { ...FLAT, _redirects: "/a /b\n", ".git/config": "", ".well-known/security.txt": "" };
  const cloudfront = folder(t, files);
  const { next, notes } = init(cloudfront, "--platform", "cloudfront");
  const isSent = sentBy(next.at(-1));
  for (const name of ["index.html", "docs/a.html", "docs/edge/a.html", ".well-known/security.txt"]) assert.ok(isSent(name), name);
  const written = readdirSync(cloudfront, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile() && !/\.html$|security/.test(entry.name));
  const names = written.map(({ parentPath, path, name }) => join(parentPath ?? path, name).slice(cloudfront.length + 1));
  assert.ok(names.length >= 7, names.join());
  for (const name of [...names, "edge/plan.mjs", "edge/build/handler.mjs", "node_modules/selvedge/package.json", "docs/.env"]) assert.equal(isSent(name), false, name);
  assert.match(notes.at(-1), /leaves edge\/, node_modules\/ and settings out/);

  // A project of the CDK as `cdk init` makes it.
  const isSentByCdk = sentBy(init(folder(t, { ...files, "cdk.json": "{}", "bin/app.ts": "", "lib/site-stack.ts": "" }), "--platform", "cloudfront").next.at(-1));
  for (const name of ["cdk.json", "cdk.context.json", "cdk.out/Site.template.json", "cdk.out/asset.1/index.js", "bin/app.ts", "lib/site-stack.ts", "test/site.test.ts", "tsconfig.json", "edge/site.ts", "edge/rules.json"]) assert.equal(isSentByCdk(name), false, name);
  for (const name of ["index.html", "lib/menu.js", "videos/part.ts"]) assert.ok(isSentByCdk(name), name);

  const cloudflare = folder(t, files);
  assert.ok(init(cloudflare, "--platform", "cloudflare").files.includes(".assetsignore"));
  const lines = readFileSync(join(cloudflare, ".assetsignore"), "utf8").split("\n");
  assert.match(readFileSync(join(cloudflare, "wrangler.jsonc"), "utf8"), /"compatibility_date": "2025-06-01"/);
  for (const line of [".*", "!/.well-known", "/edge/", "/node_modules/", "/wrangler.jsonc", "/selvedge.config.json"]) assert.ok(lines.includes(line), line);
  assert.match(init(folder(t, files), "--platform", "netlify").notes.at(-1), /edge\/ and all else in it is published/);
  const apart = folder(t, below("public", FLAT));
  assert.deepEqual([init(apart, "--platform", "cloudfront").next.at(-1), readdirSync(apart).includes(".assetsignore")], ["aws s3 sync public s3://BUCKET/site", false]);
});

test("pages as files, and an app of one page", (t) => {
  const flat = folder(t, FLAT);
  assert.deepEqual(init(flat, "--platform", "cloudflare").detected.site, ".");
  assert.deepEqual(rulesIn(flat), { ...rulesIn(flat), html: { index: "index.html", clean: "file", trailingSlash: "remove" }, rewrites: [{ from: "/docs/1.0", to: "/docs/1.0.html" }] });
  const app = folder(t, below("build", APP));
  init(app, "--platform", "cloudfront");
  assert.deepEqual(rulesIn(app).rewrites, [{ from: "/*", except: { files: true }, to: "/index.html" }]);
  assert.match(readFileSync(join(app, "edge/edge.requests.txt"), "utf8"), /^GET \/settings\/profile → asks \/index\.html/m);
});

test("scripts in pages, or from elsewhere, leave out the policy for scripts; data does not", (t) => {
  const policyOf = (page) => {
    const cwd = folder(t, { "dist/index.html": page });
    init(cwd, "--platform", "cloudfront");
    return rulesIn(cwd).security;
  };
  for (const page of ["<script>a()</script>", "<SCRIPT src='https://x.example/a.js'></SCRIPT>", '<script src="//x.example/a.js"></script>', '<p onclick="a()">', "<a href='javascript:a()'>", '<script type="importmap">{}</script>']) assert.equal(policyOf(page), "basic", page);
  for (const page of ["<script src=/a.js></script>", '<script type="application/ld+json">{"a":1}</script>', "<p>on = off"]) assert.equal(typeof policyOf(page), "object", page);
});

test("the framework, and where it builds to", (t) => {
  const frameworks = { astro: ["Astro", "dist"], next: ["Next.js", "out"], "@sveltejs/kit": ["SvelteKit", "build"], "@11ty/eleventy": ["Eleventy", "_site"], nuxt: ["Nuxt", ".output/public"] };
  for (const [name, expected] of Object.entries(frameworks)) {
    const cwd = folder(t, { "package.json": { devDependencies: { [name]: "1", vite: "1" } } });
    const { detected, notes } = init(cwd, "--platform", "netlify");
    assert.deepEqual([detected.framework, detected.site], expected);
    assert.match(notes[0], /has no pages yet: build the site/);
  }
  const hugo = folder(t, { "hugo.toml": "", ...below("public", DIRECTORIES) });
  assert.deepEqual(init(hugo, "--platform", "vercel").detected.framework, "Hugo");
});

test("the platform follows from its files; where it does not, it has to be said", (t) => {
  const of = (files) => selvedge("init", "--json", { cwd: folder(t, { ...below("dist", APP), ...files }) });
  assert.equal(of({ "wrangler.toml": 'name = "x"\n' }).json().platform, "cloudflare");
  assert.equal(of({ "netlify.toml": "" }).json().platform, "netlify");
  assert.equal(of({ "vercel.json": "{}" }).json().platform, "vercel");
  assert.equal(of({ "template.yaml": "Transform: AWS::Serverless-2016-10-31\n" }).json().platform, "cloudfront");
  const cdk = of({ "cdk.json": "{}" }).json();
  assert.deepEqual([cdk.platform, cdk.files.includes("edge/site.ts")], ["cloudfront", true]);
  assert.match(of({}).json().error.message, /nothing here says where the site runs/);
  assert.match(of({ "wrangler.toml": "", "netlify.toml": "" }).json().error.message, /files here are of cloudflare and netlify/);
});

/** `selvedge init` at a terminal of util-linux's script, with lines typed when it asks. */
async function typed(cwd, ...answers) {
  const child = spawn("script", ["-qec", `"${process.execPath}" "${SELVEDGE}" init`, "/dev/null"], { cwd, env: { ...process.env, NO_COLOR: "1" } });
  let printed = "";
  let asked = 0;
  child.stdout.setEncoding("utf8").on("data", (text) => {
    printed += text;
    // Answered when it is asked for: how long that takes does not matter.
    for (const questions = printed.split("vercel)? ").length - 1; asked < questions; asked++) child.stdin.write(answers[asked] ?? CTRL_C);
  });
  const limit = setTimeout(() => child.kill("SIGKILL"), PATIENCE);
  const code = await new Promise((resolve) => child.on("close", resolve));
  clearTimeout(limit);
  return { code, printed };
}

const CTRL_C = "\x03";
const CTRL_D = "\x04";
const hasScript = /util-linux/.test(spawnSync("script", ["--version"]).stdout?.toString());

test("at a terminal it asks until it knows the platform", { skip: !hasScript && "no script of util-linux makes a terminal here" }, async (t) => {
  const cwd = folder(t, { "index.html": PAGE });
  const { code, printed } = await typed(cwd, "\r", "clodflare\r", "somewhere\r", "Cloudflare \r");
  assert.equal(code, 0, printed);
  assert.match(printed, /clodflare is not one of them\. Is it cloudflare\?\r\n/);
  assert.match(printed, /somewhere is not one of them\.\r\n/);
  assert.match(printed, /A site for cloudflare/);
  assert.ok(readdirSync(cwd).includes("wrangler.jsonc"));
});

test("Ctrl-C and Ctrl-D end the question, and nothing is written", { skip: !hasScript && "no script of util-linux makes a terminal here" }, async (t) => {
  for (const key of [CTRL_C, CTRL_D]) {
    const cwd = folder(t, { "index.html": PAGE });
    const { code, printed } = await typed(cwd, key);
    assert.equal(code, 2, printed);
    assert.match(printed, /error: no platform was chosen\r\n +nothing was written; add --platform, one of /);
    assert.deepEqual(readdirSync(cwd), ["index.html"]);
  }
});

test("rule files that are there become part of the rules, unless the platform reads them itself", (t) => {
  const files = { ...below("dist", APP), "public/_redirects": "/old/* /new/:splat 301\n", "dist/_redirects": "a copy", "netlify.toml": '[[redirects]]\nfrom = "/a"\nto = "/b"\n' };
  const moved = folder(t, files);
  const { next } = init(moved, "--platform", "cloudfront");
  const project = JSON.parse(readFileSync(join(moved, "selvedge.config.json"), "utf8"));
  assert.deepEqual([project.rules, project.dialect], [["edge/rules.json", "public/_redirects", "netlify.toml"], "netlify"]);
  assert.match(readFileSync(join(moved, "edge/handler.mjs"), "utf8"), /from "selvedge\/compiled\/lambda-edge";\nimport plan from "\.\/plan\.mjs";/);
  assert.ok(next.includes("npx selvedge build -o edge/plan.mjs"));
  assert.equal(selvedge("build", "-o", "edge/plan.mjs", { cwd: moved }).code, 0);
  assert.match(selvedge("explain", "/old/x", { cwd: moved }).out, /301 \/new\/x|location: \/new\/x/);
  const stays = folder(t, files);
  init(stays);
  assert.deepEqual(JSON.parse(readFileSync(join(stays, "selvedge.config.json"), "utf8")).rules, ["edge/rules.json"]);
  const broken = selvedge("init", "--platform", "cloudfront", { cwd: folder(t, { ...files, "netlify.toml": "[[redirects]]\nfrom = \n" }) });
  assert.equal(broken.code, 2);
  assert.match(broken.out, /^netlify\.toml:2:\d+: error\[invalid-toml\]/);
});

test("what a vendor's file says of pages is left to it, and the expectations hold", (t) => {
  const vercel = { cleanUrls: true, trailingSlash: false, redirects: [{ source: "/old", destination: "/about" }] };
  for (const platform of ["cloudfront", "cloudflare", "netlify"]) {
    const cwd = folder(t, { ...below("dist", FLAT), "vercel.json": vercel });
    init(cwd, "--platform", platform);
    assert.equal(rulesIn(cwd).html, undefined, platform);
    for (const verb of ["check", "test"]) {
      const { code, out, err } = selvedge(verb, { cwd });
      assert.equal(code, 0, `${verb} on ${platform}: ${out}${err}`);
    }
  }
  // A first page that leads elsewhere.
  const cwd = folder(t, { ...below("dist", FLAT), "public/_redirects": "/ /about 302!\n" });
  init(cwd, "--platform", "cloudfront", "--dialect", "netlify");
  assert.match(readFileSync(join(cwd, "edge/edge.requests.txt"), "utf8"), /^GET \/ → 302 \| Location: \/about$/m);
  assert.equal(selvedge("test", { cwd }).code, 0);
});

test("an app answers every path, also where the host finds pages by itself", (t) => {
  for (const platform of PLATFORMS) {
    const cwd = folder(t, below("dist", APP));
    init(cwd, "--platform", platform);
    assert.match(readFileSync(join(cwd, "edge/edge.requests.txt"), "utf8"), /^GET \/settings\/profile .*→ asks \/index\.html/m, platform);
  }
});

/** What the site answers: pages as the platform finds them, and nothing elsewhere. */
async function statusOf(cwd, platform, files, path) {
  const engine = new Engine(rulesIn(cwd), { platform });
  const finds = platform === "netlify" || platform === "vercel";
  const { asked, status } = await engine.handle(path, ({ url }) => {
    const { pathname } = new URL(url);
    return { status: [pathname, ...(finds ? [`${pathname}index.html`, `${pathname}.html`] : [])].some((name) => files.includes(name)) ? 200 : 404 };
  });
  return [new URL(asked.url).pathname, status];
}

test("the page of an app answers where no page lies, and a script that is gone is 404, on every platform", async (t) => {
  const prerendered = { "index.html": PAGE, "200.html": PAGE, "about.html": PAGE, ...ASSETS };
  for (const platform of PLATFORMS) {
    for (const [kind, files, page] of [["app", APP, "/index.html"], ["alone", { "200.html": PAGE, ...ASSETS }, "/200.html"], ["prerendered", prerendered, "/200.html"]]) {
      const cwd = folder(t, below("dist", files));
      const { detected } = init(cwd, "--platform", platform);
      const about = `${kind} on ${platform}`;
      assert.equal(detected.pages.app, page, about);
      const names = Object.keys(files).map((name) => `/${name}`);
      const ask = (path) => statusOf(cwd, platform, names, path);
      assert.deepEqual(await ask("/assets/gone.js"), ["/assets/gone.js", 404], about);
      const byHost = kind === "prerendered" && (platform === "cloudfront" || platform === "vercel");
      if (!byHost) assert.deepEqual(await ask("/settings/profile"), [page, 200], about);
      assert.equal((await ask("/"))[1], 200, about);
      if (kind === "prerendered") assert.match((await ask("/about")).join(), /^\/about(\.html)?,200$/, about);
      const ran = selvedge("test", "--json", { cwd });
      assert.equal(ran.code, 0, `${about}: ${ran.out}`);
      assert.doesNotMatch(readFileSync(join(cwd, "edge/edge.requests.txt"), "utf8"), kind === "alone" ? /index\.html/ : /GET \/200/, about);
      const check = selvedge("check", "--strict", { cwd });
      assert.equal(check.code, 0, `${about}: ${check.out}${check.err}`);
    }
  }
  const [aws, vercel] = ["cloudfront", "vercel"].map((platform) => {
    const cwd = folder(t, below("dist", prerendered));
    init(cwd, "--platform", platform);
    return cwd;
  });
  assert.match(readFileSync(join(aws, "template.yaml"), "utf8"), /- ErrorCode: 404\n +ResponseCode: 200\n +ResponsePagePath: \/200\.html\n/);
  const [{ source, destination }] = JSON.parse(readFileSync(join(vercel, "vercel.json"), "utf8")).rewrites;
  assert.equal(destination, "/200.html");
  for (const [path, isApp] of Object.entries({ "/": true, "/settings/profile": true, "/v1.2/x": true, "/assets/gone.js": false })) assert.equal(new RegExp(`^${source}$`).test(path), isApp, path);
});

test("a folder with a blank is one word of the printed command", (t) => {
  const cwd = folder(t, below("my site's", FLAT));
  assert.ok(init(cwd, "--platform", "cloudfront", "--site", "my site's").next.includes("aws s3 sync 'my site'\\''s' s3://BUCKET/site"));
});

test("a template of the project's own stays as it is, even with --force", (t) => {
  const template = "AWSTemplateFormatVersion: '2010-09-09'\nTransform: AWS::Serverless-2016-10-31\n";
  const cwd = folder(t, { ...below("dist", FLAT), "template.yaml": template, "samconfig.toml": "version = 0.1\n" });
  for (const options of [[], ["--force"]]) assert.ok(init(cwd, ...options).files.includes("edge/template.yaml"));
  assert.equal(readFileSync(join(cwd, "template.yaml"), "utf8"), template);
  // The one that was written here is written again.
  const ours = folder(t, below("dist", FLAT));
  init(ours, "--platform", "cloudfront");
  assert.ok(init(ours, "--platform", "cloudfront", "--force").files.includes("template.yaml"));
});

test("nothing is overwritten without being asked, and what is the user's never", (t) => {
  const cwd = folder(t, { ...below("dist", APP), "wrangler.toml": "mine", "edge/rules.json": "mine" });
  const { code, err } = selvedge("init", { cwd });
  assert.equal(code, 2);
  assert.match(err, /^error: a file is there already: edge\/rules\.json\n  nothing was written; --force overwrites them\n$/);
  assert.deepEqual(readdirSync(cwd).sort(), ["dist", "edge", "wrangler.toml"]);
  assert.equal(selvedge("init", "--force", { cwd }).code, 0);
  assert.equal(readFileSync(join(cwd, "wrangler.toml"), "utf8"), "mine");
  assert.notEqual(readFileSync(join(cwd, "edge/rules.json"), "utf8"), "mine");
  const dry = folder(t, below("dist", APP));
  assert.match(selvedge("init", "--platform", "vercel", "--dry-run", { cwd: dry }).out, /would write middleware\.js/);
  assert.deepEqual(readdirSync(dry), ["dist"]);
  // A link in the place of a file may lead to somebody else's.
  const linked = folder(t, below("dist", APP));
  symlinkSync("/nowhere/at/all", join(linked, "middleware.js"));
  assert.match(selvedge("init", "--platform", "vercel", { cwd: linked }).err, /middleware\.js: is a symbolic link/);
});

const WRANGLER = { "wrangler.toml": '# main = "c"\nname = "x"\nmain = "src/i.js"\n[assets]\ndirectory = "./dist"\n', "wrangler.jsonc": '{ /* c */ "main": "src/i.js", }', "wrangler.json": '{"main":"src/i.js"}' };

test("settings of Wrangler that are there: each line that the rules need, in their form, and what runs in place of the rules", (t) => {
  for (const [file, text] of Object.entries(WRANGLER)) {
    const cwd = folder(t, { ...below("dist", DIRECTORIES), [file]: text });
    const { changes, notes } = init(cwd);
    assert.deepEqual(changes.map(({ file, without }) => [file, without]), [[file, "no rule runs"]]);
    assert.equal(readFileSync(join(cwd, file), "utf8"), text);
    const assets = { directory: "dist", binding: "ASSETS", html_handling: "none", run_worker_first: true };
    if (file === "wrangler.toml") assert.deepEqual(changes[0].lines, ['main = "edge/worker.mjs"', "[assets]", ...Object.entries(assets).map(([name, value]) => `${name} = ${JSON.stringify(value)}`)]);
    else assert.deepEqual(JSON.parse(changes[0].lines.join("\n")), { main: "edge/worker.mjs", assets });
    assert.ok(notes.some((note) => note.startsWith("src/i.js is what runs now.")), notes.join("\n"));
    assert.match(selvedge("init", "--force", { cwd }).out, new RegExp(`^${file} has to say \\(without it, no rule runs\\):\n.*edge/worker\\.mjs`, "m"));
  }
  const pages = init(folder(t, { ...below("dist", FLAT), "wrangler.toml": 'pages_build_output_dir = "dist"\n' }));
  assert.ok(pages.notes.some((note) => /is of Cloudflare Pages/.test(note)));
  assert.equal(pages.notes.some((note) => /what runs now/.test(note)), false);
  assert.deepEqual(init(folder(t, below("dist", FLAT)), "--platform", "cloudflare").changes, []);
});

test("settings of Netlify that are there: the edge function lies where they say, and another folder is named", (t) => {
  const of = (toml) => init(folder(t, { ...below("dist", FLAT), "netlify.toml": toml }));
  const moved = of('[build]\n  edge_functions = "edge-fns"\n  publish = "dist/"\n[[edge_functions]]\nfunction = "x"\npath = "/x"\n');
  assert.ok(moved.files.includes("edge-fns/selvedge.mjs"), moved.files.join());
  assert.deepEqual(moved.changes, []);
  const other = of('[build]\npublish = "public"\n[dev]\nedge_functions = "no"\n');
  assert.ok(other.files.includes("netlify/edge-functions/selvedge.mjs"));
  assert.deepEqual(other.changes.map(({ lines }) => lines), [["[build]", 'publish = "dist"']]);
});

test("settings of Vercel that are there: another folder, builds without a middleware, a middleware of the user's", (t) => {
  const of = (files) => {
    const cwd = folder(t, { ...below("dist", FLAT), ...files });
    return { cwd, ...init(cwd, "--platform", "vercel") };
  };
  assert.deepEqual(of({ "vercel.json": { outputDirectory: "./dist" } }).changes, []);
  assert.deepEqual(of({ "vercel.json": { outputDirectory: "out" } }).changes.map(({ lines }) => lines), [['"outputDirectory": "dist"']]);
  assert.deepEqual(of({ "vercel.json": { outputDirectory: "dist", builds: [] } }).changes.map(({ without }) => without), ["no rule runs"]);
  const { cwd, files, changes } = of({ "middleware.ts": "export default () => {};\n" });
  assert.deepEqual([files.includes("middleware.js"), files.includes("edge/middleware.mjs"), changes[0].file, changes[0].without], [false, true, "middleware.ts", "no rule runs"]);
  assert.deepEqual(changes[0].lines.slice(0, 2), ['import edge from "./edge/middleware.mjs";', 'export const config = { matcher: "/:path*" };']);
  assert.doesNotMatch(readFileSync(join(cwd, "edge/middleware.mjs"), "utf8"), /config/);
});

test("Next.js on Vercel: its folder is not named, for then Vercel looks there for what Next.js needs", (t) => {
  const cwd = folder(t, { ...below("out", FLAT), "package.json": { dependencies: { next: "16" } }, "src/proxy.ts": "" });
  const { detected, files, changes } = init(cwd, "--platform", "vercel");
  assert.deepEqual([detected.framework, detected.site, files.includes("vercel.json")], ["Next.js", "out", false]);
  assert.deepEqual(changes.map(({ file, lines }) => [file, lines[0]]), [["src/proxy.ts", 'import edge from "../edge/middleware.mjs";']]);
  const settings = folder(t, { ...below("out", FLAT), "package.json": { dependencies: { next: "15" } }, "vercel.json": {} });
  assert.deepEqual(init(settings).changes, []);
});

test("on CloudFront: a stack that is there has a distribution of its own, which the rules do not run on", (t) => {
  for (const [file, format] of [["template.yaml", "cloudformation"], ["serverless.yml", "cloudformation"], ["main.tf", "terraform"]]) {
    const { notes } = init(folder(t, { ...below("dist", FLAT), [file]: "AWSTemplateFormatVersion: '2010-09-09'\n" }), "--platform", "cloudfront");
    assert.ok(notes.some((note) => note.startsWith(`${file} is yours: `) && note.includes(`no rule runs before it has what npx selvedge plan --format ${format} prints`)), notes.join("\n"));
  }
  assert.deepEqual(init(folder(t, below("dist", { "index.html": PAGE })), "--platform", "cloudfront").notes, []);
});

test("a folder that is not there", (t) => {
  const { code, err } = selvedge("init", "--platform", "vercel", "--site", "none", { cwd: folder(t, { x: "" }) });
  assert.equal(code, 2);
  assert.match(err, /^error: none: there is no such folder\n/);
});

test("after it, selvedge dev needs no flags, and says which rule did it", async (t) => {
  const cwd = folder(t, { "public/index.html": "home", "public/new.html": "new", "public/_redirects": "/old /new 301\n" });
  assert.equal(selvedge("init", "--platform", "cloudfront", { cwd }).code, 0);
  const edge = await dev(t, cwd);
  const { status, headers } = await edge.get("/old");
  assert.deepEqual([status, headers.location, (await edge.get("/new")).text], [301, "/new", "new"]);
  await edge.says(/301 GET \/old .*viewer-request answers 301 → \/new/);
});

test("handlers run as they are written", async (t) => {
  for (const [platform, file] of [["cloudfront", "edge/handler.mjs"], ["cloudflare", "edge/worker.mjs"], ["netlify", "netlify/edge-functions/selvedge.mjs"], ["vercel", "middleware.js"]]) {
    const cwd = folder(t, { ...below("dist", DIRECTORIES), "package.json": { type: "module" } });
    mkdirSync(join(cwd, "node_modules"));
    symlinkSync(new URL("../../../pkg", import.meta.url), join(cwd, "node_modules/selvedge"), "junction");
    init(cwd, "--platform", platform);
    const module = await import(join(cwd, file));
    assert.equal(typeof (module.handler ?? module.default.fetch ?? module.default), "function", platform);
  }
});
