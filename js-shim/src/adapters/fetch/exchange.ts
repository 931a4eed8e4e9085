/** One request on its way through the four stages, and what they share of it. */
import { preconditionsIn } from "../../core/preconditions.js";
import { stringOf } from "../../core/decide.js";
import type { Status } from "../../core/edits.js";
import { REQUEST_ID } from "../../generated/layout/input.js";
import type { FetchFacts, Next } from "./types.js";
import { withAddress } from "./request.js";
import { addressOf, queryOf } from "../../core/url.js";

/** What a platform knows of a request, besides what the caller's own functions say. */
export interface Facts<C> extends FetchFacts<C> {
  /** Where the runtime keeps the viewer's own field apart from the header. */
  acceptEncoding?(request: Request, context: C): string | undefined;
}

export class Exchange<C> {
  /** As the viewer sent it: what facts are taken from. */
  readonly first: Request;
  readonly context: C;
  /** What functions for facts are called with. */
  readonly known: [request: Request, context: C];
  /** What they said, by the kind of input. */
  readonly told: unknown[] = [];
  readonly ask: Next;
  /** As it now is. */
  request: Request;
  /** As viewer-request left it: what viewer-response sees. */
  viewed: Request;
  /** What the request stages tell the later ones. */
  note: string | undefined;
  /** What the origin is to be asked for instead, and what a 200 becomes then. */
  again: { readonly path: string; readonly query: string; readonly status?: Status | undefined } | undefined;
  /** The path of a page that was asked for instead, and that has no status of its own. */
  file: string | undefined;
  /** A rule chose the host that is asked. */
  routed = false;
  /** A response that can be changed. */
  own: Response | undefined;
  /** The path that the origin of a rule puts before every path. */
  private prefix = "";
  private pathText: string | undefined;
  private queryText = "";
  private id: string | undefined;
  private asks = 1;

  constructor(request: Request, context: C, ask: Next) {
    this.first = request;
    this.request = request;
    this.viewed = request;
    this.context = context;
    this.known = [request, context];
    this.ask = ask;
  }

  get path(): string {
    return this.pathText ?? this.split();
  }

  get query(): string {
    if (this.pathText === undefined) this.split();
    return this.queryText;
  }

  get viewedQuery(): string {
    return this.viewed === this.request ? this.query : queryOf(this.viewed.url);
  }

  /** The same at each stage. */
  get requestId(): string {
    return (this.id ??= stringOf(this.told[REQUEST_ID]) ?? crypto.randomUUID());
  }

  /** The request with another path and query, and from another origin; not yet in its place. */
  moved(path: string, query: string, base?: string, prefix = this.prefix): Request {
    return withAddress(this.request, base, prefix + path, query);
  }

  /** Puts a request made by `moved` in its place. */
  settle(request: Request, path: string, query: string, prefix = this.prefix): void {
    this.request = request;
    this.pathText = path;
    this.queryText = query;
    this.prefix = prefix;
  }

  /** Takes the request that a hook made. */
  replace(request: Request): void {
    if (request === this.request) return;
    this.request = request;
    this.pathText = undefined;
  }

  /** Once, and only where asking twice means nothing else. */
  mayAskAgain(): boolean {
    const { method } = this.request;
    return this.asks === 1 && (method === "GET" || method === "HEAD");
  }

  /**
   * The second request of a fallback rewrite. Patterns still match the path as viewer-request left it; the variant that was
   * chosen for that path is dropped.
   */
  restart(): Request {
    const { path, query, status } = this.again!;
    this.again = undefined;
    this.asks++;
    const request = this.moved(path, query);
    if (status !== undefined) for (const name of preconditionsIn([...request.headers.keys()])) request.headers.delete(name);
    this.file = status === undefined ? path : undefined;
    this.show();
    this.note = undefined;
    return request;
  }

  /** What patterns match from now on: the path as viewer-request left it, if no other is given. */
  show(path = addressOf(this.viewed.url).path): void {
    this.pathText = path;
  }

  private split(): string {
    const { path, query } = addressOf(this.request.url);
    const { prefix } = this;
    this.queryText = query;
    return (this.pathText = prefix !== "" && path.startsWith(`${prefix}/`) ? path.slice(prefix.length) : path);
  }
}
