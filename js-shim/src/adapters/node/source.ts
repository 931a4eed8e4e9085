/** Where a Node exchange has what a stage can look at. */
import type { IncomingHttpHeaders, ServerResponse } from "node:http";
import { linesOf, type Source, stringOf } from "../../core/decide.js";
import * as Input from "../../generated/layout/input.js";
import { NOTE_HEADER, VIEWER_RESPONSE } from "../../generated/names.js";
import type { Exchange } from "./exchange.js";
import { fieldOf, textOf } from "./headers.js";

/** What viewer-response sees of the request is what viewer-request made of it, as where the two are the cache's outer side. */
export function sourceOf(index: number): Source<Exchange, ServerResponse | undefined> {
  const headersOf: (x: Exchange) => IncomingHttpHeaders =
    index === VIEWER_RESPONSE ? (x) => x.viewed?.headers ?? x.request.headers : (x) => x.request.headers;
  return {
    path: (x) => x.path,
    query: index === VIEWER_RESPONSE ? (x) => x.viewed?.query ?? x.query : (x) => x.query,
    method: ({ request }) => request.method,
    acceptEncoding: (x) => textOf(headersOf(x)["accept-encoding"], ", "),
    status: (response) => response?.statusCode ?? 0,
    taker({ kind, name }) {
      switch (kind) {
        case Input.HOST:
          return ({ head }) => head.host;
        case Input.SCHEME:
        case Input.COUNTRY:
        case Input.CLIENT:
          return ({ told }) => stringOf(told[kind]);
        case Input.DEVICE:
          return ({ told }) => linesOf(told[kind]);
        case Input.REQUEST_ID:
          return ({ requestId }) => requestId;
        case Input.REQUEST_HEADER:
          return name === NOTE_HEADER ? (x) => x.note : (x) => textOf(fieldOf(headersOf(x), name));
        case Input.RESPONSE_HEADER:
          return (_, response) => textOf(response?.getHeader(name));
        default:
          return () => undefined;
      }
    },
  };
}
