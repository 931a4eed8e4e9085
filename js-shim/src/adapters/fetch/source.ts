/** Where an exchange has what a stage can look at. */
import { linesOf, type Source, stringOf } from "../../core/decide.js";
import * as Input from "../../generated/layout/input.js";
import { NOTE_HEADER, VIEWER_RESPONSE } from "../../generated/names.js";
import type { Exchange, Facts } from "./exchange.js";
import { fromHeader } from "../../core/header-text.js";
import { hostOf, schemeOf } from "../../core/url.js";

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
        case Input.HOST:
          return ({ first }) => hostOf(first.url);
        case Input.SCHEME:
          return ({ first }) => schemeOf(first.url);
        case Input.COUNTRY:
        case Input.CLIENT:
          return ({ told }) => stringOf(told[kind]);
        case Input.DEVICE:
          return ({ told }) => linesOf(told[kind]);
        case Input.REQUEST_ID:
          return ({ requestId }) => requestId;
        case Input.REQUEST_HEADER:
          return name === NOTE_HEADER ? (x) => x.note : (x) => valueOf(headersOf(x), name);
        case Input.RESPONSE_HEADER:
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
