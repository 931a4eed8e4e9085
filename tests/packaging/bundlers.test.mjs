// Runs in a copy of this folder next to the installed package (see crates/xtask/src/test/javascript.rs): each platform's
// entry points, bundled by each bundler with next to no configuration, run alone in an empty folder. The bundle of one
// platform holds no code of the others, and one for plans no compiler.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { gzipSync } from "node:zlib";

const here = import.meta.dirname;
const BUNDLERS = ["esbuild", "rollup", "vite", "webpack"];

/** Platforms: the name that rules are compiled for, conditions of bundlers, and words that no other platform's code holds. */
const PLATFORMS = {
  "lambda-edge": { platform: "cloudfront", conditions: ["node"], words: ["keepaliveTimeout"] },
  fetch: { platform: "fetch", conditions: ["worker", "browser"], words: ["no origin: pass `next`"] },
  node: { platform: "fetch", conditions: ["node"], words: ["headersDistinct"] },
  netlify: { platform: "netlify", conditions: ["deno", "worker"], words: ["?.country?.code"] },
  vercel: { platform: "vercel", conditions: ["node"], words: ["x-middleware-override-headers"] },
};
const COMPILER = "__wbindgen";

before(async () => {
  const { compile } = await import("selvedge/compile");
  const { blindRules, rules } = await import("./rules.mjs");
  mkdirSync(join(here, "plans"), { recursive: true });
  for (const { platform } of Object.values(PLATFORMS)) {
    const text = Buffer.from(compile(platform === "vercel" ? blindRules : rules, { platform })).toString("base64");
    writeFileSync(join(here, "plans", `${platform}.mjs`), `export default Uint8Array.from(atob("${text}"), (c) => c.charCodeAt(0));\n`);
  }
});

const sizes = [];
after(() => {
  const rows = sizes.map(({ bundler, app, raw, gzip }) => `| ${app} | ${bundler} | ${raw} | ${gzip} |`);
  const table = ["| bundle | by | bytes | gzip -9 |", "| --- | --- | ---: | ---: |", ...rows, ""].join("\n");
  console.log(table);
  if (process.env.SELVEDGE_REPORTS) writeFileSync(join(process.env.SELVEDGE_REPORTS, "bundles.md"), `# Bundles\n\n${table}`);
});

for (const [name, { conditions }] of Object.entries(PLATFORMS)) {
  for (const app of [name, `compiled-${name}`]) {
    describe(app, () => {
      for (const bundler of BUNDLERS) {
        it(`bundled by ${bundler}, alone in an empty folder`, async () => {
          const { bundle } = await import(`./bundlers/${bundler}.mjs`);
          const empty = mkdtempSync(join(tmpdir(), "selvedge-alone-"));
          try {
            const file = join(empty, "index.mjs");
            await bundle(join(here, "platforms", `${app}.mjs`), file, conditions);
            assert.deepEqual(readdirSync(empty), ["index.mjs"]);
            holdsNothingElse(readFileSync(file, "utf8"), name, app);
            const bytes = readFileSync(file);
            sizes.push({ bundler, app, raw: bytes.length, gzip: gzipSync(bytes, { level: 9 }).length });
            works(file);
          } finally {
            rmSync(empty, { recursive: true });
          }
        });
      }
    });
  }
}

function holdsNothingElse(text, name, app) {
  const others = Object.entries(PLATFORMS).filter(([other]) => other !== name).flatMap(([, { words }]) => words);
  if (app.startsWith("compiled-")) others.push(COMPILER);
  const own = [...PLATFORMS[name].words, ...(app.startsWith("compiled-") ? [] : [COMPILER])];
  assert.deepEqual(others.filter((word) => text.includes(word)), [], "code of other platforms is in the bundle");
  assert.deepEqual(own.filter((word) => !text.includes(word)), [], "words that mark the platform's own code are gone: choose others");
}

/** Asks twice, in a process of its own, and checks what comes back. */
function works(file) {
  const printed = execFileSync(process.execPath, [join(here, "ask.mjs"), file], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  const [redirect, page] = JSON.parse(printed);
  assert.equal(redirect.status, 301);
  assert.equal(redirect.headers.location, "/new/page");
  assert.equal(page.status, 200);
  assert.equal(page.headers["referrer-policy"], "same-origin");
  assert.equal(page.headers["x-amz-meta-owner"], undefined);
}
