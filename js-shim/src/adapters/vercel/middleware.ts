/**
 * The adapter for Vercel's routing middleware, which runs before the response exists: it answers, or says in headers of
 * its own how the request goes on, and what is added to the response that comes.
 */
import type { Loaded } from "../../core/plan-engine.js";
import type { Facts } from "../fetch/exchange.js";
import { createPass } from "../fetch/pass.js";
import type { FetchOptions } from "../fetch/types.js";

/** The part of the context that hooks are likely to use. */
export interface VercelContext {
  /** Keeps the middleware alive until the promise is settled; absent outside Vercel. */
  waitUntil?(promise: Promise<unknown>): void;
}

/** What `middleware` takes besides the rules. */
export type VercelOptions<C extends VercelContext = VercelContext> = FetchOptions<C>;

/** What `middleware.ts` exports by default. */
export type Middleware<C extends VercelContext = VercelContext> = (request: Request, context: C) => Promise<Response>;

export function createMiddleware<C extends VercelContext>(
  loaded: Loaded,
  { facts, hooks }: VercelOptions<C> = {},
): Middleware<C> {
  const pass = createPass<C>(loaded, { name: "vercel", facts: { ...FACTS, ...facts }, hooks });
  return (request, context) => pass(request, context, (asked) => goOn(asked, request));
}

/** Headers that Vercel sets itself, whatever the viewer sent. */
const FACTS: Facts<unknown> = {
  country: ({ headers }) => headers.get("x-vercel-ip-country") ?? undefined,
  clientIp: ({ headers }) => headers.get("x-real-ip") ?? undefined,
  requestId: ({ headers }) => headers.get("x-vercel-id") ?? undefined,
};

/** What stands for the response: how the request goes on. */
function goOn(asked: Request, first: Request): Response {
  const headers = new Headers();
  if (asked.url === first.url) headers.set("x-middleware-next", "1");
  else headers.set("x-middleware-rewrite", asked.url);
  if (asked !== first && differ(asked.headers, first.headers)) {
    // All that are to be left, and each with its value.
    headers.set("x-middleware-override-headers", [...asked.headers.keys()].join(","));
    for (const [name, value] of asked.headers) headers.set(`x-middleware-request-${name}`, value);
  }
  return new Response(null, { headers });
}

function differ(some: Headers, others: Headers): boolean {
  const [one, other] = [[...some], [...others]];
  return one.length !== other.length || one.some(([name, value], i) => name !== other[i]![0] || value !== other[i]![1]);
}
