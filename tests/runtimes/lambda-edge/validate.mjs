// CloudFront's check of what a function returned. Throws what CloudFront would answer with a 502.
import {
  BODY_BYTES, DISALLOWED, DISALLOWED_PREFIXES, ORIGIN_DENIED, ORIGIN_DENIED_PREFIXES, READ_ONLY, RESPONSE_BYTES, URI_LENGTH,
} from "./limits.mjs";

/** @param sent `cf` as the function got it; `result` as it came back. */
export function validate(stage, sent, result) {
  must(typeof result === "object" && result !== null && !Array.isArray(result), "the JSON output must be an object type");
  must(JSON.stringify(result) !== undefined, "the JSON output is not parsable");
  must(!("Records" in result), "the whole event came back");
  if (stage.endsWith("request") && result.status === undefined) validateRequest(stage, sent.request, result);
  else validateResponse(stage, sent, result);
}

export function isDisallowed(name) {
  return DISALLOWED.has(name) || DISALLOWED_PREFIXES.some((prefix) => name.startsWith(prefix));
}

function validateRequest(stage, sent, result) {
  for (const name of ["method", "clientIp"]) must(result[name] === sent[name], `${name} is read-only`);
  must(typeof result.uri === "string" && (result.uri.startsWith("/") || result.uri === sent.uri), "the URI must begin with /");
  must(typeof result.querystring === "string", "querystring must be a string");
  if (result.querystring !== sent.querystring) must(!/[\s#\x00-\x1f\x7f]/.test(result.querystring), "querystring has a space, control character or #");
  if (result.uri !== sent.uri) must(!/[\x00-\x20\x7f?#]/.test(result.uri), "the URI has a space, control character, ? or #");
  if (result.uri !== sent.uri || result.querystring !== sent.querystring) {
    must(result.uri.length + result.querystring.length < URI_LENGTH, "URI and query are too long");
  }
  validateHeaders(result.headers);
  validateChanges(stage, sent.headers, result.headers);
  if (stage === "viewer-request") must(result.origin === undefined, "there is no origin at viewer-request");
  else validateOrigin(result.origin, result.headers);
  if (result.body !== undefined && result.body?.action === "replace") validateBody(stage, result.body);
}

function validateBody(stage, { encoding = "base64", data }) {
  must(typeof data === "string", "the body's data must be a string");
  if (encoding === "base64") mustBeBase64(data);
  must(Buffer.byteLength(data) <= BODY_BYTES[stage][encoding === "text" ? 0 : 1], "the replaced body is too large");
}

function validateResponse(stage, { response: sent }, result) {
  const status = Number(result.status);
  must(/^[2-5]\d\d$/.test(String(result.status)), `status ${JSON.stringify(result.status)} is not in 200…599`);
  must(["undefined", "string"].includes(typeof result.statusDescription), "statusDescription must be a string");
  validateHeaders(result.headers ?? {});
  validateChanges(stage, sent?.headers ?? {}, result.headers ?? {});
  must(["undefined", "string"].includes(typeof result.body), "the body is not a string, is not an object, or exceeds the maximum size");
  must([undefined, "text", "base64"].includes(result.bodyEncoding), "bodyEncoding is text or base64");
  if (result.bodyEncoding === "base64") mustBeBase64(result.body ?? "");
  must(!(status === 204 && result.body), "a 204 with a body");
  if (stage === "viewer-response") {
    must(status === Number(sent.status), "the status cannot change at viewer-response");
    must(result.body === undefined, "the body cannot change at viewer-response");
  }
  if (sent === undefined || result.body !== undefined) {
    const size = Buffer.byteLength(JSON.stringify(result.headers ?? {})) + Buffer.byteLength(result.body ?? "");
    must(size <= RESPONSE_BYTES[stage], "headers and body of the response are too large");
  }
}

function validateHeaders(headers) {
  must(typeof headers === "object" && headers !== null && !Array.isArray(headers), "headers must be an object");
  for (const [name, entries] of Object.entries(headers)) {
    must(name === name.toLowerCase() && /^[!#$%&'*+\-.^_`|~\w]+$/.test(name), `header name ${JSON.stringify(name)}`);
    must(Array.isArray(entries) && entries.length > 0, `${name}: each header entry in the headers object must be an array`);
    for (const { key, value } of entries) {
      must(key === undefined || (typeof key === "string" && key.toLowerCase() === name), `${name}: key ${JSON.stringify(key)}`);
      must(typeof value === "string", `${name}: the value is not a string`);
      // What came from outside is not ours to judge; but CR, LF and NUL never come.
      must(!/[\r\n\0]/.test(value), `${name}: invalid character in header value ${JSON.stringify(value)}`);
    }
  }
}

function validateChanges(stage, before, after) {
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    if (JSON.stringify(before[name]) === JSON.stringify(after[name])) continue;
    must(!isDisallowed(name), `the function tried to add a blacklisted header: ${name}`);
    must(!READ_ONLY[stage].has(name), `the function tried to add, delete, or change a read-only header: ${name}`);
    must(!(stage === "viewer-request" && name === "cloudfront-viewer-country"), `${name} cannot be added at viewer-request`);
    for (const { value } of after[name] ?? []) must(!/[\x00-\x08\x0a-\x1f\x7f]/.test(value), `${name}: control character in ${JSON.stringify(value)}`);
  }
}

function validateOrigin(origin, headers) {
  if (origin === undefined) return;
  const kinds = Object.keys(origin);
  must(kinds.length === 1 && ["s3", "custom"].includes(kinds[0]), `an origin is exactly one of s3 and custom, not ${kinds}`);
  const [kind] = kinds;
  const { customHeaders, domainName, path } = origin[kind];
  must(typeof domainName === "string" && /^(?!\d+(\.\d+){3}$)[\w.-]+$/.test(domainName) && domainName.length <= 253, `domainName ${JSON.stringify(domainName)}`);
  must(typeof path === "string" && path.length <= 255 && (path === "" || /^\/.*[^/]$/.test(path)), `origin path ${JSON.stringify(path)}`);
  validateHeaders(customHeaders);
  for (const name of Object.keys(customHeaders)) {
    must(!isDisallowed(name) && !ORIGIN_DENIED.has(name) && !ORIGIN_DENIED_PREFIXES.some((prefix) => name.startsWith(prefix)), `custom header ${name}`);
    must(!(name in headers), `${name} is both a header and a custom header`);
  }
  if (kind === "s3") {
    const { authMethod, region } = origin.s3;
    must(["none", "origin-access-identity"].includes(authMethod), `authMethod ${JSON.stringify(authMethod)}`);
    must(typeof region === "string" && (authMethod === "none" || region !== ""), `region ${JSON.stringify(region)}`);
    must(domainName === domainName.toLowerCase() && domainName.length <= 128, `bucket name ${domainName}`);
  } else {
    const { keepaliveTimeout, port, protocol, readTimeout, sslProtocols } = origin.custom;
    must(Number.isInteger(keepaliveTimeout) && keepaliveTimeout >= 1, `keepaliveTimeout ${keepaliveTimeout}`);
    must(Number.isInteger(readTimeout) && readTimeout >= 1, `readTimeout ${readTimeout}`);
    must(port === 80 || port === 443 || (Number.isInteger(port) && port >= 1024 && port <= 65535), `port ${port}`);
    must(["http", "https"].includes(protocol), `protocol ${protocol}`);
    must(Array.isArray(sslProtocols) && sslProtocols.every((name) => ["TLSv1.2", "TLSv1.1", "TLSv1", "SSLv3"].includes(name)), `sslProtocols ${sslProtocols}`);
  }
}

function mustBeBase64(text) {
  must(/^([\w+/]{4})*([\w+/]{2}==|[\w+/]{3}=)?$/.test(text) && !text.includes("_"), "invalid base64");
}

function must(condition, problem) {
  if (!condition) throw new Error(`CloudFront would answer 502: ${problem}`);
}
