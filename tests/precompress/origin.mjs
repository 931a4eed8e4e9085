// An origin over HTTP: the bucket of the local edge, with the ranges and conditions that S3 knows in addition.
import { createServer } from "node:http";

export function originServer(bucket) {
  return createServer(async (request, response) => {
    const { status, headers, body } = await bucket.answer(request.method, new URL(request.url, "http://origin").pathname);
    for (const [name, entries] of Object.entries(headers)) response.setHeader(name, entries.map(({ value }) => value));
    if (status === "200" && request.headers["if-none-match"] === headers.etag[0].value) {
      response.removeHeader("content-length");
      return response.writeHead(304).end();
    }
    const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? "") ?? [];
    if (status !== "200" || first === undefined || request.method === "HEAD") return response.writeHead(Number(status)).end(body);
    const part = body.subarray(Number(first), Number(last) + 1);
    response.setHeader("content-length", part.length).setHeader("content-range", `bytes ${first}-${Number(first) + part.length - 1}/${body.length}`);
    response.writeHead(206).end(part);
  });
}
