/** Where an exchange has what a stage can look at. */
import { linesOf, type Source } from "../decide.js";
import { VIEWER_RESPONSE } from "../engine.js";
import * as plan from "../plan.js";
import type { Exchange, Facts } from "./exchange.js";
import { fromHeader } from "../header-text.js";
import { hostOf, schemeOf } from "../url.js";

/** What viewer-response sees of the request is what viewer-request made of it, as where the two are the cache's outer side. */
export function sourceOf<C>(facts: Facts<C>, index: number): Source<Exchange<C>, Response | undefined> {
  const atEnd = index === VIEWER_RESPONSE;
  const headersOf = atEnd ? ({ viewed }: Exchange<C>) => viewed.headers : ({ request }: Exchange<C>) => request.headers;
  const given = facts.acceptEncoding;
  return {
    path: (x) => x.path,
    query: atEnd ? (x) => x.viewedQuery : (x) => x.query,
    method: ({ request }) => request.method,
    acceptEncoding: (x) => given?.(x.first, x.context) ?? headersOf(x).get("accept-encoding") ?? undefined,
    status: (response) => response?.status ?? 0,
    taker({ kind, name }) {
      switch (kind) {
        case plan.HOST:
          return ({ first }) => hostOf(first.url);
        case plan.SCHEME:
          return ({ first }) => schemeOf(first.url);
        case plan.COUNTRY:
          return ({ first, context }) => facts.country?.(first, context);
        case plan.DEVICE:
          return ({ first, context }) => linesOf(facts.device?.(first, context));
        case plan.CLIENT_IP:
          return ({ first, context }) => facts.clientIp?.(first, context);
        case plan.REQUEST_ID:
          return (x) => x.requestId(facts);
        case plan.REQUEST_HEADER:
          return name === plan.NOTE_HEADER ? (x) => x.note : (x) => valueOf(headersOf(x), name);
        case plan.RESPONSE_HEADER:
          return (_, response) => valueOf(response?.headers, name);
        default:
          return () => undefined;
      }
    },
  };
}

/** A field's value. Its lines are joined, as `Headers` does, but those of `Set-Cookie`. */
function valueOf(headers: Headers | undefined, name: string): string | undefined {
  const value = headers?.get(name);
  if (value == null) return undefined;
  return fromHeader(name === "set-cookie" ? headers!.getSetCookie().join("\n") : value);
}
