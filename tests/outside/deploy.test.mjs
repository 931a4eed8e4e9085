// What deploys rules on CloudFront, judged by the tools of those who deploy: the AWS CDK on the construct, cfn-lint on both templates.
// Needs SELVEDGE_OUTSIDE (this folder's packages), TSC, and CFN_LINT, or the reason why there is none in CFN_LINT_MISSING.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { folder, selvedge } from "../../js-shim/cli/test/run.mjs";

const { SELVEDGE_OUTSIDE, TSC, CFN_LINT, CFN_LINT_MISSING } = process.env;
const { Match, Template } = createRequire(join(SELVEDGE_OUTSIDE, "package.json"))("aws-cdk-lib/assertions");

const TYPES = fileURLToPath(new URL("../../js-shim/node_modules/@types", import.meta.url));

/** Viewer stages fit a function; a variant is chosen and named at the origin stages. */
const RULES = {
  redirects: [{ from: "/old/*", to: "/new/:splat" }],
  headers: [{ set: { "X-Frame-Options": "DENY" } }],
  precompressed: [{ for: "/assets/*", encodings: ["br"] }],
};

/** An app with a stack for each row of stacks.json. */
const APP = `
import { readFileSync } from "node:fs";
import { App, Stack } from "aws-cdk-lib";
import * as cloudfront from "aws-cdk-lib/aws-cloudfront";
import * as origins from "aws-cdk-lib/aws-cloudfront-origins";
import { EdgeRules, type EdgeRulesProps } from "selvedge/cdk";
const app = new App();
const stacks: Record<string, [region: string, EdgeRulesProps]> = JSON.parse(readFileSync("stacks.json", "utf8"));
for (const [name, [region, props]] of Object.entries(stacks)) {
  const stack = new Stack(app, name, { env: { region, account: "123456789012" } });
  const edge = new EdgeRules(stack, "Edge", props);
  const origin = new origins.HttpOrigin("origin.example.com");
  const distribution = new cloudfront.Distribution(stack, "Site", { defaultBehavior: { origin, ...edge.behavior }, errorResponses: edge.errorResponses });
  distribution.addBehavior("/docs/*", origin, edge.behavior);
}
app.synth();
`;

/** A project with the package and the CDK in it: copied, since a link would look for the CDK where it leads. */
function project(t, files) {
  const cwd = folder(t, { "package.json": { type: "module" }, ...files });
  mkdirSync(join(cwd, "node_modules"));
  cpSync(fileURLToPath(new URL("../../pkg", import.meta.url)), join(cwd, "node_modules/selvedge"), { recursive: true });
  for (const name of ["aws-cdk-lib", "constructs"]) symlinkSync(join(SELVEDGE_OUTSIDE, "node_modules", name), join(cwd, "node_modules", name), "junction");
  return cwd;
}

/** The templates of an app, by the names of its stacks. */
function synthesised(cwd, stacks) {
  writeFileSync(join(cwd, "stacks.json"), JSON.stringify(stacks));
  if (!existsSync(join(cwd, "app.js"))) {
    writeFileSync(join(cwd, "app.ts"), APP);
    execFileSync(TSC, ["--strict", "--exactOptionalPropertyTypes", "--target", "es2022", "--module", "nodenext", "--skipLibCheck", "--types", "node", "--typeRoots", TYPES, "app.ts"], { cwd, stdio: "inherit" });
  }
  execFileSync(process.execPath, ["app.js"], { cwd, env: { ...process.env, CDK_OUTDIR: join(cwd, "cdk.out") }, stdio: "inherit" });
  return Object.fromEntries(Object.keys(stacks).map((name) => [name, JSON.parse(readFileSync(join(cwd, `cdk.out/${name}.template.json`), "utf8"))]));
}

// That the CDK names a dependency twice is its own affair.
const lint = (cwd, ...files) => CFN_LINT !== undefined && execFileSync(CFN_LINT, ["--ignore-checks", "W3005", "--", ...files], { cwd, stdio: "inherit" });
const ofType = ({ Resources }, type) => Object.entries(Resources).filter(([, { Type }]) => Type === type);

test("the construct gives a distribution the functions and policies that the rules need", (t) => {
  const cwd = project(t, { "rules.json": RULES });
  const { Here, There, Whole } = synthesised(cwd, { Here: ["us-east-1", { rules: "rules.json", prefer: ["policies"] }], There: ["eu-central-1", { rules: RULES }], Whole: ["us-east-1", { rules: RULES, prefer: ["lambda"] }] });
  lint(cwd, "cdk.out/Here.template.json", "cdk.out/There.template.json", "cdk.out/Whole.template.json");

  const here = Template.fromJSON(Here);
  here.hasResourceProperties("AWS::CloudFront::Function", { AutoPublish: true, FunctionConfig: { Runtime: "cloudfront-js-2.0" }, FunctionCode: Match.stringLikeRegexp("/old") });
  here.hasResourceProperties("AWS::Lambda::Function", { Handler: "index.handler", MemorySize: 128, Timeout: 5, Architectures: Match.absent(), Environment: Match.absent() });
  // AWS cannot delete a version that an edge still has.
  here.hasResource("AWS::Lambda::Version", { DeletionPolicy: "Retain", UpdateReplacePolicy: "Retain" });
  here.hasResourceProperties("AWS::IAM::Role", { AssumeRolePolicyDocument: { Statement: Match.arrayWith([Match.objectLike({ Principal: { Service: "edgelambda.amazonaws.com" } })]) } });
  here.hasResourceProperties("AWS::CloudFront::CachePolicy", { CachePolicyConfig: { ParametersInCacheKeyAndForwardedToOrigin: { EnableAcceptEncodingBrotli: true, EnableAcceptEncodingGzip: true } } });
  here.hasResourceProperties("AWS::CloudFront::ResponseHeadersPolicy", { ResponseHeadersPolicyConfig: { SecurityHeadersConfig: { FrameOptions: { FrameOption: "DENY", Override: true } } } });
  const behaviour = Match.objectLike({
    CachePolicyId: Match.anyValue(),
    ResponseHeadersPolicyId: Match.anyValue(),
    FunctionAssociations: [Match.objectLike({ EventType: "viewer-request" })],
    LambdaFunctionAssociations: [Match.objectLike({ EventType: "origin-request" }), Match.objectLike({ EventType: "origin-response" })],
  });
  here.hasResourceProperties("AWS::CloudFront::Distribution", { DistributionConfig: { DefaultCacheBehavior: behaviour, CacheBehaviors: [behaviour] } });

  // Elsewhere the function is in a stack of its own.
  const there = Template.fromJSON(There);
  there.resourceCountIs("AWS::Lambda::Version", 0);
  there.hasResourceProperties("Custom::CrossRegionStringParameterReader", { Region: "us-east-1" });
  there.resourceCountIs("AWS::CloudFront::ResponseHeadersPolicy", 0);
  Template.fromJSON(Whole).resourceCountIs("AWS::CloudFront::Function", 0);
});

test("equal rules make an equal template, and an update changes what changed", (t) => {
  const cwd = project(t, {});
  const one = (rules) => synthesised(cwd, { S: ["us-east-1", { rules }] }).S;
  const before = one(RULES);
  assert.deepEqual(one(RULES), before);
  const after = one({ ...RULES, redirects: [{ from: "/older/*", to: "/new/:splat" }] });
  assert.deepEqual(Object.keys(after.Resources), Object.keys(before.Resources));
  const changed = Object.keys(after.Resources).filter((name) => JSON.stringify(after.Resources[name]) !== JSON.stringify(before.Resources[name]));
  assert.deepEqual(changed, ofType(after, "AWS::CloudFront::Function").map(([name]) => name));
});

/** What is made of constructs in a stack that has its Region alone, with `before` in front of them. */
function inOneStack(cwd, region, names, before = "") {
  const app = `import { App, Stack, aws_s3 as s3 } from "aws-cdk-lib";
    import { EdgeRules } from "selvedge/cdk";
    const app = new App();
    const stack = new Stack(app, "S", { env: { region${region === "us-east-1" ? "" : ', account: "123456789012"'} } });
    ${before}
    for (const name of names) new EdgeRules(stack, name, { rules });
    const { stacks } = app.synth();
    process.stdout.write(JSON.stringify(stacks.map(({ template }) => template)));`;
  const script = `const region = "${region}", names = ${JSON.stringify(names)}, rules = ${JSON.stringify(RULES)};\n${app}`;
  return JSON.parse(execFileSync(process.execPath, ["--input-type=module", "-e", script], { cwd, encoding: "utf8", maxBuffer: 1 << 26 }));
}

test("a stack outside us-east-1 has room for several constructs", (t) => {
  const functions = inOneStack(project(t, {}), "eu-central-1", ["A", "B"]).flatMap((template) => ofType(template, "AWS::Lambda::Function").filter(([, { Properties }]) => Properties.Handler === "index.handler" && Properties.Description === "Rules, by selvedge"));
  assert.equal(functions.length, 2);
});

test("what else is in a stack whose account is not known changes no function", (t) => {
  const cwd = project(t, {});
  const code = (before) => inOneStack(cwd, "us-east-1", ["A"], before).flatMap((template) => ofType(template, "AWS::Lambda::Function").map(([, { Properties }]) => Properties.Code.S3Key));
  assert.equal(code("").length, 1);
  assert.deepEqual(code('new s3.Bucket(stack, "Logs");'), code(""));
});

test("a folder that was built is deployed as it is; one that was not is refused", (t) => {
  const cwd = project(t, { "rules.json": RULES });
  assert.equal(selvedge("build", "rules.json", "--platform", "cloudfront", "-o", "edge/", { cwd }).code, 0);
  // What the function looks up: where its keys are others, it is another store.
  const values = { One: "/b", Same: "/b", Other: "/c" };
  for (const [name, value] of Object.entries(values)) {
    cpSync(join(cwd, "edge"), join(cwd, name), { recursive: true });
    writeFileSync(join(cwd, name, "store.json"), JSON.stringify({ data: [{ key: "/a", value }] }));
  }
  const templates = synthesised(cwd, Object.fromEntries(Object.keys(values).map((built) => [built, ["us-east-1", { built }]])));
  const [one, same, other] = Object.entries(templates).map(([built, template]) => {
    const [[name]] = ofType(template, "AWS::CloudFront::KeyValueStore");
    const [[, { Properties }]] = ofType(template, "AWS::CloudFront::Function");
    assert.deepEqual(Properties.FunctionConfig.KeyValueStoreAssociations, [{ KeyValueStoreARN: { "Fn::GetAtt": [name, "Arn"] } }]);
    assert.equal(Properties.FunctionCode, readFileSync(join(cwd, built, "function.js"), "utf8"));
    return name;
  });
  assert.equal(one, same);
  assert.notEqual(one, other);
  assert.throws(() => execFileSync(process.execPath, ["-e", 'import("aws-cdk-lib").then(async ({ App, Stack }) => { const { EdgeRules } = await import("selvedge/cdk"); new EdgeRules(new Stack(new App(), "S"), "Edge", { built: "." }); })'], { cwd, stdio: "pipe" }), /no policies\.json/);
});

test("an app in CommonJS has the construct too", (t) => {
  const cwd = project(t, {});
  const printed = execFileSync(process.execPath, ["--input-type=commonjs", "-e", 'console.log(typeof require("selvedge/cdk").EdgeRules)'], { cwd, encoding: "utf8" });
  assert.equal(printed, "function\n");
});

for (const [kind, rules, prefer] of [["a function and Lambda@Edge", RULES, "policies"], ["a function alone", { redirects: RULES.redirects }, "functions"], ["Lambda@Edge alone", RULES, "lambda"]]) {
  test(`cfn-lint finds nothing in the template of build: ${kind}`, { skip: CFN_LINT === undefined && CFN_LINT_MISSING }, (t) => {
    const cwd = folder(t, { "rules.json": rules });
    const { code, err } = selvedge("build", "rules.json", "--platform", "cloudfront", "--prefer", prefer, "--template", "-o", "edge/", { cwd });
    assert.equal(code, 0, err);
    lint(cwd, "edge/template.yaml");
  });
}

test("the examples make templates", (t) => {
  const at = (path) => fileURLToPath(new URL(`../../examples/${path}`, import.meta.url));
  const root = project(t, {});
  for (const [from, to] of [["cdk/app.mjs", "cdk/app.mjs"], ["story/rules.json", "story/rules.json"], ["story/site", "cdk/build"]]) cpSync(at(from), join(root, to), { recursive: true });
  const cdk = join(root, "cdk");
  execFileSync(process.execPath, ["app.mjs"], { cwd: cdk, env: { ...process.env, CDK_OUTDIR: "cdk.out", CDK_DEFAULT_ACCOUNT: "123456789012" }, stdio: "inherit" });
  Template.fromJSON(JSON.parse(readFileSync(join(cdk, "cdk.out/Site.template.json"), "utf8"))).resourceCountIs("AWS::CloudFront::Distribution", 1);
  lint(cdk, "cdk.out/Site.template.json");
  for (const name of ["sam", "terraform"]) {
    const { scripts } = JSON.parse(readFileSync(at(`${name}/package.json`), "utf8"));
    const [, command] = scripts.build.split(" && selvedge ");
    mkdirSync(join(root, name));
    assert.equal(selvedge(...command.split(" "), { cwd: join(root, name) }).code, 0);
  }
  lint(join(root, "sam"), "edge/template.yaml");
});
