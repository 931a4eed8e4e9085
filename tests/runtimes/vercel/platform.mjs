// What Vercel does with the Response of a Routing Middleware, from the headers that Vercel's own helpers write
// (next and rewrite of @vercel/functions): the platform's half of the protocol, which no package holds.
const INTERNAL = "x-middleware-";

export function site(middleware, rules, options, origin) {
  const handle = middleware(rules, options);
  return (request) => route(request, (message) => handle(message, { waitUntil() {} }), origin);
}

export const bundles = { conditions: ["node"], words: ["x-middleware-override-headers"], blind: true };

/** @param origin answers requests that go on; @returns what the viewer gets */
export async function route(request, middleware, origin) {
  const verdict = await middleware(request);
  const rewritten = verdict.headers.get("x-middleware-rewrite");
  if (rewritten === null && verdict.headers.get("x-middleware-next") !== "1") return verdict;

  const asked = new Request(rewritten === null ? request.url : new URL(rewritten, request.url), { method: request.method, headers: headersOf(request, verdict) });
  const answer = await origin(asked);
  const headers = new Headers(answer.headers);
  for (const [name, value] of verdict.headers) {
    if (name.startsWith(INTERNAL)) continue;
    if (name === "set-cookie") headers.append(name, value);
    else headers.set(name, value);
  }
  return new Response(answer.body, { status: answer.status, headers });
}

/** The request's headers, or exactly those that the middleware lists. */
function headersOf(request, verdict) {
  const listed = verdict.headers.get("x-middleware-override-headers");
  if (listed === null) return request.headers;
  const headers = new Headers();
  for (const name of listed.split(",").map((each) => each.trim()).filter(Boolean)) {
    const value = verdict.headers.get(`x-middleware-request-${name}`);
    if (value !== null) headers.set(name, value);
  }
  return headers;
}
