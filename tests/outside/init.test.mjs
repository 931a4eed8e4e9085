// What `selvedge init` writes, judged by the tools of its platforms: wrangler, cfn-lint, the AWS CDK. Needs SELVEDGE_TOOLS (tests/tools),
// SELVEDGE_OUTSIDE (this folder's packages), ESBUILD, TSC, and CFN_LINT, or the reason why there is none in CFN_LINT_MISSING.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { folder, selvedge } from "../../js-shim/cli/test/run.mjs";

const { SELVEDGE_TOOLS, SELVEDGE_OUTSIDE, ESBUILD, TSC, CFN_LINT, CFN_LINT_MISSING } = process.env;
const PAGE = "<!doctype html><title>A page</title>";
const SITE = { "dist/index.html": PAGE, "dist/404.html": PAGE, "dist/blog/a/index.html": PAGE, "dist/assets/app-3f2a9c01.js": "" };
const REDIRECTS = { "public/_redirects": "/old/* /new/:splat 301\n/de/* /en/:splat 302 Country=de\n" };

/** A project in which the package is installed, after `selvedge init`; where there are rule files, with its plan. */
function started(t, files, ...options) {
  const cwd = folder(t, { "package.json": { type: "module" }, ...SITE, ...files });
  mkdirSync(join(cwd, "node_modules"));
  symlinkSync(new URL("../../pkg", import.meta.url), join(cwd, "node_modules/selvedge"), "junction");
  const { code, out, err } = selvedge("init", ...options, { cwd });
  assert.equal(code, 0, out + err);
  if (out.includes("selvedge build -o")) assert.equal(selvedge("build", "-o", "edge/plan.mjs", { cwd }).code, 0);
  return cwd;
}

function bundled(cwd) {
  execFileSync(ESBUILD, ["edge/handler.mjs", "--bundle", "--minify", "--platform=node", "--target=node22", "--format=esm", "--outfile=edge/build/handler.mjs", "--log-level=warning"], { cwd });
}

for (const [kind, files] of Object.entries({ "rules alone": {}, "rules and _redirects": REDIRECTS })) {
  test(`wrangler would upload the Worker: ${kind}`, (t) => {
    const cwd = started(t, files, "--platform", "cloudflare");
    const env = { ...process.env, CI: "1", WRANGLER_SEND_METRICS: "false", WRANGLER_SEND_ERROR_REPORTS: "false", WRANGLER_LOG_PATH: join(cwd, "logs") };
    const printed = execFileSync(process.execPath, [join(SELVEDGE_TOOLS, "node_modules/wrangler/bin/wrangler.js"), "deploy", "--dry-run", "--outdir", "out"], { cwd, env, encoding: "utf8" });
    assert.match(printed, /Total Upload: /);
    assert.match(printed, /env\.ASSETS/);
  });

  test(`cfn-lint finds nothing in the template: ${kind}`, { skip: CFN_LINT === undefined && CFN_LINT_MISSING }, (t) => {
    const cwd = started(t, files, "--platform", "cloudfront");
    bundled(cwd);
    execFileSync(CFN_LINT, ["template.yaml"], { cwd, stdio: "inherit" });
  });

  test(`the CDK makes a template of the construct: ${kind}`, (t) => {
    const cwd = started(t, { ...files, "cdk.json": {} }, "--platform", "cloudfront");
    // The construct asks for the CDK from where it lies, so a link to the package will not do.
    rmSync(join(cwd, "node_modules/selvedge"));
    cpSync(fileURLToPath(new URL("../../pkg", import.meta.url)), join(cwd, "node_modules/selvedge"), { recursive: true });
    for (const name of ["aws-cdk-lib", "constructs"]) symlinkSync(join(SELVEDGE_OUTSIDE, "node_modules", name), join(cwd, "node_modules", name), "junction");
    const app = 'import { App, Stack } from "aws-cdk-lib";\nimport { Site } from "./edge/site.js";\nconst app = new App();\nnew Site(new Stack(app, "S", { env: { region: "us-east-1", account: "123456789012" } }), "Site");\napp.synth();\n';
    writeFileSync(join(cwd, "app.ts"), app);
    execFileSync(TSC, ["--strict", "--target", "es2022", "--module", "nodenext", "--skipLibCheck", "--types", "", "--rootDir", ".", "--outDir", "out", "app.ts"], { cwd, stdio: "inherit" });
    execFileSync(process.execPath, [join("out", "app.js")], { cwd, env: { ...process.env, CDK_OUTDIR: join(cwd, "cdk.out") }, stdio: "inherit" });
    // That the CDK names a dependency twice is its own affair.
    if (CFN_LINT !== undefined) execFileSync(CFN_LINT, ["--ignore-checks", "W3005", "--", "cdk.out/S.template.json"], { cwd, stdio: "inherit" });
  });
}
