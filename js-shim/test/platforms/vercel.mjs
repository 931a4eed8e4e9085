// What Vercel makes of what a middleware returns: the inverse of the adapter. By the headers that @vercel/functions and
// Next.js write (x-middleware-next, -rewrite, -override-headers, -request-*).

/** A handler of requests around `origin`, as Vercel runs a middleware before it. */
export function vercel(middleware, origin, context = {}) {
  return async (request) => {
    // Every request has one there; some that tests make have none.
    if (!request.headers.has("host")) request.headers.set("host", new URL(request.url).host);
    const said = await middleware(request, context);
    const rewrite = said.headers.get("x-middleware-rewrite");
    if (rewrite === null && said.headers.get("x-middleware-next") !== "1") return said;
    const asked = new Request(new URL(rewrite ?? request.url, request.url), request);
    const kept = said.headers.get("x-middleware-override-headers")?.split(",").map((name) => name.trim());
    if (kept !== undefined) {
      for (const name of [...asked.headers.keys()]) if (!kept.includes(name)) asked.headers.delete(name);
      for (const name of kept) asked.headers.set(name, said.headers.get(`x-middleware-request-${name}`));
    }
    const answered = await origin(asked);
    const response = new Response(answered.body, answered);
    for (const [name, value] of said.headers) {
      if (name.startsWith("x-middleware-")) continue;
      if (name === "set-cookie") response.headers.append(name, value);
      else response.headers.set(name, value);
    }
    return response;
  };
}
