// `selvedge build --template`: what CloudFormation's documentation asks for. cfn-lint judges it in tests/outside.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { parse } from "yaml";
import { folder, selvedge } from "./run.mjs";

const KEY = "correct horse battery staple";
const intrinsic = (name, collection) => ({ tag: `!${name}`, ...(collection && { collection }), resolve: (value) => ({ [name]: collection ? value.toJSON() : value }) });
const customTags = [intrinsic("Ref"), intrinsic("Sub"), intrinsic("GetAtt"), intrinsic("If", "seq"), intrinsic("Not", "seq"), intrinsic("Equals", "seq")];

function templateOf(cwd, ...options) {
  const { code, out, err } = selvedge("build", "rules.json", "-p", "cloudfront", "--key", KEY, "--template", "-o", "edge/", ...options, { cwd });
  assert.equal(code, 0, out + err);
  return parse(readFileSync(join(cwd, "edge/template.yaml"), "utf8"), { customTags });
}

test("a function and Lambda@Edge, each at its events", (t) => {
  const cwd = folder(t, { "rules.json": { redirects: [{ from: "/old/*", to: "/new/:splat" }], precompressed: [{ for: "/assets/*", encodings: ["br"] }] } });
  const { Transform, Rules, Resources } = templateOf(cwd);
  // AWS::Serverless::Function publishes numbered versions, and CloudFront takes functions from us-east-1 only.
  assert.equal(Transform, "AWS::Serverless-2016-10-31");
  assert.deepEqual(Rules.Region.Assertions[0].Assert, { Equals: [{ Ref: "AWS::Region" }, "us-east-1"] });
  assert.equal(Resources.Function.Properties.FunctionCode, readFileSync(join(cwd, "edge/function.js"), "utf8"));
  assert.deepEqual([Resources.Handler.Properties.CodeUri, Resources.Handler.Properties.Handler], ["lambda", "index.handler"]);
  const { DefaultCacheBehavior, Origins } = Resources.Distribution.Properties.DistributionConfig;
  assert.deepEqual(DefaultCacheBehavior.FunctionAssociations, [{ EventType: "viewer-request", FunctionARN: { GetAtt: "Function.FunctionMetadata.FunctionARN" } }]);
  assert.deepEqual(DefaultCacheBehavior.LambdaFunctionAssociations, ["origin-request", "origin-response"].map((EventType) => ({ EventType, LambdaFunctionARN: { Ref: "Handler.Version" } })));
  assert.deepEqual(DefaultCacheBehavior.CachePolicyId, { Ref: "CachePolicy" });
  // A bucket that may be listed answers GET / with the list of its files (ListObjects): no path of a viewer is that.
  assert.deepEqual([Origins[0].OriginPath, Resources.SitePolicy.Properties.PolicyDocument.Statement[0].Action], ["/site", ["s3:GetObject", "s3:ListBucket"]]);
});

test("what is not needed is not there, and a rebuild without --template leaves none of before", (t) => {
  const cwd = folder(t, { "rules.json": { redirects: [{ from: "/old/*", to: "/new/:splat" }] } });
  const { Transform, Rules, Resources } = templateOf(cwd);
  assert.deepEqual([Transform, Rules, Resources.Handler, Resources.HandlerRole, Resources.CachePolicy], [undefined, undefined, undefined, undefined, undefined]);
  assert.equal(selvedge("build", "rules.json", "-p", "cloudfront", "--key", KEY, "-o", "edge/", { cwd }).code, 0);
  assert.equal(existsSync(join(cwd, "edge/template.yaml")), false);
});

test("equal rules and an equal key make an equal template; another store is another resource", (t) => {
  const redirects = (to) => ({ redirects: Array.from({ length: 400 }, (_, at) => ({ from: `/a/long/path/of/an/old/site/${at}`, to: `${to}/${at}` })) });
  const [one, same, other] = ["/b", "/b", "/c"].map((to) => templateOf(folder(t, { "rules.json": redirects(to) })));
  assert.deepEqual(one, same);
  const storeOf = ({ Resources }) => Object.keys(Resources).find((name) => Resources[name].Type === "AWS::CloudFront::KeyValueStore");
  assert.notEqual(storeOf(one), storeOf(other));
  assert.deepEqual(one.Resources.Function.Properties.FunctionConfig.KeyValueStoreAssociations, [{ KeyValueStoreARN: { GetAtt: `${storeOf(one)}.Arn` } }]);
  assert.equal(one.Parameters.StoreSource.Type, "String");
  assert.deepEqual(Object.keys(other.Resources).filter((name) => name !== storeOf(other)), Object.keys(one.Resources).filter((name) => name !== storeOf(one)));
});

test("--template goes into a folder", (t) => {
  const cwd = folder(t, { "rules.json": {} });
  const { code, err } = selvedge("build", "rules.json", "-p", "cloudfront", "--template", "-o", "plan.mjs", { cwd });
  assert.equal(code, 2);
  assert.match(err, /--template goes into a folder/);
});
