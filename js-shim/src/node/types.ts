import type { IncomingMessage, ServerResponse } from "node:http";

export type NodeRequest = IncomingMessage;
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
  viewerRequest?(request: Q, response: S): Maybe;
  originRequest?(request: Q, response: S): Maybe;
  originResponse?(response: S, request: Q): Maybe;
  viewerResponse?(response: S, request: Q): Maybe;
}

/** What rules can read beside the message; `undefined`: not known. */
export interface NodeFacts<Q extends NodeRequest = NodeRequest> {
  /** ISO 3166-1 alpha-2, from a source that the viewer cannot choose. */
  country?(request: Q): string | undefined;
  /** One or several of the words that `device` conditions test. */
  device?(request: Q): string | readonly string[] | undefined;
  /** The viewer's address; by default Express's `request.ip`, else the address of the connection. */
  clientIp?(request: Q): string | undefined;
  /** `http` or `https`; by default Express's `request.protocol`, else that of the connection. */
  scheme?(request: Q): string | undefined;
  /** Experiments and weights are drawn from it; a random one where there is none. */
  requestId?(request: Q): string | undefined;
}

export interface NodeOptions<Q extends NodeRequest = NodeRequest, S extends NodeResponse = NodeResponse> {
  readonly hooks?: NodeHooks<Q, S> | undefined;
  readonly facts?: NodeFacts<Q> | undefined;
  /**
   * Who is asked a second time, by a rewrite with `fallback`. By default the Express application, else `next`; connect
   * goes through its handlers only once, and needs it.
   */
  readonly again?: ((request: Q, response: S) => void) | undefined;
  /** Whether an origin that a rule chose gets `X-Forwarded-For`, `X-Forwarded-Host`, `X-Forwarded-Proto` and `Via`; it does by default. */
  readonly forwarded?: boolean | undefined;
}
