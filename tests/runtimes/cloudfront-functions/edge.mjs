// A small CloudFront with one function at both viewer events, as far as functions can tell. A pass is a generator: it yields
// each event, and is handed what the function made of it, so that an engine can take many events at once.
import { isRefused, validate } from "./validate.mjs";
import { Unrepresentable } from "../shared/ledger.mjs";

const DEVICES = { desktop: "Desktop", mobile: "Mobile", smarttv: "SmartTV", tablet: "Tablet" };
const CONTEXT = { distributionDomainName: "d2abc34examp.cloudfront.net", distributionId: "E2QWRUHEXAMPLE" };

/**
 * Runs one case.
 *
 * @param rewritten whether viewer-response is shown the request as the function left it; AWS does not say
 * @returns by `return`, an outcome as `shared/expect.mjs` takes it
 */
export function* pass({ request: given = {}, origin = {}, expect }, { rewritten = false } = {}) {
  const sent = viewerRequest(given);
  const context = { ...CONTEXT, requestId: given.id ?? "x8Qm2cE1b9v7T3mZrT0G3qv4sG6o1bH0EXAMPLE==" };
  const viewer = { ip: given.clientIp ?? "198.51.100.24" };
  const event = (eventType, rest) => ({ version: "1.0", context: { ...context, eventType }, viewer, ...rest });

  const asked = event("viewer-request", { request: sent.request });
  const first = yield { event: asked, raw: sent.raw };
  validate(asked, first.result);
  if (first.result.statusCode !== undefined) return { request: null, response: response(first.result, given) };
  const { result: request } = first;
  const query = queryOf(request.querystring, sent);
  const lines = { ...linesOf(request.headers) };
  const cookies = Object.entries(request.cookies ?? {}).flatMap(([name, cookie]) => (cookie.multiValue ?? [cookie]).map(({ value }) => `${name}=${value}`));
  if (cookies.length > 0) lines.cookie = [cookies.join("; ")];
  const outcome = { path: request.uri, query, headers: lines, origin: { chosen: first.origin ?? null, default: null } };

  const { status = 200, headers = [], body = "" } = origin;
  const answered = { statusCode: status, statusDescription: "", ...mapOf(headers) };
  if (status >= 400) {
    if (expect.response?.headers ?? expect.response?.absent) throw new Unrepresentable("CloudFront calls no function for a response of 400 and more");
    return { request: outcome, response: response({ ...answered, body }, given) };
  }
  const seen = rewritten ? { ...request, querystring: sent.request.querystring } : sent.request;
  const last = event("viewer-response", { request: seen, response: answered });
  const second = yield { event: last, raw: rewritten && typeof request.querystring === "string" ? request.querystring : sent.raw };
  validate(last, second.result);
  return { request: outcome, response: { ...response(second.result, given), body: given.method === "HEAD" ? "" : body } };
}

/** What the function is shown of a request: cookies and query parsed, what CloudFront keeps to itself not there. */
export function viewerRequest({ method = "GET", url = "https://example.org/", headers = [], country, device }) {
  const [, scheme, host, uri, query] = /^(https?):\/\/([^/?]*)([^?]*)(?:\?([^]*))?$/.exec(url);
  const lines = headers.some(([name]) => name.toLowerCase() === "host") ? headers : [["Host", host], ...headers];
  const added = [["CloudFront-Forwarded-Proto", scheme]];
  if (country) added.push(["CloudFront-Viewer-Country", country]);
  for (const [name, label] of Object.entries(device ? DEVICES : {})) added.push([`CloudFront-Is-${label}-Viewer`, String([device].flat().includes(name))]);
  // What a viewer sends under these names is replaced.
  const own = lines.filter(([name]) => !added.some(([other]) => other.toLowerCase() === name.toLowerCase()));
  const map = mapOf([...own, ...added]);
  const cookies = {};
  for (const [name, value] of lines) if (name.toLowerCase() === "cookie") parseCookies(value, cookies);
  const { headers: shown } = map;
  delete shown.cookie;
  for (const name of Object.keys(shown)) if (isRefused(name)) delete shown[name];
  return { raw: query, request: { method, uri: uri || "/", querystring: parsedQuery(query ?? ""), headers: shown, cookies } };
}

/** Lines as the members of a message: those of Set-Cookie apart. */
function mapOf(lines) {
  const headers = {};
  const cookies = {};
  for (const [name, value] of lines) {
    const key = name.toLowerCase();
    if (key === "set-cookie") {
      const [, cookie, text, attributes] = /^([^=;]*)=([^;]*);?\s*(.*)$/.exec(value);
      add(cookies, cookie, { value: text, attributes });
    } else add(headers, key, { value: value.trim() });
  }
  return { headers, cookies };
}

function add(map, name, entry) {
  // Assigned, "__proto__" would be no member.
  if (!Object.hasOwn(map, name)) Object.defineProperty(map, name, { value: { ...entry }, enumerable: true, writable: true, configurable: true });
  else (map[name].multiValue ??= [{ ...map[name] }]).push(entry);
}

function parseCookies(text, cookies) {
  for (const pair of text.split(";")) {
    const at = pair.indexOf("=");
    if (at >= 0) add(cookies, pair.slice(0, at).trim(), { value: pair.slice(at + 1).trim() });
  }
}

function parsedQuery(text) {
  const query = {};
  for (const pair of text.split("&").filter((pair) => pair !== "")) {
    const at = pair.indexOf("=");
    add(query, at < 0 ? pair : pair.slice(0, at), { value: at < 0 ? "" : pair.slice(at + 1) });
  }
  return query;
}

/** The query that goes on: text that the function wrote, or what it left as it was. */
function queryOf(query, { raw, request }) {
  if (typeof query === "string") return query;
  if (JSON.stringify(query) === JSON.stringify(request.querystring)) return raw ?? "";
  return Object.entries(query).flatMap(([name, entry]) => (entry.multiValue ?? [entry]).map(({ value }) => `${name}=${value}`)).join("&");
}

function response({ statusCode, headers = {}, cookies = {}, body = "" }, { method }) {
  const text = typeof body === "string" ? body : body.encoding === "base64" ? Buffer.from(body.data, "base64").toString() : body.data;
  const lines = { ...linesOf(headers) };
  const set = Object.entries(cookies).flatMap(([name, cookie]) => (cookie.multiValue ?? [cookie]).map(({ value, attributes }) => `${name}=${value}${attributes ? `; ${attributes}` : ""}`));
  if (set.length > 0) lines["set-cookie"] = set;
  return { status: statusCode, headers: lines, body: method === "HEAD" ? "" : text };
}

function linesOf(headers) {
  return Object.fromEntries(Object.entries(headers).map(([name, entry]) => [name, (entry.multiValue ?? [entry]).map(({ value }) => value)]));
}
