// What `selvedge build` writes, sent to AWS's control plane as moto plays it: CreateFunction, CreateKeyValueStore, CreateStack.
//
// moto 5.2.5 has no PublishFunction, TestFunction, response headers or cache policies, no data plane of a KeyValueStore (UpdateKeys),
// and of a stack it makes the bucket and the role, not what is of CloudFront or SAM. What stands in for those: cfn-lint, by AWS's own
// schemas (deploy.test.mjs), the functions in a runtime (tests/runtimes/cloudfront-functions), and for UpdateKeys the shape of its input
// (js-shim/cli/test/kvs.test.mjs). The last test fails when moto has learned one of them.
// Needs MOTO, or the reason why there is none in MOTO_MISSING.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { folder, selvedge } from "../../js-shim/cli/test/run.mjs";

const { MOTO, MOTO_MISSING } = process.env;
const skip = MOTO === undefined && MOTO_MISSING;

const RULES = { redirects: [{ from: "/old/*", to: "/new/:splat" }], headers: [{ set: { "X-Frame-Options": "DENY" } }] };
const VERSION = "/2020-05-31";
const WAIT = 120_000;

let server;
let base;

before(async () => {
  if (skip) return;
  const port = await freePort();
  base = `http://127.0.0.1:${port}`;
  server = spawn(MOTO, ["-H", "127.0.0.1", "-p", String(port)], { stdio: "ignore" });
  const until = Date.now() + WAIT;
  while (!(await fetch(`${base}/moto-api/`, { signal: AbortSignal.timeout(5_000) }).then(({ ok }) => ok, () => false))) {
    assert.equal(server.exitCode, null, "moto ended before it listened");
    assert.ok(Date.now() < until, `moto did not listen on port ${port} within 2 minutes`);
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
});

after(() => server?.kill());

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer().on("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

/** A call, signed by nobody: moto looks at the name of the service alone. */
async function call(service, method, path, body) {
  const authorization = `AWS4-HMAC-SHA256 Credential=none/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`;
  const answer = await fetch(`${base}${path}`, { method, body, headers: { authorization }, signal: AbortSignal.timeout(WAIT) });
  return { status: answer.status, text: await answer.text() };
}

const element = (text, name) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1];

async function createFunction(name, source, associations = "") {
  const config = `<FunctionConfig><Comment>Rules</Comment><Runtime>cloudfront-js-2.0</Runtime>${associations}</FunctionConfig>`;
  const body = `<CreateFunctionRequest><Name>${name}</Name>${config}<FunctionCode>${Buffer.from(source).toString("base64")}</FunctionCode></CreateFunctionRequest>`;
  assert.equal((await call("cloudfront", "POST", `${VERSION}/function`, body)).status, 201);
  return call("cloudfront", "GET", `${VERSION}/function/${name}`);
}

test("CreateFunction takes the function, and GetFunction gives the same text", { skip }, async (t) => {
  const cwd = folder(t, { "rules.json": RULES });
  assert.equal(selvedge("build", "rules.json", "--platform", "cloudfront", "-o", "edge/", { cwd }).code, 0);
  const source = readFileSync(join(cwd, "edge/function.js"), "utf8");
  assert.deepEqual(await createFunction("rules", source), { status: 200, text: source });
});

test("CreateKeyValueStore makes the store that the function reads", { skip }, async (t) => {
  const redirects = Array.from({ length: 300 }, (_, at) => ({ from: `/old-address-${at}`, to: `/new-address-${at}` }));
  const cwd = folder(t, { "rules.json": { redirects } });
  const { code, err } = selvedge("build", "rules.json", "--platform", "cloudfront-functions", "--store", "store.json", "-o", "function.js", { cwd });
  assert.equal(code, 0, err);
  const made = await call("cloudfront", "POST", `${VERSION}/key-value-store`, "<CreateKeyValueStoreRequest><Name>rules-store</Name></CreateKeyValueStoreRequest>");
  assert.equal(made.status, 201);
  const arn = element(made.text, "ARN");
  assert.match(arn, /^arn:aws:cloudfront::\d+:key-value-store\//);
  const associations = `<KeyValueStoreAssociations><Quantity>1</Quantity><Items><KeyValueStoreAssociation><KeyValueStoreARN>${arn}</KeyValueStoreARN></KeyValueStoreAssociation></Items></KeyValueStoreAssociations>`;
  const source = readFileSync(join(cwd, "function.js"), "utf8");
  assert.deepEqual(await createFunction("with-store", source, associations), { status: 200, text: source });
  const { text } = await call("cloudfront", "GET", `${VERSION}/function/with-store/describe`);
  assert.deepEqual([element(text, "KeyValueStoreARN"), element(text, "Runtime")], [arn, "cloudfront-js-2.0"]);
});

test("CreateStack takes the template", { skip }, async (t) => {
  const cwd = folder(t, { "rules.json": RULES });
  assert.equal(selvedge("build", "rules.json", "--platform", "cloudfront", "--template", "-o", "edge/", { cwd }).code, 0);
  const ask = (parameters) => call("cloudformation", "POST", "/", new URLSearchParams({ StackName: "site", ...parameters }));
  const made = await ask({ Action: "CreateStack", TemplateBody: readFileSync(join(cwd, "edge/template.yaml"), "utf8"), "Capabilities.member.1": "CAPABILITY_IAM" });
  assert.equal(made.status, 200, made.text);
  const { text } = await ask({ Action: "DescribeStackResources" });
  const types = [...text.matchAll(/<ResourceType>([^<]*)</g)].map(([, type]) => type);
  assert.deepEqual(types.sort(), ["AWS::IAM::Role", "AWS::S3::Bucket"]);
});

test("what moto does not have is what this file says", { skip }, async () => {
  for (const path of ["/function/rules/publish", "/function/rules/test", "/response-headers-policy", "/cache-policy"]) {
    assert.equal((await call("cloudfront", "POST", VERSION + path, "")).status, 404, path);
  }
  assert.equal((await call("cloudfront-keyvaluestore", "POST", "/key-value-stores/arn/keys", '{"Puts":[]}')).status, 500);
});
