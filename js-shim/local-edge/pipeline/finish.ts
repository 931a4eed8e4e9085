/** What the edge itself does to an answer on the way out. */
import type { ResponseHeadersPolicy } from "../distribution/distribution.js";
import { type EventRequest, mapOf, valueOf, withHeader, without } from "../message.js";
import { isUnchanged, rangeOf } from "../origin/conditional.js";
import type { Made } from "./made.js";

/** The part that the viewer asked for: nothing if it has the answer already, a range of a 200. */
export function ranged({ method, headers: asked }: EventRequest, made: Made): Made {
  if (made.status !== 200 || (method !== "GET" && method !== "HEAD")) return made;
  const [etag, modified] = [valueOf(made.headers, "etag"), valueOf(made.headers, "last-modified")];
  if (isUnchanged(asked, etag, modified)) {
    return { ...made, status: 304, reason: "Not Modified", headers: without(made.headers, (name) => name.startsWith("content-") && name !== "content-location"), body: Buffer.alloc(0) };
  }
  if (method === "HEAD") return made;
  const range = rangeOf(asked, made.body.length, etag, modified);
  if (range === undefined) return made;
  if (range === "unsatisfiable") {
    return { ...made, status: 416, reason: "Requested Range Not Satisfiable", headers: mapOf([["Content-Range", `bytes */${made.body.length}`]]), body: Buffer.alloc(0) };
  }
  const headers = withHeader(made.headers, "Content-Range", `bytes ${range[0]}-${range[1]}/${made.body.length}`);
  return { ...made, status: 206, reason: "Partial Content", headers, body: made.body.subarray(range[0], range[1] + 1) };
}

/** A response headers policy. */
export function withPolicy(made: Made, policy: ResponseHeadersPolicy | undefined): Made {
  if (policy === undefined) return made;
  let headers = without(made.headers, (name) => policy.remove.includes(name));
  for (const { name, value, override } of policy.set) {
    if (override || headers[name.toLowerCase()] === undefined) headers = withHeader(headers, name, value);
  }
  return { ...made, headers };
}
