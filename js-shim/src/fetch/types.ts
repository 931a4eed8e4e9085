/** What adapters over Request and Response are given. `C` is what the platform calls a handler with beside the request. */

type Maybe<T> = T | undefined | void | Promise<T | undefined | void>;

/**
 * Your own code, one function per stage, sync or async. A hook runs after the rules of its stage, not when a rule
 * answered. What it gets can be changed in place; `undefined` leaves it as it is. A hook of a request stage may return
 * another request, or a response, which answers; one of a response stage, another response.
 */
export interface FetchHooks<C = unknown> {
  viewerRequest?(request: Request, context: C): Maybe<Request | Response>;
  originRequest?(request: Request, context: C): Maybe<Request | Response>;
  originResponse?(response: Response, request: Request, context: C): Maybe<Response>;
  viewerResponse?(response: Response, request: Request, context: C): Maybe<Response>;
}

/** What rules can read beside the message. Each gets the viewer's own request; `undefined`: not known. */
export interface FetchFacts<C = unknown> {
  /** ISO 3166-1 alpha-2, from a source that the viewer cannot choose. */
  country?(request: Request, context: C): string | undefined;
  /** One or several of the words that `device` conditions test. */
  device?(request: Request, context: C): string | readonly string[] | undefined;
  /** The viewer's address. */
  clientIp?(request: Request, context: C): string | undefined;
  /** Experiments and weights are drawn from it; a random one where there is none. */
  requestId?(request: Request, context: C): string | undefined;
}

/** Asks whoever comes next: the application, a file server, an origin. */
export type Next = (request: Request) => Response | Promise<Response>;

export interface FetchOptions<C = unknown> {
  readonly hooks?: FetchHooks<C> | undefined;
  readonly facts?: FetchFacts<C> | undefined;
}
