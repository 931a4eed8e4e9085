/** The adapter for Netlify Edge Functions: the rules around `context.next()`. */
import type { Loaded } from "../../core/plan-engine.js";
import type { Facts } from "../fetch/exchange.js";
import { createPass } from "../fetch/pass.js";
import { fetchFrom, isElsewhere } from "../fetch/send.js";
import type { FetchOptions } from "../fetch/types.js";

/** The part of Netlify's context that rules and hooks are likely to use. */
export interface NetlifyContext {
  /** Asks the site. */
  next(request?: Request): Promise<Response>;
  /** Where the viewer is; absent where Netlify does not know. */
  readonly geo?: { readonly country?: { readonly code?: string } };
  /** The viewer's address; absent where Netlify does not know. */
  readonly ip?: string;
  /** What experiments and weights are drawn from; absent outside Netlify. */
  readonly requestId?: string;
}

/** What `edgeFunction` takes besides the rules. */
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
