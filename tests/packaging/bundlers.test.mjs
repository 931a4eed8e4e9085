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

/** The adapters by their entries, and how each is bundled; a Worker is by wrangler.test.mjs. */
const ADAPTERS = new Map();
for (const row of JSON.parse(readFileSync(join(here, "adapters.json"), "utf8"))) {
  const { bundles } = await import(`./runtimes/${row.entry}/platform.mjs`);
  if (bundles !== undefined) ADAPTERS.set(row.entry, { ...row, ...bundles });
}
const COMPILER = "compile_outcome";

before(async () => {
  const { compile } = await import("selvedge/compile");
  const { blindRules, rules } = await import("./rules.mjs");
  mkdirSync(join(here, "adapters"));
  for (const { entry, platform, maker, blind } of ADAPTERS.values()) {
    const own = blind ? blindRules : rules;
    write(entry, `selvedge/${entry}`, maker, JSON.stringify(own));
    write(`compiled-${entry}`, `selvedge/compiled/${entry}`, maker, `Uint8Array.from(atob("${Buffer.from(compile(own, { platform })).toString("base64")}"), (c) => c.charCodeAt(0))`);
  }
});

/** An app in a file: the rules, or their plan, on the platform, and what it answers. */
function write(app, module, maker, rules) {
  const lines = [
    `import { ${maker} } from ${JSON.stringify(module)};`,
    `import { site } from "../runtimes/${app.replace("compiled-", "")}/platform.mjs";`,
    `import { origin, simple } from "../platforms/origin.mjs";`,
    `const answer = site(${maker}, ${rules}, {}, origin);`,
    "export const ask = async (path) => simple(await answer(new Request(`https://example.org${path}`)));",
  ];
  writeFileSync(join(here, "adapters", `${app}.mjs`), `${lines.join("\n")}\n`);
}

const sizes = [];
after(() => {
  const rows = sizes.map(({ bundler, app, raw, gzip }) => `| ${app} | ${bundler} | ${raw} | ${gzip} |`);
  const table = ["| bundle | by | bytes | gzip -9 |", "| --- | --- | ---: | ---: |", ...rows, ""].join("\n");
  console.log(table);
  if (process.env.SELVEDGE_REPORTS) writeFileSync(join(process.env.SELVEDGE_REPORTS, "bundles.md"), `# Bundles\n\n${table}`);
});

for (const [name, { conditions, blind }] of ADAPTERS) {
  for (const app of [name, `compiled-${name}`]) {
    describe(app, () => {
      for (const bundler of BUNDLERS) {
        it(`bundled by ${bundler}, alone in an empty folder`, async () => {
          const { bundle } = await import(`./bundlers/${bundler}.mjs`);
          const empty = mkdtempSync(join(tmpdir(), "selvedge-alone-"));
          try {
            const file = join(empty, "index.mjs");
            await bundle(join(here, "adapters", `${app}.mjs`), file, conditions);
            assert.deepEqual(readdirSync(empty), ["index.mjs"]);
            holdsNothingElse(readFileSync(file, "utf8"), name, app);
            const bytes = readFileSync(file);
            sizes.push({ bundler, app, raw: bytes.length, gzip: gzipSync(bytes, { level: 9 }).length });
            works(file, blind);
          } finally {
            rmSync(empty, { recursive: true });
          }
        });
      }
    });
  }
}

function holdsNothingElse(text, name, app) {
  const others = [...ADAPTERS].filter(([other]) => other !== name).flatMap(([, { words }]) => words);
  if (app.startsWith("compiled-")) others.push(COMPILER);
  const own = [...ADAPTERS.get(name).words, ...(app.startsWith("compiled-") ? [] : [COMPILER])];
  assert.deepEqual(others.filter((word) => text.includes(word)), [], "code of other platforms is in the bundle");
  assert.deepEqual(own.filter((word) => !text.includes(word)), [], "words that mark the platform's own code are gone: choose others");
}

/** Asks twice, in a process of its own, and checks what comes back. `blind`: the platform shows rules no response. */
function works(file, blind) {
  const printed = execFileSync(process.execPath, [join(here, "ask.mjs"), file], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  const [redirect, page] = JSON.parse(printed);
  assert.equal(redirect.status, 301);
  assert.equal(redirect.headers.location, "/new/page");
  assert.equal(page.status, 200);
  assert.equal(page.headers["referrer-policy"], "same-origin");
  assert.equal(page.headers["x-amz-meta-owner"], blind ? "someone" : undefined);
}
