/** What CloudFront answers before any function. */
import { STATUS_CODES } from "node:http";
import type { Behaviour } from "../distribution/distribution.js";
import { type EventRequest, mapOf, valueOf } from "../message.js";
import type { Made } from "./made.js";

/** What a viewer gets who comes by HTTP where that is not allowed, before any function runs. */
export function overHttp({ method, uri, querystring, headers }: EventRequest, policy: Behaviour["viewerProtocol"]): Made | undefined {
  if (policy === "allow-all") return undefined;
  // A method that must not be changed by a redirect has one that does not.
  const status = policy === "https-only" ? 403 : method === "GET" || method === "HEAD" ? 301 : 307;
  const location = `https://${valueOf(headers, "host") ?? ""}${uri}${querystring && `?${querystring}`}`;
  return status === 403 ? ownAnswer(403, "Error from cloudfront", []) : ownAnswer(status, "Redirect from cloudfront", [["Location", location]]);
}

export function ownAnswer(status: number, xCache: string, lines: readonly [string, string][], why = ""): Made {
  const reason = STATUS_CODES[status] ?? "";
  const body = Buffer.from(`<html><head><title>${status} ${reason}</title></head><body><h1>${status} ${reason}</h1>${why && `<p>${why}</p>`}<hr>CloudFront</body></html>\n`);
  return { status, reason, headers: mapOf([["Content-Type", "text/html"], ...lines]), body, originStatus: status, xCache };
}
