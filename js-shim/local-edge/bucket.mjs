// The origin: a folder that answers as an S3 bucket does.
import { createHash, randomBytes } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { extname, join } from "node:path";

/** What an upload tool guesses. It guesses nothing for `.gz` and `.br`, and S3 then says `binary/octet-stream`. */
const TYPES = {
  ".css": "text/css", ".html": "text/html", ".ico": "image/x-icon", ".jpg": "image/jpeg", ".js": "text/javascript", ".json": "application/json",
  ".pdf": "application/pdf", ".png": "image/png", ".svg": "image/svg+xml", ".txt": "text/plain", ".webp": "image/webp", ".woff2": "font/woff2", ".xml": "application/xml",
};

export class Bucket {
  #folder;
  #metadata;

  /**
   * @param metadata headers that objects were uploaded with, by path; those of "*" are on all:
   * `{ "*": { "x-amz-meta-owner": "web" }, "/report.pdf": { "content-type": "application/pdf" } }`
   */
  constructor(folder, metadata = {}) {
    this.#folder = folder;
    this.#metadata = metadata;
  }

  /** `{ status, statusDescription, headers, body }`, headers as Lambda@Edge shows them. */
  async answer(method, uri) {
    const sent = [["x-amz-request-id", randomBytes(8).toString("hex").toUpperCase()], ["x-amz-id-2", randomBytes(24).toString("base64")], ["Date", new Date().toUTCString()]];
    if (method !== "GET" && method !== "HEAD") return error(405, "Method Not Allowed", "MethodNotAllowed", "The specified method is not allowed against this resource.", sent);
    const object = await this.#read(uri);
    if (object === undefined) return error(404, "Not Found", "NoSuchKey", "The specified key does not exist.", sent);

    const given = { ...this.#metadata["*"], ...this.#metadata[uri] };
    const has = (name) => Object.keys(given).some((key) => key.toLowerCase() === name);
    sent.push(["Last-Modified", object.modified.toUTCString()], ["ETag", `"${createHash("md5").update(object.bytes).digest("hex")}"`]);
    if (!has("content-type")) sent.push(["Content-Type", TYPES[extname(uri).toLowerCase()] ?? "binary/octet-stream"]);
    sent.push(["Accept-Ranges", "bytes"], ["x-amz-server-side-encryption", "AES256"], ...Object.entries(given));
    sent.push(["Content-Length", String(object.bytes.length)], ["Server", "AmazonS3"]);
    return { status: "200", statusDescription: "OK", headers: mapOf(sent), body: method === "HEAD" ? Buffer.alloc(0) : object.bytes };
  }

  /** A key is a name, not a path: nothing in it climbs. */
  async #read(uri) {
    let key;
    try {
      key = decodeURIComponent(uri);
    } catch {
      return undefined;
    }
    if (/[\0\\]/.test(key) || key.split("/").some((segment, i) => (segment === "" && i > 0) || segment === "." || segment === "..")) return undefined;
    const file = join(this.#folder, key);
    try {
      const { mtime, isFile } = await stat(file).then((found) => ({ mtime: found.mtime, isFile: found.isFile() }));
      return isFile ? { bytes: await readFile(file), modified: mtime } : undefined;
    } catch (error) {
      if (["ENOENT", "ENOTDIR", "ENAMETOOLONG"].includes(error.code)) return undefined;
      throw error;
    }
  }
}

/** Header lines as a map. */
export function mapOf(lines) {
  const headers = Object.create(null);
  for (const [key, value] of lines) (headers[key.toLowerCase()] ??= []).push({ key, value });
  return headers;
}

function error(status, statusDescription, code, message, sent) {
  const body = Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`);
  const headers = mapOf([...sent, ["Content-Type", "application/xml"], ["Content-Length", String(body.length)], ["Server", "AmazonS3"]]);
  return { status: String(status), statusDescription, headers, body };
}
