// What a function may return, as AWS documents it: everything else is a 5xx there.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-event-structure.html
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/edge-function-restrictions-all.html
import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";

/** Not shown to functions, and not theirs to add. */
const DISALLOWED = /^(connection|expect|keep-alive|proxy-authenticate|proxy-authorization|proxy-connection|trailer|upgrade|x-accel-(buffering|charset|limit-rate|redirect)|x-amz-cf-.*|x-amzn-(auth|cf-billing|cf-id|cf-xff|errortype|fle-profile|header-count|header-order|lambda-integration-tag|requestid)|x-cache|x-edge-.*|x-forwarded-proto|x-real-ip)$/;
const READ_ONLY = {
  "viewer-request": ["cdn-loop", "content-length", "host", "transfer-encoding", "via"],
  "viewer-response": ["content-encoding", "content-length", "transfer-encoding", "via", "warning"],
};

export function isRefused(name) {
  return DISALLOWED.test(name);
}

/** Throws an AssertionError that says what is wrong with a result. */
export function validate({ context: { eventType }, request, response }, result) {
  assert(typeof result === "object" && result !== null, `the function returned ${JSON.stringify(result)}`);
  if (eventType === "viewer-request" && result.statusCode === undefined) checkRequest(request, result);
  else checkResponse(response, result, eventType);
}

function checkRequest(before, { method, uri, querystring, headers, cookies = {}, ...rest }) {
  assert.deepEqual(Object.keys(rest), [], "unknown members of a request");
  assert.equal(method, before.method, "the method is read-only");
  assert(typeof uri === "string" && /^\/[\x21-\x7e\x80-\uffff]*$/.test(uri) && !/[?#]/.test(uri) || uri === before.uri, `not a path: ${JSON.stringify(uri)}`);
  if (typeof querystring === "string") assert(!/[\s#]/.test(querystring), `not a query: ${JSON.stringify(querystring)}`);
  else checkEntries(querystring, "parameter", ["value", "multiValue"], false);
  checkHeaders(headers, before.headers, READ_ONLY["viewer-request"]);
  checkEntries(cookies, "cookie", ["value", "multiValue"], false);
}

function checkResponse(before, { statusCode, statusDescription, headers = {}, cookies = {}, body, ...rest }, eventType) {
  assert.deepEqual(Object.keys(rest), [], "unknown members of a response");
  assert(Number.isInteger(statusCode) && statusCode >= 100 && statusCode <= 599, `not a status: ${JSON.stringify(statusCode)}`);
  assert(statusDescription === undefined || typeof statusDescription === "string", "not a status description");
  checkHeaders(headers, before?.headers ?? {}, READ_ONLY[eventType]);
  assert(!Object.hasOwn(headers, "set-cookie"), "Set-Cookie is a member of cookies");
  checkEntries(cookies, "cookie", ["value", "attributes", "multiValue"], true);
  if (before !== undefined && eventType === "viewer-response") assert.equal(body, undefined, "the body of a response was written");
  if (body === undefined || typeof body === "string") return;
  assert.deepEqual(Object.keys(body).sort(), ["data", "encoding"], "members of a body");
  assert(["text", "base64"].includes(body.encoding) && typeof body.data === "string", "not a body");
}

function checkHeaders(headers, before, readOnly) {
  checkEntries(headers, "header", ["value", "multiValue"], false);
  for (const name of Object.keys(headers)) {
    assert(/^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(name), `not the name of a header in lower case: ${name}`);
    assert(!isRefused(name), `${name} is not a function's to add`);
  }
  for (const name of readOnly) assert(isDeepStrictEqual(headers[name], before[name]), `${name} is read-only`);
}

function checkEntries(entries, what, members, attributes) {
  assert(typeof entries === "object" && entries !== null, `not an object of each ${what}`);
  for (const [name, entry] of Object.entries(entries)) {
    const lines = [entry, ...(entry.multiValue ?? [])];
    for (const line of lines) {
      assert(Object.keys(line).every((member) => members.includes(member)), `unknown members of the ${what} ${name}: ${Object.keys(line)}`);
      assert(typeof line.value === "string", `the ${what} ${name} has the value ${JSON.stringify(line.value)}`);
      if (what !== "parameter") assert(!/[\0-\x08\x0a-\x1f\x7f]/.test(line.value), `the ${what} ${name} has control characters`);
      if (attributes) assert(line.attributes === undefined || typeof line.attributes === "string", `attributes of ${name}`);
    }
  }
}
