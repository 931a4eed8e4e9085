// The recipes for frameworks in docs/recipes: a small site of each, built by the framework itself, served by the recipe's rules, and
// crawled in headless Chromium. SITES names some of them alone.
//
// CHROMIUM names the browser, SELVEDGE_TOOLS the folder with playwright-core, SELVEDGE_SITES that of the frameworks (package.json),
// SELVEDGE_GATSBY that of Gatsby (gatsby/package.json), HUGO its program, or HUGO_MISSING why there is none.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { dev } from "../../js-shim/cli/test/dev.mjs";
import { selvedge } from "../../js-shim/cli/test/run.mjs";
import { blocks } from "../readme/blocks.mjs";

const { CHROMIUM, HUGO, HUGO_MISSING, SELVEDGE_GATSBY, SELVEDGE_SITES, SELVEDGE_TOOLS, SITES } = process.env;
const { chromium } = createRequire(join(SELVEDGE_TOOLS, "package.json"))("playwright-core");
const HERE = fileURLToPath(new URL(".", import.meta.url));

/** One with stages of its own and a bucket, one with files of its own, one with a static host. */
const PLATFORMS = ["cloudfront", "cloudflare", "netlify"];

/**
 * A framework's program, its arguments, and the folder it writes. `form` is which of the recipe's rules, and is told to its configuration;
 * `modules` is where its packages are, if not with the others.
 */
const scriptOf = (modules) => (file, ...args) => [process.execPath, join(modules, "node_modules", file), ...args];
const script = scriptOf(SELVEDGE_SITES);
const BUILDS = [
  { name: "vite", program: script("vite/bin/vite.js", "build"), out: "dist" },
  { name: "astro", form: "directory", program: script("astro/bin/astro.mjs", "build"), out: "dist" },
  { name: "astro", form: "file", program: script("astro/bin/astro.mjs", "build"), out: "dist" },
  { name: "eleventy", program: script("@11ty/eleventy/cmd.cjs"), out: "_site" },
  { name: "vitepress", program: script("vitepress/bin/vitepress.js", "build"), out: ".vitepress/dist" },
  { name: "hugo", program: [HUGO, "--cacheDir", join(SELVEDGE_SITES, "hugo-cache")], out: "public", skip: HUGO === undefined && HUGO_MISSING },
  { name: "sveltekit", program: script("vite/bin/vite.js", "build"), out: "build" },
  { name: "next", form: "file", program: script("next/dist/bin/next", "build"), out: "out" },
  { name: "next", form: "directory", program: script("next/dist/bin/next", "build"), out: "out" },
  { name: "docusaurus", program: script("@docusaurus/core/bin/docusaurus.mjs", "build"), out: "build" },
  { name: "gatsby", program: scriptOf(SELVEDGE_GATSBY)("gatsby/cli.js", "build"), out: "public", modules: SELVEDGE_GATSBY },
];
const FORMS = { astro: ["directory", "file"], next: ["file", "directory"] };

let browser;
before(async () => {
  browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
});
after(() => browser.close());

for (const build of BUILDS) {
  const { name, form, skip } = build;
  const title = form === undefined ? name : `${name}, pages as ${form === "file" ? "files" : "folders"}`;
  test(title, { skip: skip || (SITES !== undefined && !SITES.split(",").includes(name) && "SITES names others") }, async (t) => {
    const site = built(build);
    const rules = join(site.cwd, "recipe.json");
    writeFileSync(rules, recipe(name, form));
    for (const platform of PLATFORMS) {
      await t.test(platform, async (t) => {
        const checked = selvedge("check", rules, "--platform", platform, "--site", site.folder, { cwd: site.cwd });
        assert.equal(checked.code, 0, checked.out + checked.err);
        const edge = await dev(t, site.cwd, rules, "--platform", platform, "--origin", site.folder, "--quiet", "--no-inspector");
        const { visited, immutable } = await crawl(t, edge.url);
        assert.ok(visited.length >= 3, `only ${visited.join(", ")}`);
        assert.ok(immutable.length > 0, "nothing is kept for a year");
        for (const path of immutable) assert.match(path, /[-./][\w-]{8,}(\.lean)?\.\w+$/, "what is kept for a year has a hash in its name");
        for (const page of site.pages) assert.ok(await isServed(edge, page, readFileSync(join(site.folder, page), "utf8")), `no URL leads to ${page}`);
        const gone = await edge.get(immutable[0].replace(/[^/]+$/, "gone-0a1b2c3d.js"));
        assert.equal(gone.status, 404);
        assert.doesNotMatch(`${gone.headers["cache-control"]}`, /immutable/);
      });
    }
  });
}

/** Builds a copy of the site where its framework's packages are found. */
function built({ name, form, program: [program, ...args], out, modules = SELVEDGE_SITES }) {
  const cwd = join(modules, "work", form === undefined ? name : `${name}-${form}`);
  rmSync(cwd, { recursive: true, force: true });
  cpSync(join(HERE, name), cwd, { recursive: true });
  const quiet = { CI: "1", NO_COLOR: "1", ASTRO_TELEMETRY_DISABLED: "1", GATSBY_TELEMETRY_DISABLED: "1", NEXT_TELEMETRY_DISABLED: "1" };
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd, encoding: "utf8", env: { ...process.env, ...quiet, FORM: form } });
  assert.equal(status, 0, `${error ?? ""}${stdout}${stderr}`);
  const folder = join(cwd, out);
  // Gatsby has folders that are called after pages.
  const isPage = (path) => path.endsWith(".html") && statSync(join(folder, path)).isFile();
  const pages = readdirSync(folder, { recursive: true }).map((path) => path.replaceAll("\\", "/")).filter(isPage);
  return { cwd, folder, pages };
}

/** The rules of a recipe, as its readers copy them. */
function recipe(name, form) {
  const found = blocks(readFileSync(new URL(`../../docs/recipes/${name}.md`, import.meta.url), "utf8")).filter(({ language }) => language === "json");
  assert.equal(found.length, FORMS[name]?.length ?? 1);
  return found[form === undefined ? 0 : FORMS[name].indexOf(form)].text;
}

/** Opens each page that a link leads to, and then goes from page to page by its links. What goes wrong fails. */
async function crawl(t, url) {
  const context = await browser.newContext();
  t.after(() => context.close());
  const page = await context.newPage();
  // A machine may be slow; only what never comes is wrong.
  page.setDefaultTimeout(300_000);
  const wrong = [];
  const immutable = new Set();
  page.on("pageerror", (error) => wrong.push(`${error}`));
  page.on("console", (message) => message.type() === "error" && wrong.push(`${page.url()}: ${message.text()}`));
  page.on("response", (response) => {
    if (response.status() >= 300 && response.status() !== 304) wrong.push(`${response.status()} ${response.url()}`);
    if (response.headers()["cache-control"]?.includes("immutable")) immutable.add(new URL(response.url()).pathname);
  });
  const links = () => page.locator("a[href]").evaluateAll((all) => all.map(({ href }) => href));
  const visited = new Set(["/"]);
  for (const path of visited) {
    await page.goto(url + path, { waitUntil: "networkidle" });
    await isWhole(page);
    for (const { origin, pathname, hash } of (await links()).map((link) => new URL(link))) if (origin === url && hash === "") visited.add(pathname);
  }
  // As a reader does: most frameworks then load what changes alone.
  for (const path of visited) {
    await page.goto(`${url}/`, { waitUntil: "networkidle" });
    await page.locator(`a[href="${path}"]:visible`).first().click();
    await page.waitForURL(url + path);
    await page.waitForLoadState("networkidle");
    await isWhole(page);
  }
  assert.deepEqual(wrong, []);
  return { visited: [...visited], immutable: [...immutable] };
}

async function isWhole(page) {
  await page.locator("h1").first().waitFor();
  const missing = await page.locator("img").evaluateAll((all) => all.filter((image) => image.complete && image.naturalWidth === 0).map(({ src }) => src));
  assert.deepEqual(missing, [], `pictures of ${page.url()}`);
}

/** Whether an address of the page leads to it, by a redirect if need be. */
async function isServed(edge, page, text) {
  const bare = page.replace(/\.html$/, "");
  for (const path of [`/${page}`, `/${bare}`, `/${bare.replace(/(^|\/)index$/, "$1")}`]) {
    const answer = await fetch(edge.url + path);
    if ((await answer.text()) === text) return true;
  }
  return false;
}
