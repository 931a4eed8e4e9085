// Runs in a copy of this folder next to the installed package (see crates/xtask/src/test/javascript.rs): each app is
// used as it is, and bundled by esbuild without configuration into one file that is moved to an empty folder.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { gunzipSync } from "node:zlib";

const here = import.meta.dirname ?? new URL(".", import.meta.url).pathname;
const apps = readdirSync(join(here, "apps"));

/** Imports an app in a process of its own, sends it two events, and checks what comes back. */
function use(app) {
  const printed = execFileSync(process.execPath, [join(here, "send.mjs"), app], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  const { redirect, response } = JSON.parse(printed);
  assert.equal(redirect.status, "301");
  assert.deepEqual(redirect.headers.location, [{ key: "Location", value: "/new/page?a=1" }]);
  assert.equal(response.status, "200");
  assert.equal(response.headers["x-amz-meta-owner"], undefined);
  assert.equal(response.headers["referrer-policy"][0].value, "same-origin");
  assert.deepEqual(response.headers["content-type"], [{ key: "Content-Type", value: "text/html" }]);
}

before(async () => {
  const { compile } = await import("selvedge/compile");
  const { rules, rulesWithRegex } = await import("./rules.mjs");
  for (const [name, of] of [["plan", rules], ["plan-regex", rulesWithRegex]]) {
    const bytes = compile(of, { platform: "cloudfront" });
    const text = `Buffer.from("${Buffer.from(bytes).toString("base64")}", "base64")`;
    writeFileSync(join(here, "apps", `${name}.mjs`), `export default ${text};\n`);
    writeFileSync(join(here, "apps", `${name}.cjs`), `module.exports = ${text};\n`);
  }
});

for (const app of apps) {
  describe(app, () => {
    it("installed", () => use(join(here, "apps", app)));

    for (const [format, ending] of [["esm", "mjs"], ["cjs", "cjs"]]) {
      for (const minify of [false, true]) {
        it(`bundled as ${format}${minify ? ", minified" : ""}, alone in an empty folder`, () => {
          const bundle = join(here, `bundle.${ending}`);
          const flags = ["--bundle", "--platform=node", `--format=${format}`, `--outfile=${bundle}`, "--log-level=warning"];
          execFileSync(process.env.ESBUILD, [join(here, "apps", app), ...flags, ...(minify ? ["--minify"] : [])]);
          const empty = mkdtempSync(join(tmpdir(), "selvedge-alone-"));
          try {
            renameSync(bundle, join(empty, `index.${ending}`));
            use(join(empty, `index.${ending}`));
          } finally {
            rmSync(empty, { recursive: true });
          }
        });
      }
    }
  });
}

describe("the package", () => {
  it("brings the command line, and the licences of what is in it", async () => {
    const { default: manifest } = await import("selvedge/package.json", { with: { type: "json" } });
    const printed = execFileSync(join(here, "node_modules/.bin/selvedge"), ["--version"], { encoding: "utf8" });
    assert.equal(printed, `${manifest.version}\n`);
    const licences = readFileSync(join(here, "node_modules/selvedge/dist/THIRD-PARTY.txt"), "utf8");
    const notice = (library) => licences.split(/^---- /m).find((part) => part.startsWith(`${library} `));
    for (const library of ["commander", "picocolors", "serde", "toml_edit", "wasm-bindgen", "crc32fast", "rust-std"]) {
      assert.match(notice(library) ?? "", /hereby granted|Apache License|BSD/, library);
    }
    assert.match(notice("crc32fast"), /in zopfli\.wasm\n/);
    assert.match(notice("commander"), /in (selvedge|chunk-\w+)\.js\n/);
    // Macros run when the package is built, and are not in it.
    assert.equal(notice("syn"), undefined);
  });

  it("lists what is in it as CycloneDX", () => {
    const bill = JSON.parse(readFileSync(join(here, "node_modules/selvedge/dist/sbom.cdx.json"), "utf8"));
    assert.deepEqual([bill.bomFormat, bill.specVersion], ["CycloneDX", "1.5"]);
    const named = (name) => bill.components.find((component) => component.name === name);
    const { purl, version, licenses, hashes } = named("crc32fast");
    assert.equal(purl, `pkg:cargo/crc32fast@${version}`);
    assert.deepEqual(licenses, [{ expression: "MIT OR Apache-2.0" }]);
    assert.match(hashes[0].content, /^[0-9a-f]{64}$/);
    assert.match(named("commander").hashes[0].content, /^[0-9a-f]{128}$/);
    const all = bill.components.map((component) => component["bom-ref"]);
    assert.equal(new Set(all).size, all.length);
    assert.deepEqual(bill.dependencies[0].dependsOn, all);
  });

  it("compresses files: the worker and its WebAssembly are in the package", () => {
    const site = mkdtempSync(join(tmpdir(), "selvedge-site-"));
    try {
      writeFileSync(join(site, "a.txt"), "the same again, ".repeat(200));
      execFileSync(join(here, "node_modules/.bin/selvedge"), ["precompress", site, "--iterations", "1"]);
      assert.equal(gunzipSync(readFileSync(join(site, "a.txt.gz"))).toString(), "the same again, ".repeat(200));
    } finally {
      rmSync(site, { recursive: true, force: true });
    }
  });

  it("has nothing but what it declares", async () => {
    const root = join(here, "node_modules/selvedge");
    assert.deepEqual(readdirSync(root).sort(), ["LICENSE-APACHE", "LICENSE-MIT", "README.md", "dist", "distribution.schema.json", "docs", "llms.txt", "package.json", "schema.json", "terraform"]);
    const { default: manifest } = await import("selvedge/package.json", { with: { type: "json" } });
    assert.equal(manifest.dependencies, undefined);
    // What the construct imports is there where an app of the AWS CDK is, and nowhere else: npm installs no optional peer.
    const construct = readFileSync(join(root, "dist/cli/cdk/index.js"), "utf8");
    const imported = [...construct.matchAll(/\bfrom\s*"([a-z][\w-]*)[/"]/g)].map(([, name]) => name);
    assert.deepEqual(Object.keys(manifest.peerDependencies), [...new Set(imported)].sort());
    assert.deepEqual(manifest.peerDependenciesMeta, Object.fromEntries([...new Set(imported)].sort().map((name) => [name, { optional: true }])));
  });

  it("has its types and code where its exports say", async () => {
    const { default: manifest } = await import("selvedge/package.json", { with: { type: "json" } });
    const { existsSync } = await import("node:fs");
    const files = JSON.stringify(manifest.exports).match(/\.\/dist[\w./*-]+/g).map((file) => file.replace("*", "lambda-edge"));
    assert.deepEqual(files.filter((file) => !existsSync(join(here, "node_modules/selvedge", file))), []);
  });
});
