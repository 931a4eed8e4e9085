import type { IncomingMessage, ServerResponse } from "node:http";

/** A request of Node's servers. */
export type NodeRequest = IncomingMessage;
/** A response of Node's servers. */
export type NodeResponse = ServerResponse;

/** Hands over to whoever comes next. */
export type NodeNext = (error?: unknown) => void;

/**
 * Connect-style middleware: the first `app.use(…)` in Express and connect; around the handler that Fastify's `serverFactory`
 * gets, because Fastify chooses a route before its first hook.
 */
export type Middleware<Q extends NodeRequest = NodeRequest, S extends NodeResponse = NodeResponse> = (
  request: Q,
  response: S,
  next: NodeNext,
) => void;

type Maybe = void | undefined | Promise<void | undefined>;

/**
 * Your own code, one function per stage, sync or async. A hook runs after the rules of its stage, not when a rule
 * answered, and changes what it gets in place. One of a request stage that begins a response has answered. In those of the
 * response stages the head can still be changed (`setHeader`, `statusCode`); what the application writes waits for them.
 */
export interface NodeHooks<Q extends NodeRequest = NodeRequest, S extends NodeResponse = NodeResponse> {
  /** Runs after the rules at viewer-request. By default only the rules run. */
  viewerRequest?(request: Q, response: S): Maybe;
  /** Runs after the rules at origin-request. By default only the rules run. */
  originRequest?(request: Q, response: S): Maybe;
  /** Runs after the rules at origin-response. By default only the rules run. */
  originResponse?(response: S, request: Q): Maybe;
  /** Runs after the rules at viewer-response. By default only the rules run. */
  viewerResponse?(response: S, request: Q): Maybe;
}

/** What rules can read besides the message; `undefined`: not known. */
export interface NodeFacts<Q extends NodeRequest = NodeRequest> {
  /** The country by ISO 3166-1 alpha-2, from a source that the viewer cannot choose. By default unknown. */
  country?(request: Q): string | undefined;
  /** One or more of the words that `device` conditions test. By default unknown. */
  device?(request: Q): string | readonly string[] | undefined;
  /** The viewer's address. Default: Express's `request.ip`, else the address of the connection. */
  clientIp?(request: Q): string | undefined;
  /** `http` or `https`. Default: Express's `request.protocol`, else that of the connection. */
  scheme?(request: Q): string | undefined;
  /** What experiments and weights are drawn from. Default: a random one. */
  requestId?(request: Q): string | undefined;
}

/** What `middleware` takes besides the rules. */
export interface NodeOptions<Q extends NodeRequest = NodeRequest, S extends NodeResponse = NodeResponse> {
  /** Your own code for each stage. By default only the rules run. */
  readonly hooks?: NodeHooks<Q, S> | undefined;
  /** What rules can read besides the message. Default: what the connection and Express say. */
  readonly facts?: NodeFacts<Q> | undefined;
  /**
   * Asks a second time, for a rewrite with `fallback`. Default: the Express application, else `next`; connect goes through its
   * handlers only once, and needs it.
   */
  readonly again?: ((request: Q, response: S) => void) | undefined;
  /**
   * Whether an origin that a rule chose gets `X-Forwarded-For`, `X-Forwarded-Host`, `X-Forwarded-Proto` and `Via`. Default
   * `true`.
   */
  readonly forwarded?: boolean | undefined;
}
