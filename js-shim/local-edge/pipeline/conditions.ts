/** Conditions between the cache and the origin. */
import { type EventRequest, type HeaderMap, valueOf, withHeader, without } from "../message.js";
import type { Made } from "./made.js";

/** What would make an answer of less than the whole, which the cache is to have: the edge itself answers these. */
const ASKS_FOR_LESS = new Set(["if-modified-since", "if-none-match", "if-range", "range"]);

export function withoutConditions(request: EventRequest): EventRequest {
  return { ...request, headers: without(request.headers, (name) => ASKS_FOR_LESS.has(name)) };
}

/** A part of an answer, and what says that there is nothing new, are no answers to others: RFC 9111 §3.3. */
const PARTIAL = new Set([206, 304]);

export function isWhole({ status, originStatus }: Made): boolean {
  return !PARTIAL.has(status) && !PARTIAL.has(originStatus);
}

/** Asks whether a copy is still the answer. */
export function withConditions(headers: HeaderMap, stored: HeaderMap): HeaderMap {
  const [etag, modified] = [valueOf(stored, "etag"), valueOf(stored, "last-modified")];
  const withTag = etag === undefined ? headers : withHeader(headers, "If-None-Match", etag);
  return modified === undefined ? withTag : withHeader(withTag, "If-Modified-Since", modified);
}
