/** What adapters over Request and Response are given. `C` is what the platform calls a handler with besides the request. */

type Maybe<T> = T | undefined | void | Promise<T | undefined | void>;

/**
 * Your own code, one function per stage, sync or async. A hook runs after the rules of its stage, not when a rule
 * answered. What it gets can be changed in place; `undefined` leaves it as it is. A hook of a request stage may return
 * another request, or a response, which answers; one of a response stage, another response.
 */
export interface FetchHooks<C = unknown> {
  /** Runs after the rules at viewer-request. By default only the rules run. */
  viewerRequest?(request: Request, context: C): Maybe<Request | Response>;
  /** Runs after the rules at origin-request. By default only the rules run. */
  originRequest?(request: Request, context: C): Maybe<Request | Response>;
  /** Runs after the rules at origin-response. By default only the rules run. */
  originResponse?(response: Response, request: Request, context: C): Maybe<Response>;
  /** Runs after the rules at viewer-response. By default only the rules run. */
  viewerResponse?(response: Response, request: Request, context: C): Maybe<Response>;
}

/** What rules can read besides the message. Each function gets the viewer's own request; `undefined`: not known. */
export interface FetchFacts<C = unknown> {
  /**
   * The country by ISO 3166-1 alpha-2, from a source that the viewer cannot choose. Default: what the platform says, if it does.
   */
  country?(request: Request, context: C): string | undefined;
  /** One or more of the words that `device` conditions test. By default unknown. */
  device?(request: Request, context: C): string | readonly string[] | undefined;
  /** The viewer's address. Default: what the platform says, if it does. */
  clientIp?(request: Request, context: C): string | undefined;
  /** What experiments and weights are drawn from. Default: what the platform says, else a random one. */
  requestId?(request: Request, context: C): string | undefined;
}

/** Asks whoever comes next: the application, a file server, an origin. */
export type Next = (request: Request) => Response | Promise<Response>;

/** What an adapter takes besides the rules. */
export interface FetchOptions<C = unknown> {
  /** Your own code for each stage. By default only the rules run. */
  readonly hooks?: FetchHooks<C> | undefined;
  /** What rules can read besides the message. Default: what the platform says. */
  readonly facts?: FetchFacts<C> | undefined;
}
