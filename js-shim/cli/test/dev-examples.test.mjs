// Functions in the style of AWS's own examples (callbacks, CommonJS, numbers as statuses) in `selvedge dev`, with the outputs that AWS
// documents: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-examples.html
import assert from "node:assert/strict";
import { test } from "node:test";
import { dev } from "./dev.mjs";
import { folder } from "./run.mjs";

const EXAMPLES = {
  "A/B testing": ["viewer-request", `
    const request = event.Records[0].cf.request;
    const headers = request.headers;
    if (request.uri !== "/experiment-pixel.jpg") { callback(null, request); return; }
    let uri;
    if (headers.cookie) for (const line of headers.cookie) {
      if (line.value.indexOf("X-Experiment-Name=A") >= 0) uri = "/experiment-group/control-pixel.jpg";
      else if (line.value.indexOf("X-Experiment-Name=B") >= 0) uri = "/experiment-group/treatment-pixel.jpg";
    }
    if (uri) request.uri = uri;
    callback(null, request);`, [
    ["/experiment-pixel.jpg", { cookie: "First=1; X-Experiment-Name=A" }, { text: "control" }],
    ["/experiment-pixel.jpg", { cookie: "First=1; X-Experiment-Name=B" }, { text: "treatment" }],
    ["/other.jpg", {}, { text: "other" }],
  ]],
  "static content": ["origin-request", `
    callback(null, { status: "200", statusDescription: "OK", headers: { "cache-control": [{ key: "Cache-Control", value: "max-age=100" }], "content-type": [{ key: "Content-Type", value: "text/html" }] }, body: "<p>Hello from Lambda@Edge!</p>" });`, [
    ["/x", {}, { status: 200, text: "<p>Hello from Lambda@Edge!</p>", "content-type": "text/html", "x-cache": "LambdaGeneratedResponse from cloudfront" }],
  ]],
  "HTTP redirect": ["viewer-request", `
    callback(null, { status: "302", statusDescription: "Found", headers: { location: [{ key: "Location", value: "https://docs.aws.amazon.com/lambda/latest/dg/lambda-edge.html" }] } });`, [
    ["/x", {}, { status: 302, location: "https://docs.aws.amazon.com/lambda/latest/dg/lambda-edge.html" }],
  ]],
  "override a response header": ["origin-response", `
    const response = event.Records[0].cf.response;
    const from = "x-amz-meta-last-modified", to = "last-modified";
    if (response.headers[from]) response.headers[to] = [response.headers[from][0]];
    callback(null, response);`, [
    ["/other.jpg", {}, { "last-modified": "Mon, 01 Jan 2024 00:00:00 GMT" }],
  ]],
  "normalise query strings": ["viewer-request", `
    const querystring = require("querystring");
    const request = event.Records[0].cf.request;
    const params = querystring.parse(request.querystring.toLowerCase());
    const sorted = {};
    Object.keys(params).sort().forEach((key) => { sorted[key] = params[key]; });
    request.querystring = querystring.stringify(sorted);
    callback(null, { status: "200", body: request.querystring });`, [
    ["/x?size=LARGE&color=Red&color=BLUE", {}, { text: "color=red&color=blue&size=large" }],
  ]],
  "redirect to a sign-in page": ["viewer-request", `
    const request = event.Records[0].cf.request;
    const signedIn = (request.headers.cookie || []).some(({ value }) => value.split(";").some((part) => part.trim().startsWith("session-id=")));
    if (signedIn) { callback(null, request); return; }
    const host = request.headers.host[0].value;
    const target = encodeURIComponent("https://" + host + request.uri + "?" + request.querystring);
    callback(null, { status: "302", statusDescription: "Found", headers: { location: [{ key: "Location", value: "https://www.example.com/signin?redirect_url=" + target }] } });`, [
    ["/private/doc.html?a=1&b=2", { host: "example.org" }, { status: 302, location: "https://www.example.com/signin?redirect_url=https%3A%2F%2Fexample.org%2Fprivate%2Fdoc.html%3Fa%3D1%26b%3D2" }],
    ["/other.jpg", { cookie: "a=1; session-id=xyz" }, { status: 200, text: "other" }],
  ]],
  "redirect by country": ["origin-request", `
    const request = event.Records[0].cf.request;
    let url = "https://example.com/";
    if (request.headers["cloudfront-viewer-country"]) {
      const code = request.headers["cloudfront-viewer-country"][0].value;
      if (code === "TW") url = "https://tw.example.com/"; else if (code === "US") url = "https://us.example.com/";
    }
    callback(null, { status: "302", statusDescription: "Found", headers: { location: [{ key: "Location", value: url }] } });`, [
    ["/x", { "selvedge-country": "TW" }, { location: "https://tw.example.com/" }],
    ["/x", { "selvedge-country": "US" }, { location: "https://us.example.com/" }],
    ["/x", { "selvedge-country": "DE" }, { location: "https://example.com/" }],
    ["/x", {}, { location: "https://example.com/" }],
  ]],
  "different versions by device": ["origin-request", `
    const request = event.Records[0].cf.request;
    const is = (name) => request.headers[name] && request.headers[name][0].value === "true";
    if (is("cloudfront-is-desktop-viewer")) request.uri = "/desktop" + request.uri;
    else if (is("cloudfront-is-mobile-viewer")) request.uri = "/mobile" + request.uri;
    else if (is("cloudfront-is-tablet-viewer")) request.uri = "/tablet" + request.uri;
    callback(null, request);`, [
    ["/logo.png", { "selvedge-device": "mobile, tablet" }, { text: "mobile" }],
    ["/logo.png", {}, { text: "any" }],
  ]],
  "another Region's bucket": ["origin-request", `
    const request = event.Records[0].cf.request;
    if (request.headers["cloudfront-viewer-country"]) {
      const domainName = "my-bucket-in-eu-central-1.s3.amazonaws.com";
      request.origin.s3.region = "eu-central-1";
      request.origin.s3.domainName = domainName;
      request.headers["host"] = [{ key: "host", value: domainName }];
    }
    callback(null, request);`, [
    ["/other.jpg", { "selvedge-country": "DE" }, { status: 200, text: "other" }],
  ]],
  "an error as a 200": ["origin-response", `
    const response = event.Records[0].cf.response;
    if (response.status >= 400 && response.status <= 599) { response.status = 200; response.statusDescription = "OK"; response.body = "Body generation example"; }
    callback(null, response);`, [
    ["/none", {}, { status: 200, text: "Body generation example" }],
    ["/other.jpg", {}, { status: 200, text: "other" }],
  ]],
  "an error as a redirect": ["origin-response", `
    const { request, response } = event.Records[0].cf;
    if (response.status >= 400 && response.status <= 599) {
      response.status = 302; response.statusDescription = "Found"; response.body = "";
      response.headers["location"] = [{ key: "Location", value: "/plan-b/path?" + request.querystring }];
    }
    callback(null, response);`, [
    ["/none?a=b", {}, { status: 302, location: "/plan-b/path?a=b", text: "" }],
  ]],
};

const SITE = {
  "site/other.jpg": "other", "site/logo.png": "any", "site/mobile/logo.png": "mobile", "site/desktop/logo.png": "desktop",
  "site/experiment-group/control-pixel.jpg": "control", "site/experiment-group/treatment-pixel.jpg": "treatment",
  "metadata.json": { "/other.jpg": { "x-amz-meta-last-modified": "Mon, 01 Jan 2024 00:00:00 GMT" } },
};

for (const [name, [trigger, body, requests]] of Object.entries(EXAMPLES)) {
  test(name, async (t) => {
    const source = `"use strict";\nexports.handler = (event, context, callback) => {${body}\n};`;
    const cwd = folder(t, { ...SITE, "functions/index.js": source });
    const edge = await dev(t, cwd, "--handler", `${trigger}=functions/index.js`, "--origin", "site", "--metadata", "metadata.json", "--runtime", "nodejs22.x", "--no-inspector", "--allow-host", "example.org");
    for (const [path, headers, { status, text, ...expected }] of requests) {
      const answer = await edge.get(path, { headers });
      if (status !== undefined) assert.equal(answer.status, status, path);
      if (text !== undefined) assert.equal(answer.text, text, path);
      for (const [header, value] of Object.entries(expected)) assert.equal(answer.headers[header], value, `${path}: ${header}`);
    }
  });
}
