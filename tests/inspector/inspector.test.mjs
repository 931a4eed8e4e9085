// The inspector of `selvedge dev` in headless Chromium: what it shows, by keyboard alone, at every width, with axe-core.
//
// CHROMIUM names the browser, SELVEDGE_TOOLS the folder with playwright-core and axe-core, SCREENSHOTS a folder for pictures.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { dev } from "../../js-shim/cli/test/dev.mjs";
import { folder } from "../../js-shim/cli/test/run.mjs";

const { CHROMIUM, SCREENSHOTS, SELVEDGE_TOOLS } = process.env;
const tools = createRequire(join(SELVEDGE_TOOLS, "package.json"));
const { chromium } = tools("playwright-core");
const axe = tools.resolve("axe-core/axe.min.js");
const WIDTHS = [360, 800, 1280, 2000];

const RULES = {
  redirects: [{ from: "/none", to: "/a.txt" }, { from: "/old/*", to: "/new/:splat" }],
  headers: [{ for: "/*", set: { "X-Tried": "yes" } }],
};
const HANDLER = `export const handler = async (event) => {
  const { request } = event.Records[0].cf;
  console.log("saw", request.uri);
  if (request.uri === "/broken") request.headers.host = [{ key: "Host", value: "other.example" }];
  return request;
};`;

let browser;
before(async () => {
  browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
});
after(() => browser.close());

async function opened(t, { colorScheme = "light", width = 1280, rules = true } = {}) {
  const cwd = folder(t, { "site/index.html": "home", "site/a.txt": "a", "rules.json": JSON.stringify(RULES, null, 2), "h.mjs": HANDLER });
  const edge = await dev(t, cwd, ...(rules ? ["rules.json"] : []), "--handler", "origin-request=h.mjs", "--origin", "site", "--quiet");
  const context = await browser.newContext({ colorScheme, viewport: { width, height: 900 } });
  t.after(() => context.close());
  const page = await context.newPage();
  // A machine may be slow; only what never comes is wrong.
  page.setDefaultTimeout(300_000);
  const errors = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  const asked = new Set();
  page.on("request", (request) => asked.add(new URL(request.url()).origin));
  await page.goto(edge.inspector);
  await page.locator("#live.on").waitFor();
  return { edge, page, errors, asked, cwd };
}

test("a request: its stages, the rule that did it, and why the others did not", async (t) => {
  const { edge, page, errors, asked } = await opened(t);
  await edge.get("/a.txt");
  await edge.get("/old/x");
  await page.locator(".row", { hasText: "/old/x" }).click();
  const detail = page.locator("#detail");
  await detail.getByText(/The rules? that did it/).first().waitFor();
  const text = await detail.innerText();
  assert.match(text, /redirects\[1\] rules\.json:\d+/);
  assert.match(text, /answers 301 → \/new\/x/);
  await detail.getByText(/Why \d+ other/).first().click();
  assert.match(await detail.innerText(), /redirects\[0\] rules\.json:\d+/);
  await page.locator(".row", { hasText: "/a.txt" }).click();
  await detail.filter({ hasText: "log: saw /a.txt" }).waitFor();
  // Nothing from outside, and nothing went wrong.
  assert.deepEqual([...asked], [new URL(edge.inspector).origin]);
  assert.deepEqual(errors, []);
  // The token is not left in the address.
  assert.equal(new URL(page.url()).hash, "");
});

test("the form sends, a violation is shown with its rule, and other rules are tried", async (t) => {
  const { page, errors, cwd } = await opened(t);
  await page.getByText("Send a request").first().click();
  await page.locator("input[name=path]").fill("/old/page");
  await page.locator("input[name=country]").fill("FR");
  await page.locator("#send button", { hasText: "Send" }).first().click();
  const detail = page.locator("#detail");
  await detail.getByText("FR").first().waitFor();

  await page.locator("#texts textarea").fill(JSON.stringify({ ...RULES, redirects: [{ from: "/old/*", to: "/newer/:splat" }] }));
  await page.locator("#try").click();
  await page.getByText("1 of 1 requests would change").waitFor();
  assert.match(await page.locator("#outcome").innerText(), /location: \/new\/page[^]*location: \/newer\/page/);
  await page.locator("#texts textarea").fill("{");
  await page.locator("#try").click();
  // In sight, next to the button, with its place, and without what came of other rules.
  const problem = page.locator("#rules-problem");
  await problem.filter({ hasText: "rules.json:1:" }).waitFor();
  const [shown, pressed] = [await problem.boundingBox(), await page.locator("#try").boundingBox()];
  assert.ok(shown.y > pressed.y && shown.y < pressed.y + 200, `${shown.y}, ${pressed.y}`);
  assert.equal(await page.locator("#outcome").innerText(), "");
  if (SCREENSHOTS !== undefined) await page.screenshot({ path: join(SCREENSHOTS, "rules-problem.png") });
  await page.locator("#reset").click();
  await page.locator("#rules-problem:empty").waitFor({ state: "attached" });

  writeFileSync(join(cwd, "h.mjs"), HANDLER.replace('"/broken") request.headers.host', '"/broken") request.headers.via'));
  await page.locator("input[name=path]").fill("/broken");
  for (;;) {
    await page.locator("#send button", { hasText: "Send" }).first().click();
    await page.locator(".row", { hasText: "/broken" }).first().waitFor();
    if (await detail.getByText("headers.via").count()) break;
    await page.waitForTimeout(200);
  }
  assert.match(await detail.innerText(), /tried to add, delete, or change a read-only header[^]*before[^]*what to do/);
  // 422 is how the page learns of rules that are wrong; the browser logs it.
  assert.deepEqual(errors.filter((text) => !/422/.test(text)), []);
});

test("other rules are tried on all requests that are listed", async (t) => {
  const { edge, page } = await opened(t);
  await edge.get("/old/only");
  const MANY = 600;
  for (let at = 0; at < MANY; at += 50) await Promise.all(Array.from({ length: 50 }, (_, i) => edge.get(`/q/${at + i}`)));
  await page.getByText(`(${MANY + 1})`).waitFor();
  await page.locator("#texts textarea").fill(JSON.stringify({ ...RULES, redirects: [] }));
  await page.locator("#try").click();
  await page.getByText(`1 of ${MANY + 1} requests would change`).waitFor();
  assert.match(await page.locator("#outcome").innerText(), /GET \/old\/only/);
});

test("whole by keyboard", async (t) => {
  const { edge, page } = await opened(t);
  for (const path of ["/a.txt", "/none", "/old/x"]) await edge.get(path);
  await page.locator(".row").nth(2).waitFor();
  const reach = async (selector) => {
    for (let i = 0; i < 60; i++) {
      await page.keyboard.press("Tab");
      if (await page.evaluate((selector) => document.activeElement?.matches(selector), selector)) return;
    }
    assert.fail(`the Tab key never reaches ${selector}`);
  };
  await reach("#site");
  await reach("#send-box summary");
  await reach("#filter");
  await reach("#list");
  await page.keyboard.press("ArrowDown");
  await page.locator('.row[aria-selected="true"]', { hasText: "/old/x" }).waitFor();
  await page.keyboard.press("End");
  await page.locator('.row[aria-selected="true"]', { hasText: "/a.txt" }).waitFor();
  assert.ok(await page.evaluate(() => document.getElementById(document.querySelector("#list").getAttribute("aria-activedescendant"))));
  await reach("#detail summary");
  await reach("#texts textarea");
  await reach("#try");
});

test("ten thousand requests are listed by the rows in sight alone", async (t) => {
  const { edge, page } = await opened(t, { rules: false });
  const many = Array.from({ length: 10_100 }, (_, i) => i);
  const work = async () => { for (let i = many.pop(); i !== undefined; i = many.pop()) await fetch(`${edge.url}/a.txt?${i}`, { method: "HEAD" }); };
  await Promise.all(Array.from({ length: 16 }, work));
  // The page hears of requests in their order: with the last one it has all.
  await edge.get("/last");
  await page.locator(".row", { hasText: "/last" }).waitFor();
  await page.getByText("(10000)").waitFor();
  assert.ok((await page.locator(".row").count()) < 60);
  await page.locator("#list").focus();
  await page.keyboard.press("End");
  await page.locator('.row[aria-posinset="10000"][aria-selected="true"]').waitFor();
  await page.locator("#filter").fill("?77");
  await page.locator(".row").first().waitFor();
  assert.ok((await page.locator("#rows").evaluate((rows) => rows.clientHeight)) < 10_000 * 40);
});

for (const colorScheme of ["light", "dark"]) {
  test(`readable from 360 to 2,000 px, ${colorScheme}, without a violation of WCAG 2.2 AA`, async (t) => {
    const { edge, page } = await opened(t, { colorScheme });
    for (const path of ["/a.txt", "/a.txt", "/old/x", "/none", `/${"long".repeat(60)}`]) await edge.get(path);
    await page.locator(".row").nth(4).waitFor();
    await page.locator(".row", { hasText: "/old/x" }).click();
    await page.locator("#detail .stage").first().waitFor();
    await page.evaluate(() => document.querySelectorAll("details").forEach((details) => { details.open = true; }));
    // Not by a script element: the page's own policy refuses that.
    await page.evaluate(readFileSync(axe, "utf8"));
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 900 });
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `it scrolls sideways at ${width}`);
      const { violations } = await page.evaluate(() => globalThis.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] }));
      assert.deepEqual(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`), [], String(width));
      if (SCREENSHOTS) {
        mkdirSync(SCREENSHOTS, { recursive: true });
        await page.screenshot({ path: join(SCREENSHOTS, `${colorScheme}-${width}.png`), fullPage: true });
      }
    }
  });
}
