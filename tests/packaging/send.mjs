// node send.mjs APP: imports the app, sends it one request and one response event, prints what it returned.
import { pathToFileURL } from "node:url";

const app = await import(pathToFileURL(process.argv[2]).href);
// CommonJS that esbuild turned into an ES module has its exports in the default one.
const { handler } = app.handler ? app : app.default;
const request = (uri) => ({
  clientIp: "203.0.113.7",
  method: "GET",
  uri,
  querystring: "a=1",
  headers: { host: [{ key: "Host", value: "d123.cloudfront.net" }] },
});
const event = (eventType, messages) => ({
  Records: [{ cf: { config: { distributionDomainName: "d123.cloudfront.net", distributionId: "EXAMPLE", eventType, requestId: "id" }, ...messages } }],
});
const headers = {
  "content-type": [{ key: "Content-Type", value: "text/html" }],
  "x-amz-meta-owner": [{ key: "x-amz-meta-owner", value: "someone" }],
};
const redirect = await handler(event("viewer-request", { request: request("/old/page") }), {});
const response = await handler(
  event("origin-response", { request: request("/index.html"), response: { status: "200", statusDescription: "OK", headers } }),
  {},
);
console.log(JSON.stringify({ redirect, response }));
