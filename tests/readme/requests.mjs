// The lines of a `text requests` block: what is sent, an arrow, what must come of it. The form is that of `selvedge test`,
// see js-shim/src/tools/expectation.ts.
import assert from "node:assert/strict";
import { readExpectations } from "../../pkg/dist/tools/expectation.js";
import { pass } from "../runtimes/lambda-edge/edge.mjs";

/** Sends every line of the block through `passes`, functions of what is sent; each must show what the line says. */
export async function check(passes, text) {
  const { expectations, unreadable } = readExpectations(text);
  assert.deepEqual(unreadable, []);
  for (const { text, sent, differences } of expectations) {
    for (const seen of passes) assert.deepEqual(differences(await seen(sent)), [], text);
  }
}

/** All four triggers of a Lambda@Edge handler. AWS does not say which request viewer-response sees. */
export function triggers(handler) {
  return [false, true].map((rewritten) => async ({ origin, requestId: id, ...request }) => seenOf(await pass(handler, { request: { ...request, id }, origin }, { rewritten })));
}

/** A handler of `Request` and `Response`, as `edge` makes it: `handler(request, next, facts)`. */
export function requests(handler) {
  return [
    async ({ method, url, headers, origin, ...facts }) => {
      let asked;
      const next = ({ url, headers }) => {
        const { pathname: path, search, hostname: host } = new URL(url);
        asked = { path, query: search.slice(1), host, headers: [...headers] };
        return new Response(origin.body, origin);
      };
      const response = await handler(new Request(url, { method, headers }), next, facts);
      return { asked, response: { status: response.status, headers: [...response.headers], body: await response.text() } };
    },
  ];
}

/** What a pass of CloudFront came to. */
function seenOf({ request, response }) {
  const asked = request && { path: request.path, query: request.query, host: Object.values(request.origin?.chosen ?? {})[0]?.domainName, headers: linesOf(request.headers) };
  return { asked: asked ?? undefined, response: { ...response, headers: linesOf(response.headers) } };
}

function linesOf(headers) {
  return Object.entries(headers).flatMap(([name, entries]) => entries.map((entry) => [name, entry.value ?? entry]));
}
