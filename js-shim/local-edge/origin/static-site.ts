/** A folder as hosts of static sites serve it: `/a/` is `a/index.html`, `/a` is `a.html` or `a/index.html`, what is missing `404.html`. */
import { extname } from "node:path";
import { lookup } from "mrmime";
import { mapOf } from "../message.js";
import { isUnchanged } from "./conditional.js";
import { FileStore, type Stored } from "./file-store.js";
import type { Asked, OriginAnswer, OriginServer } from "./origin.js";

export class StaticSite implements OriginServer {
  readonly #files: FileStore;

  constructor(folder: string) {
    this.#files = new FileStore(folder);
  }

  address({ path }: Asked): string {
    return this.#files.fileOf(path) ?? path;
  }

  async answer({ method, path, headers }: Asked): Promise<OriginAnswer> {
    if (method !== "GET" && method !== "HEAD") return { status: 405, reason: "Method Not Allowed", headers: mapOf([["Allow", "GET, HEAD"]]), body: Buffer.alloc(0) };
    const candidates = path.endsWith("/") ? [`${path}index.html`] : [path, `${path}.html`, `${path}/index.html`];
    for (const name of candidates) {
      const found = await this.#files.read(name);
      if (found !== undefined) return answer(200, "OK", name, found, method, headers);
    }
    const page = await this.#files.read("/404.html");
    if (page !== undefined) return answer(404, "Not Found", "/404.html", page, method, {});
    return { status: 404, reason: "Not Found", headers: mapOf([["Content-Type", "text/plain; charset=utf-8"]]), body: Buffer.from(method === "HEAD" ? "" : "404 Not Found\n") };
  }
}

function answer(status: number, reason: string, name: string, { bytes, etag, modified }: Stored, method: string, asked: Asked["headers"]): OriginAnswer {
  const type = lookup(extname(name).toLowerCase()) ?? "application/octet-stream";
  const lines: [string, string][] = [["Content-Type", type.startsWith("text/") ? `${type}; charset=utf-8` : type], ["ETag", etag], ["Last-Modified", modified.toUTCString()], ["Cache-Control", "public, max-age=0, must-revalidate"]];
  if (isUnchanged(asked, etag, modified.toUTCString())) return { status: 304, reason: "Not Modified", headers: mapOf(lines), body: Buffer.alloc(0) };
  return { status, reason, headers: mapOf([...lines, ["Content-Length", String(bytes.length)]]), body: method === "HEAD" ? Buffer.alloc(0) : bytes };
}
