// A folder as the origin of rules: for servers of Request and Response that have a file system (Deno, Bun, Node).
import { open } from "node:fs/promises";
import { extname, join } from "node:path";

const TYPES = { ".css": "text/css", ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".pdf": "application/pdf", ".png": "image/png", ".svg": "image/svg+xml" };

/** @returns `next` for `edge(rules)(request, next)` */
export function filesOf(folder) {
  return async ({ method, url }) => {
    if (method !== "GET" && method !== "HEAD") return new Response(null, { status: 405, headers: { Allow: "GET, HEAD" } });
    let file;
    try {
      // A URL has no dot segments; an escaped slash, or a zero, is not a name of a file.
      const path = decodeURIComponent(new URL(url).pathname.replaceAll(/%2f|%5c|%00/gi, "%252F"));
      file = await open(join(folder, path));
      const { size } = await file.stat();
      const headers = { "Content-Length": String(size), "Content-Type": TYPES[extname(path)] ?? "application/octet-stream" };
      if (method === "HEAD") return new Response(null, { headers });
      return new Response(await file.readFile(), { headers });
    } catch {
      return new Response("Not found\n", { status: 404, headers: { "Content-Type": "text/plain" } });
    } finally {
      await file?.close();
    }
  };
}
