// Runs in a copy of this folder next to the installed package: Workers, bundled by wrangler as it would upload them, run in
// workerd. Nothing is uploaded, and wrangler asks nobody.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { tool } from "./bundlers/tool.mjs";

const here = import.meta.dirname;
const wrangler = join(process.env.SELVEDGE_TOOLS, "node_modules/wrangler/bin/wrangler.js");
const DATE = "2026-11-01";
const QUIET = { CI: "1", WRANGLER_SEND_METRICS: "false", WRANGLER_SEND_ERROR_REPORTS: "false", WRANGLER_HIDE_BANNER: "true", WRANGLER_LOG_PATH: join(here, "logs") };
/** What an upload may take after gzip, in KiB: what has been reached. The aims are 35, and 120 for plain rules, which bring the compiler. */
const BUDGETS = { "compiled-cloudflare": 36, cloudflare: 193 };

before(async () => {
  const { compile } = await import("selvedge/compile");
  const { rules } = await import("./rules.mjs");
  mkdirSync(join(here, "plans"), { recursive: true });
  const text = Buffer.from(compile(rules, { platform: "cloudflare" })).toString("base64");
  writeFileSync(join(here, "plans/cloudflare.mjs"), `export default Uint8Array.from(atob("${text}"), (c) => c.charCodeAt(0));\n`);
});

for (const [app, budget] of Object.entries(BUDGETS)) {
  describe(app, () => {
    const folder = join(here, "uploads", app);

    it(`is uploaded with at most ${budget} KiB`, () => {
      const flags = ["deploy", join("platforms", `${app}.mjs`), "--dry-run", "--minify", "--name", app, "--compatibility-date", DATE, "--outdir", folder];
      const printed = execFileSync(process.execPath, [wrangler, ...flags], { cwd: here, encoding: "utf8", env: { ...process.env, ...QUIET } });
      const [line, gzip] = /Total Upload: .* gzip: ([\d.]+) KiB/.exec(printed) ?? [];
      console.log(`${app}: ${line}`);
      assert.ok(Number(gzip) <= budget, printed);
    });

    it("runs in workerd as uploaded", async () => {
      const files = readdirSync(folder).filter((name) => /\.(js|wasm)$/.test(name)).sort();
      await works(files.map((name) => ({ path: name, contents: readFileSync(join(folder, name)), type: name.endsWith(".wasm") ? "CompiledWasm" : "ESModule" })));
    });
  });
}

/** The module with the handler comes first. */
async function works(modules) {
  modules.sort((a, b) => Number(b.type === "ESModule") - Number(a.type === "ESModule"));
  const { convertV4MiniflareOptions, Miniflare } = await tool("miniflare");
  const miniflare = new Miniflare(convertV4MiniflareOptions({ modules, compatibilityDate: DATE, cf: false, telemetry: { enabled: false }, host: "127.0.0.1" }));
  try {
    const redirect = await miniflare.dispatchFetch("https://example.org/old/page", { redirect: "manual" });
    assert.equal(redirect.status, 301);
    assert.equal(redirect.headers.get("location"), "/new/page");
    const page = await miniflare.dispatchFetch("https://example.org/index.html");
    assert.equal(page.status, 200);
    assert.equal(page.headers.get("referrer-policy"), "same-origin");
    assert.equal(page.headers.get("x-amz-meta-owner"), null);
    assert.equal(await page.text(), "<p>");
  } finally {
    await miniflare.dispose();
  }
}
