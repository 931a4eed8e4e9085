/** The adapter for Netlify Edge Functions: the rules around `context.next()`. */
import type { Loaded } from "../engine.js";
import type { Facts } from "../fetch/exchange.js";
import { createPass } from "../fetch/pass.js";
import { fetchFrom, isElsewhere } from "../fetch/send.js";
import type { FetchOptions } from "../fetch/types.js";

/** The part of Netlify's context that rules and hooks are likely to use. */
export interface NetlifyContext {
  next(request?: Request): Promise<Response>;
  readonly geo?: { readonly country?: { readonly code?: string } };
  readonly ip?: string;
  readonly requestId?: string;
}

export type NetlifyOptions<C extends NetlifyContext = NetlifyContext> = FetchOptions<C>;

/** What an edge function's module exports by default. */
export type EdgeFunction<C extends NetlifyContext = NetlifyContext> = (request: Request, context: C) => Promise<Response>;

export function createEdgeFunction<C extends NetlifyContext>(
  loaded: Loaded,
  { facts, hooks }: NetlifyOptions<C> = {},
): EdgeFunction<C> {
  const pass = createPass<C>(loaded, { name: "netlify", facts: { ...FACTS, ...facts }, hooks });
  return (request, context) =>
    // The site is asked by `next`, which knows no other host.
    pass(request, context, (asked) => (isElsewhere(asked, request) ? fetchFrom(asked) : context.next(asked)));
}

const FACTS: Facts<NetlifyContext> = {
  country: (_, { geo }) => geo?.country?.code,
  clientIp: (_, { ip }) => ip,
  requestId: (_, { requestId }) => requestId,
};
