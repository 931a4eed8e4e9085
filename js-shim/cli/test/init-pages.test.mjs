// `selvedge init`: pages of both forms, slashes as the pages have them, folders of hashed files, and the folder that is served.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Engine } from "../../../pkg/dist/tools/engine.js";
import { folder, selvedge } from "./run.mjs";

const PAGE = "<!doctype html><title>A page</title>";
const init = (cwd, ...args) => selvedge("init", ...args, "--json", { cwd }).json();
const rulesIn = (cwd) => JSON.parse(readFileSync(join(cwd, "edge/rules.json"), "utf8"));
const site = (names, page = PAGE) => Object.fromEntries(names.map((name) => [`dist/${name}`, page]));

/** What a path comes to: the file that is asked for, or where it leads. */
async function ask(cwd, platform, path) {
  const { asked, headers } = await new Engine(rulesIn(cwd), { platform }).handle(path);
  return asked === undefined ? `→ ${headers.location}` : new URL(asked.url).pathname;
}

/** Sites of both forms, and the addresses of all their pages. VitePress with cleanUrls writes the first. */
const MIXED = {
  "more files": [["index.html", "404.html", "about.html", "guide/index.html", "guide/start.html", "guide/deploy.html"], { "/about": "/about.html", "/guide/": "/guide/index.html", "/guide": "→ /guide/", "/guide/start": "/guide/start.html" }],
  "as many": [["index.html", "about.html", "blog/index.html"], { "/about": "/about.html", "/blog/": "/blog/index.html", "/blog": "→ /blog/" }],
  "more folders": [["index.html", "about.html", "blog/index.html", "docs/index.html", "v1.2/index.html", "docs/1.0.html"], { "/about": "/about.html", "/about/": "→ /about", "/blog/": "/blog/index.html", "/blog": "→ /blog/", "/docs/new/": "/docs/new/index.html", "/v1.2": "→ /v1.2/", "/v1.2/": "/v1.2/index.html", "/docs/1.0": "/docs/1.0.html" }],
};

for (const [kind, [names, expected]] of Object.entries(MIXED)) {
  test(`pages as files and in folders, ${kind}: each is found at its address`, async (t) => {
    for (const platform of ["cloudfront", "cloudflare"]) {
      const cwd = folder(t, site(names));
      init(cwd, "--platform", platform);
      for (const [path, outcome] of Object.entries(expected)) assert.equal(await ask(cwd, platform, path), outcome, `${path} on ${platform}`);
      const expectations = readFileSync(join(cwd, "edge/edge.requests.txt"), "utf8");
      assert.match(expectations, /^GET \/about → asks \/about\.html \| 200$/m);
      assert.match(expectations, /^GET \/(?:guide|blog)\/ → asks \/(?:guide|blog)\/index\.html \| 200$/m);
      for (const args of [["check", "--strict"], ["test"]]) {
        const { code, out, err } = selvedge(...args, { cwd });
        assert.equal(code, 0, `${args.join(" ")} on ${platform}: ${out}${err}`);
      }
    }
  });
}

test("the slash is the one that the pages give each other", async (t) => {
  const names = ["index.html", "docs/index.html", "docs/intro/index.html"];
  const link = (path) => `<a class=x href="${path}">there</a>`;
  const says = {
    "nothing is said": [PAGE, {}, "add"],
    "canonical addresses": ['<link data-rh="true" rel="canonical" href="https://x.example/docs/intro"/>' + link("/docs/"), {}, "remove"],
    "canonical, the other way about": ["<link href='https://x.example/docs/' rel='canonical'>" + link("/docs"), {}, "add"],
    "a sitemap": [PAGE, { "dist/sitemap-0.xml": "<urlset><url><loc>https://x.example/docs/intro</loc></url></urlset>" }, "remove"],
    links: [link("/docs/intro?a#b") + link("/elsewhere/"), {}, "remove"],
    "links of both kinds": [link("/docs/intro") + link("/docs/"), {}, undefined],
    "links, and images that are sought next to the page": [link("/docs/intro") + "<img src=a.png>", {}, "add"],
    "links to other sites": [link("//x.example/docs/intro") + '<a href="https://x.example/docs">', {}, "add"],
  };
  for (const [what, [page, more, expected]] of Object.entries(says)) {
    const cwd = folder(t, { ...site(names, page), ...more });
    init(cwd, "--platform", "cloudfront");
    assert.equal(rulesIn(cwd).html.trailingSlash, expected, what);
    const [has, other] = expected === "remove" ? ["/docs/intro", "/docs/intro/"] : ["/docs/intro/", "/docs/intro"];
    assert.equal(await ask(cwd, "cloudfront", has), "/docs/intro/index.html", what);
    assert.equal(await ask(cwd, "cloudfront", other), expected === undefined ? "/docs/intro/index.html" : `→ ${has}`, what);
    for (const args of [["check", "--strict"], ["test"]]) assert.equal(selvedge(...args, { cwd }).code, 0, what);
  }
  // In both forms, the folders have no slash.
  const cwd = folder(t, site(["index.html", "a.html", "b.html", "blog/index.html"], link("/blog")));
  init(cwd, "--platform", "cloudfront");
  assert.deepEqual([await ask(cwd, "cloudfront", "/blog"), await ask(cwd, "cloudfront", "/blog/"), await ask(cwd, "cloudfront", "/a")], ["/blog/index.html", "→ /blog", "/a.html"]);
});

/** Names as builds of each have them. */
const BUILDS = {
  "Vite 8": ["vite", ["assets/index-D64VDMd1.css", "assets/react-CHdo91hT.svg", "assets/hero-CLDdwZDr.png", "assets/vite-BF8QNONU.svg", "assets/index-D_6Ay_gG.js"], "/assets/*"],
  Astro: ["astro", ["_astro/pe.astro_astro_type_script_index_0_lang.CPhrxFXh.js", "_astro/ph@_@astro.DTWPVVAS.css", "_astro/pg@_@astro.C-6ttgLm.css", "_astro/preload-helper.CVfkMyKi.js"], "/_astro/*"],
  SvelteKit: ["@sveltejs/kit", ["_app/version.json", "_app/immutable/nodes/2.CRVBO_Ci.js", "_app/immutable/chunks/xihTtKlq.js", "_app/immutable/entry/start.XyfRIj8_.js"], "/_app/immutable/*"],
  VitePress: ["vitepress", ["assets/inter-roman-greek-ext.CqjqNYQ-.woff2", "assets/guide_deploy.md.DGfAzLgC.lean.js", "assets/about.md.wDLnYLSQ.js", "assets/chunks/theme.BI8ratF0.js", "vp-icons.css"], "/assets/*"],
  "Next.js": ["next", ["_next/static/477wz6kGIVX-cV6orNuCU/_buildManifest.js", "_next/static/chunks/0etltfi-08v6i.js", "_next/static/media/favicon.117ezoe8m31dk.ico"], "/_next/static/*"],
  Nuxt: ["nuxt", ["_nuxt/entry.Dk3kd8f0.css", "_nuxt/builds/latest.json"], "/_nuxt/*", ["/_nuxt/builds/*"]],
  Docusaurus: ["@docusaurus/core", ["assets/js/1dea6ca3.09d549fc.js", "assets/js/runtime~main.4e658724.js", "assets/css/styles.5b0e4cfb.css", "assets/images/localeDropdown-f0d995e751e7656a1b0dbbc1134e49c2.png"], "/assets/*"],
  "Create React App": ["react-scripts", ["static/js/main.4e658724.js", "static/js/main.4e658724.js.LICENSE.txt", "static/js/main.4e658724.js.map", "static/media/logo.6ce24c58023cc2f8fd88fe9d219db6c6.svg"], "/static/*"],
};

test("folders of hashed files, as frameworks write them", (t) => {
  for (const [name, [dependency, files, folders, except]] of Object.entries(BUILDS)) {
    const cwd = folder(t, { ...site(["index.html", "a/index.html", ...files]), "package.json": { dependencies: { [dependency]: "1" } } });
    init(cwd, "--platform", "cloudfront", "--site", "dist");
    const { for: found, except: changing } = rulesIn(cwd).headers[1] ?? {};
    assert.deepEqual([found, changing], [folders, except], name);
  }
});

test("files that people named are not taken for hashed ones", (t) => {
  const folders = {
    words: ["hero-background.png", "icon-facebook.svg"],
    camel: ["logo-DarkMode.svg", "icon-BackButton.svg"],
    dates: ["photo-20240131.jpg", "photo-2024-02-01.jpg"],
    fonts: ["inter-latin-400-normal.woff2", "roboto-v30-latin-regular.woff2"],
    versions: ["jquery-3.7.1.min.js", "bootstrap.bundle.min.js"],
    mostly: ["a-3f2a9c01.js", "b-Dk3kd8f0.js", "c-9a8b7c6d.js", "d-1a2b3c4d.js", "e-CHdo91hT.js", "f-D_6Ay_gG.js", "g-5b0e4cfb.js", "h-f383041a.js", "i-0547af83.js", "robots.txt"],
    pages: ["post-3f2a9c01.html"],
  };
  const names = Object.entries(folders).flatMap(([name, files]) => files.map((file) => `${name}/${file}`));
  assert.deepEqual(init(folder(t, site(["index.html", ...names])), "--platform", "cloudfront").detected.pages.hashed, []);
});

test("precompress keeps the files for good whose folders have such rules", (t) => {
  // Vite's own example, webpack's [hash][ext], esbuild's base32 without a digit, a name with a tilde.
  const folders = [["index-DiwrgTda.js"], ["b1946ac92492d2347c62.png"], ["chunk-YRYZDJXW.js", "app-QX3T7KLA.js", "page-MNBVCXZA.css"], ["page~5f4dcc3b.js", "main~0cc175b9.js", "x~92eb5ffe.css"]];
  const files = folders.flatMap((names, at) => names.map((name) => `f${at}/assets/${name}`));
  const cwd = folder(t, site(["index.html", ...files]));
  assert.deepEqual(init(cwd, "--platform", "cloudfront").detected.pages.hashed.map(({ folder }) => folder), folders.map((_, at) => `/f${at}`));
  assert.equal(selvedge("precompress", "dist", "--metadata", "objects.json", { cwd }).code, 0);
  const objects = JSON.parse(readFileSync(join(cwd, "objects.json"), "utf8"));
  assert.deepEqual(objects.filter(({ cacheControl }) => cacheControl.includes("immutable")).map(({ key }) => key).sort(), [...files].sort());
});

test("whether a folder is found does not depend on the hashes that it has", (t) => {
  // The constants of Numerical Recipes.
  let state = 42;
  const next = (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const alphabets = { base64url: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", hex: "0123456789abcdef", base32: "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567" };
  const folders = 200;
  for (const [name, alphabet] of Object.entries(alphabets)) {
    const files = Array.from({ length: folders }, (_, at) => ["app", "style", "logo"].map((file) => `f${at}/${file}-${Array.from({ length: 8 }, () => alphabet[next(alphabet.length)]).join("")}.js`)).flat();
    const { hashed } = init(folder(t, site(["index.html", ...files])), "--platform", "cloudfront").detected.pages;
    assert.ok(hashed.length >= 0.98 * folders, `${name}: ${hashed.length} of ${folders}`);
  }
});

test("the folder that is served is what the framework builds, not its sources", (t) => {
  const of = (files) => init(folder(t, files), "--platform", "cloudfront");
  const unbuilt = of({ "package.json": { dependencies: { "react-scripts": "5" } }, "public/index.html": "<script src=%PUBLIC_URL%/a.js></script>" });
  assert.deepEqual([unbuilt.detected.site, unbuilt.detected.pages.isBuilt], ["build", false]);
  assert.match(unbuilt.notes[0], /^build has no pages yet: build the site/);
  const angular = { "package.json": { name: "shop", dependencies: { "@angular/core": "21" } } };
  assert.equal(of(angular).detected.site, "dist/shop/browser");
  assert.deepEqual(of({ ...angular, "dist/front/browser/index.html": PAGE, "dist/front/server/main.mjs": "" }).detected.site, "dist/front/browser");
  assert.equal(of({ ...angular, "dist/front/index.html": PAGE }).detected.site, "dist/front");
  assert.equal(of({ "package.json": { dependencies: { vite: "8" } }, "index.html": PAGE, "build/index.html": PAGE }).detected.site, "build");
  assert.ok(of({ "dist/app/index.html": PAGE }).notes.some((note) => note.startsWith("dist has no index.html at its top")));
  assert.deepEqual(of({ "dist/index.html": PAGE }).notes, []);
});

test("the function is bundled where no site is, and no framework empties", (t) => {
  for (const name of ["dist", "build", "out", "public", "."]) {
    const cwd = folder(t, { [join(name, "index.html")]: PAGE });
    const { next } = init(cwd, "--platform", "cloudfront", "--site", name);
    const bundle = /--outfile=(\S+)\/handler\.mjs$/.exec(next.find((command) => command.includes("esbuild")))[1];
    assert.match(readFileSync(join(cwd, "template.yaml"), "utf8"), new RegExp(`CodeUri: ${bundle}\n`));
    if (name === ".") assert.match(next.at(-1), /--exclude "edge\/\*"/);
    else assert.equal(bundle.startsWith(`${name}/`), false, name);
    assert.match(bundle, /^edge\//);
  }
});

test("an app of the CDK gets a construct in its language, or a stack next to it", (t) => {
  const of = (app, more = {}) => {
    const cwd = folder(t, { "dist/index.html": PAGE, "cdk.json": { app }, ...more });
    return { cwd, ...init(cwd) };
  };
  assert.ok(of("npx ts-node --prefer-ts-exts bin/app.ts").files.includes("edge/site.ts"));
  assert.ok(of("node dist/bin/app.js", { "tsconfig.json": {} }).files.includes("edge/site.ts"));
  const { cwd, files, next } = of("node bin/app.js");
  assert.ok(files.includes("edge/site.mjs"));
  assert.ok(next.some((line) => line.includes("new Site(") && line.includes("edge/site.mjs")), next.join("\n"));
  assert.doesNotMatch(readFileSync(join(cwd, "edge/site.mjs"), "utf8"), /readonly|: Construct|Pick</);
  for (const app of ["python3 app.py", "mvn -e -q compile exec:java", "dotnet run --project src/App.csproj", "go mod download && go run app.go"]) {
    const { files, notes, next } = of(app);
    assert.deepEqual([files.some((file) => file.startsWith("edge/site.")), files.includes("template.yaml"), files.includes("edge/handler.mjs")], [false, true, true], app);
    assert.ok(notes.some((note) => note.startsWith("The construct for the CDK is for apps in TypeScript and JavaScript.")), app);
    assert.ok(next.some((line) => line.startsWith("sam deploy")), app);
  }
});

test("a template of AWS by each of its names says the platform, and SAM still takes it for the project's own", (t) => {
  for (const name of ["template.yaml", "template.yml", "template.json"]) {
    const cwd = folder(t, { "dist/index.html": PAGE, [name]: '{"AWSTemplateFormatVersion": "2010-09-09"}' });
    const { platform, files, notes } = init(cwd);
    assert.deepEqual([platform, files.includes("edge/template.yaml"), existsSync(join(cwd, "template.yaml"))], ["cloudfront", true, name === "template.yaml"], name);
    assert.ok(notes.some((note) => note.startsWith(`${name} is yours: `)), name);
  }
});
