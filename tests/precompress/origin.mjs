// An origin over HTTP: the bucket of the local edge.
import { createServer } from "node:http";

export function originServer(bucket) {
  return createServer(async (request, response) => {
    const asked = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, [{ key: name, value: String(value) }]]));
    const { status, headers, body } = await bucket.answer({ method: request.method, path: new URL(request.url, "http://origin").pathname, headers: asked });
    for (const [name, lines] of Object.entries(headers)) response.setHeader(name, lines.map(({ value }) => value));
    response.writeHead(status).end(body);
  });
}
