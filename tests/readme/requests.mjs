// The lines of a `text requests` block: what is sent, an arrow, what must come of it.
//
//     GET /app.js | Accept-Encoding: gzip, br   → asks /app.js.br | 200 | Content-Encoding: br
//
// Left, after method and path or URL: request headers; `country DE`, `device mobile`, `ip 192.0.2.1`; `origin 404` and
// `origin Server: AmazonS3`, what the origin answers. Right: `asks PATH` is the path and query that the origin gets,
// `asks nobody` that it is not asked, `at HOST` which origin; a number is the status, `body TEXT` the body; `Name: value`
// is a response header with its lines joined by " & ", `request Name: value` one that the origin gets; `no Name` and
// `request no Name` say that there is none.
import assert from "node:assert/strict";
import { pass } from "../runtimes/lambda-edge/edge.mjs";

const HEADER = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+): ?(.*)$/;

/** Sends every line of the block through `passes`, functions of what is sent; each must show what the line says. */
export async function check(passes, text) {
  for (const line of text.split("\n").filter((line) => line.trim() !== "")) {
    const [left, right, ...more] = line.split("→");
    assert(right !== undefined && more.length === 0, `no request: ${line}`);
    await checkLine(passes, words(left), words(right), line);
  }
}

/** All four triggers of a Lambda@Edge handler. AWS does not say which request viewer-response sees. */
export function triggers(handler) {
  return [false, true].map((rewritten) => (sent) => pass(handler, sent, { rewritten }));
}

/** A handler of `Request` and `Response`, as `edge` makes it: `handler(request, next, facts)`. */
export function requests(handler) {
  return [
    async ({ request: { method, url, headers, ...facts }, origin }) => {
      let request = null;
      const next = ({ url, headers }) => {
        const { pathname: path, search, hostname: domainName } = new URL(url);
        request = { path, query: search.slice(1), headers: listsOf(headers), origin: { chosen: { domainName } } };
        return new Response(origin.body, origin);
      };
      const response = await handler(new Request(url, { method, headers }), next, facts);
      return { request, response: { status: response.status, headers: listsOf(response.headers), body: await response.text() } };
    },
  ];
}

function listsOf(headers) {
  return Object.fromEntries([...headers].map(([name, value]) => [name, [value]]));
}

async function checkLine(passes, [first, ...given], expected, line) {
  const sent = send(first, given);
  for (const passOf of passes) {
    const { request, response } = await passOf(sent);
    const domain = Object.values(request?.origin?.chosen ?? {})[0]?.domainName;
    const lines = (headers, name) => (headers[name.toLowerCase()] ?? []).map((entry) => entry.value ?? entry).join(" & ") || undefined;
    for (const word of expected) {
      const told = (actual, wanted) => assert.equal(actual, wanted, `${word}, in: ${line.trim()}`);
      const [, of, header] = /^(request )?(.*)$/.exec(word);
      const headers = of ? (request?.headers ?? {}) : response.headers;
      const pair = HEADER.exec(header);
      if (/^\d{3}$/.test(word)) told(response.status, Number(word));
      else if (word === "asks nobody") told(request, null);
      else if (word.startsWith("asks ")) told(request && request.path + (request.query && `?${request.query}`), word.slice(5));
      else if (word.startsWith("at ")) told(domain, word.slice(3));
      else if (word.startsWith("body ")) told(response.body.trim(), word.slice(5));
      else if (header.startsWith("no ")) told(lines(headers, header.slice(3)), undefined);
      else if (pair) told(lines(headers, pair[1]), pair[2]);
      else assert.fail(`not understood: ${word}`);
    }
  }
}

function send(first, given) {
  const [, method, target] = /^([A-Z]+) (\S+)$/.exec(first) ?? assert.fail(`no method and path: ${first}`);
  const request = { method, url: target.startsWith("/") ? `https://example.org${target}` : target, headers: [] };
  const origin = { status: 200, headers: [], body: "from the origin" };
  for (const word of given) {
    const [, of, rest] = /^(origin )?(.*)$/.exec(word);
    const [, fact, value] = /^(country|device|ip) (\S+)$/.exec(word) ?? [];
    const header = HEADER.exec(rest);
    if (fact) request[fact === "ip" ? "clientIp" : fact] = value;
    else if (of && /^\d{3}$/.test(rest)) origin.status = Number(rest);
    else if (header) (of ? origin : request).headers.push([header[1], header[2]]);
    else assert.fail(`not understood: ${word}`);
  }
  return { request, origin };
}

function words(text) {
  return text.split(" | ").map((word) => word.trim()).filter((word) => word !== "");
}
