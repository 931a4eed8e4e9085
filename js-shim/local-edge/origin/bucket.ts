/** A folder that answers as an S3 bucket does. */
import { randomBytes } from "node:crypto";
import { extname } from "node:path";
import { lookup } from "mrmime";
import { mapOf } from "../message.js";
import { isPreconditionFailed, isUnchanged, rangeOf } from "./conditional.js";
import { FileStore } from "./file-store.js";
import type { Asked, OriginAnswer, OriginServer } from "./origin.js";

/** Headers that objects were uploaded with, by path; those of `*` are on all. */
export type Metadata = Readonly<Record<string, Readonly<Record<string, string>>>>;

type Line = readonly [string, string];

export class Bucket implements OriginServer {
  readonly #files: FileStore;
  readonly #metadata: () => Metadata;
  readonly #missing: 403 | 404;

  /** @param missing 403: who asks may not list the bucket, so that S3 does not say what is not there */
  constructor(folder: string, metadata: () => Metadata = () => ({}), missing: 403 | 404 = 404) {
    this.#files = new FileStore(folder);
    this.#metadata = metadata;
    this.#missing = missing;
  }

  address({ path }: Asked): string {
    return this.#files.fileOf(path) ?? path;
  }

  async answer({ method, path, headers }: Asked): Promise<OriginAnswer> {
    const changed = this.#files.watch(path);
    const sent: Line[] = [["x-amz-request-id", randomBytes(8).toString("hex").toUpperCase()], ["x-amz-id-2", randomBytes(24).toString("base64")], ["Date", new Date().toUTCString()]];
    const failed = (status: number, reason: string, code: string, message: string): OriginAnswer => ({ ...error(status, reason, code, message, method, sent), changed });
    if (method !== "GET" && method !== "HEAD") return failed(405, "Method Not Allowed", "MethodNotAllowed", "The specified method is not allowed against this resource.");
    const object = await this.#files.read(path);
    if (object === undefined) {
      return this.#missing === 403 ? failed(403, "Forbidden", "AccessDenied", "Access Denied") : failed(404, "Not Found", "NoSuchKey", "The specified key does not exist.");
    }

    const { bytes, etag } = object;
    const modified = object.modified.toUTCString();
    if (isPreconditionFailed(headers, etag, modified)) return failed(412, "Precondition Failed", "PreconditionFailed", "At least one of the pre-conditions you specified did not hold");
    const metadata = this.#metadata();
    const given = { ...metadata["*"], ...metadata[path] };
    const has = (name: string): boolean => Object.keys(given).some((key) => key.toLowerCase() === name);
    sent.push(["Last-Modified", modified], ["ETag", etag]);
    if (isUnchanged(headers, etag, modified)) return { status: 304, reason: "Not Modified", headers: mapOf([...sent, ["Server", "AmazonS3"]]), body: Buffer.alloc(0), changed };
    if (!has("content-type")) sent.push(["Content-Type", typeOf(path)]);
    sent.push(["Accept-Ranges", "bytes"], ["x-amz-server-side-encryption", "AES256"], ...Object.entries(given));
    const range = rangeOf(headers, bytes.length, etag, modified);
    if (range === "unsatisfiable") return failed(416, "Requested Range Not Satisfiable", "InvalidRange", "The requested range is not satisfiable");
    const body = range === undefined ? bytes : bytes.subarray(range[0], range[1] + 1);
    if (range !== undefined) sent.push(["Content-Range", `bytes ${range[0]}-${range[1]}/${bytes.length}`]);
    sent.push(["Content-Length", String(body.length)], ["Server", "AmazonS3"]);
    const [status, reason] = range === undefined ? [200, "OK"] : [206, "Partial Content"];
    return { status, reason, headers: mapOf(sent), body: method === "HEAD" ? Buffer.alloc(0) : body, changed };
  }
}

/** What an upload tool guesses from the name; it guesses nothing for `.gz` and `.br`, and S3 then says `binary/octet-stream`. */
function typeOf(path: string): string {
  const extension = extname(path).toLowerCase();
  if (extension === ".gz" || extension === ".br" || extension === ".zst") return "binary/octet-stream";
  return lookup(extension) ?? "binary/octet-stream";
}

/** The form of the file of metadata: what `selvedge precompress --metadata` writes, or headers by path. */
export function metadataFrom(value: unknown): Metadata {
  if (!Array.isArray(value)) return isHeadersByPath(value) ? value : refuse();
  const names = { contentType: "Content-Type", contentEncoding: "Content-Encoding", cacheControl: "Cache-Control" };
  return Object.fromEntries(
    value.map((object: Record<string, unknown>) => {
      if (typeof object?.["key"] !== "string") return refuse();
      const headers = Object.entries(names).flatMap(([member, name]): [string, string][] => (typeof object[member] === "string" ? [[name, object[member]]] : []));
      return [`/${object["key"].replace(/^\//, "")}`, Object.fromEntries(headers)];
    }),
  );
}

function isHeadersByPath(value: unknown): value is Metadata {
  const isMap = (it: unknown): it is Record<string, unknown> => typeof it === "object" && it !== null && !Array.isArray(it);
  return isMap(value) && Object.values(value).every((headers) => isMap(headers) && Object.values(headers).every((text) => typeof text === "string"));
}

function refuse(): never {
  throw new Error('metadata is a list as "selvedge precompress --metadata FILE.json" writes it, or { "/path": { "Header": "value" } }');
}

function error(status: number, reason: string, code: string, message: string, method: string, sent: readonly Line[]): OriginAnswer {
  const body = Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`);
  const headers = mapOf([...sent, ["Content-Type", "application/xml"], ["Content-Length", String(body.length)], ["Server", "AmazonS3"]]);
  return { status, reason, headers, body: method === "HEAD" ? Buffer.alloc(0) : body };
}
