/** Where a Node exchange has what a stage can look at. */
import type { IncomingHttpHeaders, ServerResponse } from "node:http";
import { linesOf, type Source } from "../decide.js";
import { VIEWER_RESPONSE } from "../engine.js";
import * as plan from "../plan.js";
import { type Exchange, FACTS } from "./exchange.js";
import { fieldOf, textOf } from "./headers.js";
import type { NodeFacts } from "./types.js";

/** What viewer-response sees of the request is what viewer-request made of it, as where the two are the cache's outer side. */
export function sourceOf(facts: NodeFacts, index: number): Source<Exchange, ServerResponse | undefined> {
  const headersOf: (x: Exchange) => IncomingHttpHeaders =
    index === VIEWER_RESPONSE ? (x) => x.viewed?.headers ?? x.request.headers : (x) => x.request.headers;
  const clientIp = facts.clientIp ?? FACTS.clientIp;
  const scheme = facts.scheme ?? FACTS.scheme;
  return {
    path: (x) => x.path,
    query: index === VIEWER_RESPONSE ? (x) => x.viewed?.query ?? x.query : (x) => x.query,
    method: ({ request }) => request.method,
    acceptEncoding: (x) => textOf(headersOf(x)["accept-encoding"], ", "),
    status: (response) => response?.statusCode ?? 0,
    taker({ kind, name }) {
      switch (kind) {
        case plan.HOST:
          return ({ head }) => head.host;
        case plan.SCHEME:
          return ({ request }) => scheme(request);
        case plan.COUNTRY:
          return ({ request }) => facts.country?.(request);
        case plan.DEVICE:
          return ({ request }) => linesOf(facts.device?.(request));
        case plan.CLIENT_IP:
          return ({ request }) => clientIp(request);
        case plan.REQUEST_ID:
          return (x) => x.requestId(facts);
        case plan.REQUEST_HEADER:
          return name === plan.NOTE_HEADER ? (x) => x.note : (x) => textOf(fieldOf(headersOf(x), name));
        case plan.RESPONSE_HEADER:
          return (_, response) => textOf(response?.getHeader(name));
        default:
          return () => undefined;
      }
    },
  };
}
