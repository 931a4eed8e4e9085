/** CloudFront's own compression, as "Serve compressed files" documents it. */
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import type { Behaviour } from "../distribution/distribution.js";
import { valueOf, withHeader, without } from "../message.js";
import type { Made } from "./made.js";

const MIN_BYTES = 1000;
const MAX_BYTES = 10_000_000;
const STATUSES = new Set([200, 403, 404]);
/** <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/ServingCompressedFiles.html> */
const TYPES = new Set(`
  application/dash+xml application/eot application/font application/font-sfnt application/javascript application/json application/opentype
  application/otf application/pdf application/pkcs7-mime application/protobuf application/rss+xml application/truetype application/ttf
  application/vnd.apple.mpegurl application/vnd.mapbox-vector-tile application/vnd.ms-fontobject application/wasm application/xhtml+xml
  application/xml application/x-font-opentype application/x-font-truetype application/x-font-ttf application/x-httpd-cgi
  application/x-javascript application/x-mpegurl application/x-opentype application/x-otf application/x-perl application/x-ttf
  font/eot font/opentype font/otf font/ttf image/svg+xml text/css text/csv text/html text/javascript text/js text/plain text/richtext
  text/tab-separated-values text/xml text/x-component text/x-java-source text/x-script vnd.apple.mpegurl`.trim().split(/\s+/));

const brotli = promisify(brotliCompress);
const zip = promisify(gzip);

/** @param accepted Accept-Encoding as it was normalised */
export async function compressed(made: Made, { compress, policies }: Behaviour, accepted: string | undefined): Promise<Made> {
  const { headers, body, status } = made;
  const codings = (accepted ?? "").split(",");
  const { enableAcceptEncodingBrotli, enableAcceptEncodingGzip } = policies.cache;
  const coding = enableAcceptEncodingBrotli && codings.includes("br") ? "br" : enableAcceptEncodingGzip && codings.includes("gzip") ? "gzip" : undefined;
  const type = (valueOf(headers, "content-type") ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  if (!compress || coding === undefined || !STATUSES.has(status) || !TYPES.has(type) || headers["content-encoding"] !== undefined) return made;
  if (headers["content-length"] === undefined || body.length < MIN_BYTES || body.length > MAX_BYTES) return made;
  const smaller = coding === "br" ? await brotli(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }) : await zip(body);
  const etag = valueOf(headers, "etag");
  const told = withHeader(without(headers, (name) => name === "content-length"), "Content-Encoding", coding);
  return { ...made, body: smaller, headers: etag === undefined || etag.startsWith("W/") ? told : withHeader(told, "ETag", `W/${etag}`) };
}
