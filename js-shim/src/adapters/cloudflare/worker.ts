/** The adapter for Cloudflare Workers: the rules around what the Worker fetches. */
import type { Loaded } from "../../core/plan-engine.js";
import { initOf, withoutCoding } from "../fetch/copy.js";
import type { Facts } from "../fetch/exchange.js";
import { createPass, type Receipt } from "../fetch/pass.js";
import { fetchFrom, isElsewhere, originFetcher } from "../fetch/send.js";
import type { FetchFacts, FetchHooks } from "../fetch/types.js";

/** What a Worker is called with besides the request. */
export interface WorkerContext<Env = unknown> {
  /** The Worker's bindings. */
  readonly env: Env;
  /** The execution context. */
  readonly ctx: ExecutionContext;
}

/** The part of a Worker's execution context that hooks are likely to use. */
export interface ExecutionContext {
  /** Keeps the Worker alive until the promise is settled. */
  waitUntil(promise: Promise<unknown>): void;
  /** Asks the origin if the Worker throws; absent in other runtimes. */
  passThroughOnException?(): void;
}

/** What `worker` takes besides the rules. */
export interface WorkerOptions<Env = unknown> {
  /** Your own code for each stage. By default only the rules run. */
  readonly hooks?: FetchHooks<WorkerContext<Env>> | undefined;
  /** What rules can read besides the message. Default: what Cloudflare says. */
  readonly facts?: FetchFacts<WorkerContext<Env>> | undefined;
  /**
   * The origin that is asked: an address, or a function. Default: the binding `ASSETS` if there is one, else `fetch`, which asks
   * the origin of the zone.
   */
  readonly origin?: string | URL | ((request: Request, env: Env, ctx: ExecutionContext) => Response | Promise<Response>) | undefined;
}

/** What a Worker's module exports by default. */
export interface Worker<Env = unknown> {
  /** Handles a request. */
  fetch(request: Request, env: Env, ctx: ExecutionContext): Promise<Response>;
}

interface Assets {
  fetch?(request: Request): Promise<Response>;
}

/** `request.cf`, as far as it is needed. */
interface Incoming {
  readonly country?: string;
  readonly clientAcceptEncoding?: string;
}

export function createWorker<Env>(loaded: Loaded, { facts, hooks, origin }: WorkerOptions<Env> = {}): Worker<Env> {
  const pass = createPass<WorkerContext<Env>>(loaded, {
    name: "cloudflare",
    facts: { ...FACTS, ...facts },
    hooks,
    receive: encoded,
  });
  const ask = typeof origin === "function" || origin === undefined ? (origin ?? fromAssets) : fromAddress(origin);
  return {
    fetch(request, env, ctx) {
      return pass(request, { env, ctx }, (asked) => (isElsewhere(asked, request) ? fetchFrom(asked) : ask(asked, env, ctx)));
    },
  };
}

const FACTS: Facts<unknown> = {
  country: (request) => cfOf(request)?.country,
  clientIp: (request) => request.headers.get("cf-connecting-ip") ?? undefined,
  // The header is Cloudflare's own at this point: what it accepts itself.
  acceptEncoding: (request) => cfOf(request)?.clientAcceptEncoding,
};

function cfOf(request: Request): Incoming | undefined {
  return (request as { cf?: Incoming }).cf;
}

function fromAddress(origin: string | URL): (request: Request) => Response | Promise<Response> {
  const ask = originFetcher<undefined>(origin);
  return (request) => ask(request, undefined);
}

function fromAssets(request: Request, env: unknown): Promise<Response> {
  const assets = (env as { ASSETS?: Assets } | undefined)?.ASSETS;
  return typeof assets?.fetch === "function" ? assets.fetch(request) : fetchFrom(request);
}

/**
 * A body that a rule says is encoded came so from the origin; without a word, the runtime would encode it again. What it came
 * with besides, the runtime undoes when it reads the body.
 */
function encoded(received: Response): Receipt {
  const before = received.headers.get("content-encoding");
  return (response) => {
    if (response.headers.get("content-encoding") === before) return response;
    const own = before === null ? undefined : withoutCoding(response, before);
    const headers = new Headers(response.headers);
    if (own !== undefined) headers.set("content-encoding", own);
    const init = { ...initOf(response), headers, encodeBody: "manual" };
    return new Response(response.body, init);
  };
}
