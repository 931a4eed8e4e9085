// The playground of the book in headless Chromium: what it explains, finds, converts and shares, at every width, with axe-core.
//
// PLAYGROUND names the folder of the built page, CHROMIUM the browser, SELVEDGE_TOOLS the folder with playwright-core and
// axe-core, SCREENSHOTS a folder for pictures.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { extname, join } from "node:path";
import { after, before, test } from "node:test";
import { deflateRawSync } from "node:zlib";

const { CHROMIUM, PLAYGROUND, SCREENSHOTS, SELVEDGE_TOOLS } = process.env;
const tools = createRequire(join(SELVEDGE_TOOLS, "package.json"));
const { chromium } = tools("playwright-core");
const axe = tools.resolve("axe-core/axe.min.js");
const WIDTHS = [360, 800, 1280, 2000];
/** Where axe looks at an example. Of another width it says the same, since the order of things does not change. */
const LOOKED_AT = { "A mistake": [360], "Files of Netlify": [1280], Rules: [360, 2000] };
const TYPES = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml" };

let browser;
let server;
let address;
before(async () => {
  server = createServer(({ url }, response) => {
    const file = { "/": "index.html", "/page.js": "page.js", "/page.css": "page.css", "/mark.svg": "mark.svg" }[url];
    if (file === undefined) return response.writeHead(404).end();
    response.writeHead(200, { "Content-Type": TYPES[extname(file)] }).end(readFileSync(join(PLAYGROUND, file)));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  address = `http://127.0.0.1:${server.address().port}/`;
  browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
});
after(async () => {
  await browser.close();
  server.close();
});

async function opened(t, { colorScheme = "light", fragment = "" } = {}) {
  const context = await browser.newContext({ colorScheme, viewport: { width: 1280, height: 900 } });
  t.after(() => context.close());
  const page = await context.newPage();
  // A machine may be slow; only what never comes is wrong.
  page.setDefaultTimeout(300_000);
  const errors = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  const asked = [];
  page.on("request", (request) => asked.push(request.url()));
  await page.goto(address + fragment);
  await page.locator("#plan p").first().waitFor();
  return { page, errors, asked };
}

const choose = async (page, example) => {
  await page.getByRole("button", { name: example, exact: true }).click();
};
const text = (page, id) => page.locator(`#${id}`).innerText();

test("explains a request, converts the rules, and says what the plan is", async (t) => {
  const { page, errors, asked } = await opened(t);
  const told = await text(page, "explanation");
  assert.match(told, /viewer-request[^]*redirects\[1\] rules\.json:5/);
  assert.match(told, /origin\s+is not asked/);
  assert.match(await text(page, "response"), /301[^]*location\s+\/new\/page\?from=mail/i);
  assert.match(await text(page, "findings"), /Nothing found/);
  assert.match(await text(page, "conversion"), /_redirects[^]*\/old\/\*\s+\/new\/:splat\s+301/);
  assert.match(await text(page, "plan"), /bytes\. It has no regular expressions[^]*viewer-request\s+2 redirects/);

  await page.locator("input[name=url]").fill("https://example.org/assets/a.js");
  await page.locator("#response", { hasText: "immutable" }).waitFor();
  await page.locator("textarea").first().fill('{ "redirects": [{ "from": { "regex": "^/assets/(?<rest>.*)$" }, "to": "/static/{rest}" }] }');
  await page.locator("#response", { hasText: "/static/a.js" }).waitFor();
  assert.match(await text(page, "plan"), /It has regular expressions/);

  // Four files of its own, and nothing else, whatever was typed.
  assert.deepEqual([...new Set(asked)].sort(), ["", "mark.svg", "page.css", "page.js"].map((name) => address + name));
  assert.deepEqual(errors, []);
});

test("shows what is wrong with a caret under it", async (t) => {
  const { page } = await opened(t);
  await choose(page, "A mistake");
  const found = await text(page, "findings");
  assert.match(found, /rules\.json:3:43 error/);
  assert.match(found, /the status of a redirect must be/);
  const [line, carets] = (await page.locator("#findings pre").first().textContent()).split("\n");
  assert.equal(line.slice(carets.indexOf("^"), carets.lastIndexOf("^") + 1), "300");
  assert.match(found, /did you mean "from"/);
  assert.match(await text(page, "explanation"), /The rules cannot be used: see the findings/);
});

test("reads the files of a vendor, several as one", async (t) => {
  const { page } = await opened(t);
  await choose(page, "Files of Netlify");
  assert.match(await text(page, "response"), /302[^]*location\s+\/de\/shop\/shoes/i);
  assert.match(await text(page, "conversion"), /rules\.json[^]*"country"/);
  await page.getByRole("button", { name: "Add a file" }).click();
  await page.locator(".file textarea").nth(2).fill("/a /b 999\n");
  await page.locator("#findings", { hasText: "_redirects (2)" }).waitFor();
  await page.getByRole("button", { name: "Remove" }).nth(2).click();
  assert.equal(await page.locator(".file").count(), 2);
});

test("is shared by its address, which no server sees", async (t) => {
  const { page } = await opened(t);
  await page.locator("textarea").first().fill('{ "redirects": [{ "from": "/a", "to": "/gemeinsam-ü-😀" }] }');
  await page.locator("input[name=url]").fill("https://example.org/a");
  await page.locator("#response", { hasText: "/gemeinsam" }).waitFor();
  const before = new URL(page.url()).hash;
  await page.waitForFunction((before) => location.hash !== before || location.hash.length > 10, before);
  await page.getByRole("button", { name: /Copy the address/ }).click();
  await page.locator("#shared:not(:empty)").waitFor();
  const { hash } = new URL(page.url());
  const { page: other } = await opened(t, { fragment: hash });
  assert.equal(await other.locator("textarea").first().inputValue(), '{ "redirects": [{ "from": "/a", "to": "/gemeinsam-ü-😀" }] }');
  assert.match(await text(other, "response"), /\/gemeinsam/);
});

const packed = (state) => `#${deflateRawSync(typeof state === "string" ? state : JSON.stringify(state)).toString("base64url")}`;
const STATE = { platform: "cloudfront", dialect: "netlify", conversion: "netlify", request: {}, files: [{ form: "rules", text: "{}" }] };

test("what an address holds is text, and nothing else", async (t) => {
  const hostile = "<img src=x onerror=document.title='taken'>";
  const files = [{ form: "rules", text: `{ "redirects": [{ "from": "/${hostile}", "to": "${hostile}" }], "${hostile}": 1 }` }, { form: "redirects", text: `${hostile} ${hostile} 999` }];
  const { page } = await opened(t, { fragment: packed({ ...STATE, files, request: { url: `https://example.org/${hostile}`, constructor: "x", __proto__: "y" } }) });
  assert.equal(await page.locator("main img").count(), 0);
  assert.notEqual(await page.title(), "taken");
  // A script that got in would reach nobody.
  const refused = await page.evaluate(() => fetch("/page.css").then(() => "sent", () => "refused"));
  assert.equal(refused, "refused");
});

test("an address that holds something else is refused", async (t) => {
  const { page, errors } = await opened(t);
  for (const [what, fragment] of Object.entries({
    cut: packed(STATE).slice(0, -12),
    "not packed": "#%%%",
    "without files": packed({ ...STATE, files: [] }),
    "of an unknown platform": packed({ ...STATE, platform: "mars" }),
    null: packed("null"),
    "ten million characters": packed({ ...STATE, files: [{ form: "rules", text: " ".repeat(1e7) }] }),
  })) {
    await page.goto("about:blank");
    await page.goto(address + fragment);
    await page.locator("#plan p").first().waitFor();
    assert.match(await text(page, "problem"), /does not hold a playground/, what);
    assert.match(await text(page, "response"), /301/, what);
  }
  assert.deepEqual(errors, []);
});

test("whole by keyboard", async (t) => {
  const { page } = await opened(t);
  for (const selector of ["#share", "#platform", "#dialect", ".file select", ".file textarea", "#add", "#examples button", "input[name=url]", "#explanation summary", "#form", "#plan summary"]) {
    let isReached = false;
    for (let i = 0; i < 60 && !isReached; i++) {
      await page.keyboard.press("Tab");
      isReached = await page.evaluate((selector) => document.activeElement?.matches(selector), selector);
    }
    assert.ok(isReached, `the Tab key never reaches ${selector}`);
  }
});

for (const colorScheme of ["light", "dark"]) {
  test(`readable from 360 to 2,000 px, ${colorScheme}, without a violation of WCAG 2.2 AA`, async (t) => {
    const { page } = await opened(t, { colorScheme });
    for (const [example, widths] of Object.entries(LOOKED_AT)) {
      await choose(page, example);
      await page.evaluate(() => document.querySelectorAll("details").forEach((details) => { details.open = true; }));
      // Not by a script element: the page's own policy refuses that.
      await page.evaluate(readFileSync(axe, "utf8"));
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: 900 });
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `it scrolls sideways at ${width}`);
        if (widths.includes(width)) {
          const { violations } = await page.evaluate(() => globalThis.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] }));
          assert.deepEqual(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`), [], `${example} at ${width}`);
        }
        if (!SCREENSHOTS) continue;
        mkdirSync(SCREENSHOTS, { recursive: true });
        await page.screenshot({ path: join(SCREENSHOTS, `${example.toLowerCase().replaceAll(" ", "-")}-${colorScheme}-${width}.png`), fullPage: true });
      }
    }
  });
}
