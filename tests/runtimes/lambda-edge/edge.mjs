// A small CloudFront: a request through the four triggers of one handler, as far as functions can tell.
import { STATUS_CODES } from "node:http";
import { originSide } from "./policy.mjs";
import { STAGES } from "../shared/cases.mjs";
import { isDisallowed, validate } from "./validate.mjs";

const ORIGIN = {
  custom: { customHeaders: {}, domainName: "origin.example.net", keepaliveTimeout: 5, path: "", port: 443, protocol: "https", readTimeout: 30, sslProtocols: ["TLSv1.2"] },
};
const DEVICES = { desktop: "Desktop", mobile: "Mobile", smarttv: "SmartTV", tablet: "Tablet" };

/**
 * Runs one case.
 *
 * @param policy what reaches the origin side, as in policy.mjs; everything if not given
 * @param triggers the triggers that the function has; all if not given
 * @param rewritten whether viewer-response is shown the request as viewer-request left it; AWS does not say
 * @returns an outcome as `shared/expect.mjs` takes it, and results: what the handler returned, the very objects
 */
export async function pass(handler, { request: given = {}, origin = {}, start = STAGES[0], end = STAGES[3] }, { rewritten = false, policy, triggers = STAGES } = {}) {
  const runs = (stage) => STAGES.indexOf(start) <= STAGES.indexOf(stage) && STAGES.indexOf(stage) <= STAGES.indexOf(end);
  const results = [];
  const call = async (eventType, request, response) => {
    if (!triggers.includes(eventType)) return clone(response ?? request);
    const config = { distributionDomainName: "d2abc34examp.cloudfront.net", distributionId: "E2QWRUHEXAMPLE", eventType, requestId: given.id ?? "x8Qm2cE1b9v7T3mZrT0G3qv4sG6o1bH0EXAMPLE==" };
    const cf = { config, request: shown(request), ...(response && { response: shown(response) }) };
    const result = await handler(clone({ Records: [{ cf }] }), { awsRequestId: "1" });
    results.push(result);
    validate(eventType, clone(cf), result);
    return clone(result);
  };

  let request = viewerRequest(given);
  let viewed = request;
  if (runs("viewer-request")) {
    const result = await call("viewer-request", request);
    if (result.status !== undefined) return { request: null, response: outcome(result, given), results };
    request = result;
    if (rewritten) viewed = result;
  }

  let response;
  request = originRequest(request, given);
  if (policy !== undefined) request = originSide(request, policy, clone(ORIGIN));
  const finish = async (answer, status) => {
    const { headers, body, status: last } = outcome(answer, given);
    const sent = { status: String(answer.status), statusDescription: answer.statusDescription ?? "", headers: answer.headers ?? {} };
    if (!runs("viewer-response") || status >= 400) return { status: last, headers, body };
    const result = await call("viewer-response", viewed, sent);
    return { ...outcome(result, given), body };
  };
  if (runs("origin-request")) {
    const result = await call("origin-request", request);
    if (result.status !== undefined) return { request: null, response: await finish(result, Number(result.status)), results };
    request = result;
  }
  if (STAGES.indexOf(end) < 2) return { request: asked(request), response: undefined, results };

  const { status = 200, headers = [], body = "" } = origin;
  response = { status: String(status), statusDescription: STATUS_CODES[status] ?? "", headers: mapOf(headers) };
  if (runs("origin-response")) response = await call("origin-response", request, response);
  if (response.body === undefined) response = { ...response, body };
  return { request: asked(request), response: await finish(response, status), results };
}

/** Header lines as a map, as functions see it: what is not exposed is not there. */
function mapOf(lines) {
  const headers = Object.create(null);
  for (const [key, value] of lines) (headers[key.toLowerCase()] ??= []).push({ key, value });
  return headers;
}

function shown(message) {
  const { body, ...rest } = message;
  return { ...rest, headers: copyWithout(message.headers, isDisallowed) };
}

function viewerRequest({ method = "GET", url = "https://example.org/", headers = [], clientIp = "198.51.100.24" }) {
  const [, , host, uri, query] = /^(https?):\/\/([^/?]*)([^?]*)(?:\?([^]*))?$/.exec(url);
  const lines = headers.some(([name]) => name.toLowerCase() === "host") ? headers : [["Host", host], ...headers];
  return { clientIp, method, uri: uri || "/", querystring: query ?? "", headers: mapOf(lines) };
}

/** What CloudFront adds and normalises behind the viewer's side, with a policy that forwards everything. */
function originRequest(from, { country, device, url = "https://example.org/" }) {
  const headers = copyWithout(from.headers, (name) => name === "accept-encoding");
  const add = (key, value) => { headers[key.toLowerCase()] = [{ key, value }]; };
  const encodings = from.headers["accept-encoding"];
  if (encodings) add("Accept-Encoding", normalised(encodings.map(({ value }) => value).join(",")));
  if (country) add("CloudFront-Viewer-Country", country);
  for (const [name, label] of Object.entries(device ? DEVICES : {})) add(`CloudFront-Is-${label}-Viewer`, String([device].flat().includes(name)));
  add("CloudFront-Forwarded-Proto", url.split(":")[0]);
  return { ...from, headers, origin: clone(ORIGIN) };
}

/** With gzip and brotli enabled in the cache policy. */
function normalised(value) {
  const accepted = value.split(",").filter((member) => !/;\s*q=0(\.0*)?\s*$/i.test(member)).map((member) => member.split(";")[0].trim().toLowerCase());
  return ["br", "gzip"].filter((name) => accepted.includes(name)).join(",") || "identity";
}

function copyWithout(headers, unwanted) {
  const copy = Object.create(null);
  for (const [name, entries] of Object.entries(headers)) if (!unwanted(name)) copy[name] = entries;
  return copy;
}

function asked({ uri, querystring, headers, origin }) {
  return { path: uri, query: querystring, headers: linesOf(headers), origin: { chosen: origin, default: ORIGIN } };
}

function outcome({ status, headers = {}, body = "", bodyEncoding }, { method }) {
  const text = bodyEncoding === "base64" ? Buffer.from(body, "base64").toString() : body;
  return { status: Number(status), headers: linesOf(headers), body: method === "HEAD" ? "" : text };
}

function linesOf(headers) {
  return Object.fromEntries(Object.entries(headers).map(([name, entries]) => [name, entries.map(({ value }) => value)]));
}

function clone(value) {
  return JSON.parse(JSON.stringify(value));
}
