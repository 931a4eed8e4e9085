/** One request of a Node server on its way through the four stages. */
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import { randomUUID } from "node:crypto";
import type { Status } from "../edits.js";
import type { Origin } from "../origin.js";
import { type Address, addressOf, hostOf, schemeOf } from "../url.js";
import type { NodeFacts } from "./types.js";

export class Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** As the viewer sent it. */
  readonly host: string | undefined;
  /** What the request stages tell the later ones. */
  note: string | undefined;
  /** The origin that a rule chose. */
  origin: Origin | undefined;
  /** What the application is to be asked instead, and what a 200 becomes then. */
  again: { readonly path: string; readonly query: string; readonly status?: Status | undefined } | undefined;
  /** What a 200 becomes that was asked for by a fallback. */
  status: Status | undefined;
  /** Headers and query as viewer-request left them: what viewer-response sees. */
  viewed: { readonly headers: IncomingHttpHeaders; readonly query: string; readonly path: string } | undefined;
  private seen: string | undefined;
  private pathText = "/";
  private queryText = "";
  private id: string | undefined;
  private asks = 1;

  constructor(request: IncomingMessage, response: ServerResponse) {
    this.request = request;
    this.response = response;
    this.host = request.headers.host;
  }

  get path(): string {
    if (this.seen !== this.request.url) this.split();
    return this.pathText;
  }

  get query(): string {
    if (this.seen !== this.request.url) this.split();
    return this.queryText;
  }

  /** Path and query that are asked for. */
  get target(): string {
    const { path, query } = addressIn(this.request.url);
    return query === "" ? path : `${path}?${query}`;
  }

  move(path: string, query: string): void {
    if (path === this.path && query === this.query) return;
    this.request.url = query === "" ? path : `${path}?${query}`;
  }

  /** The request goes past the viewer's side. `keep`: a later stage may change its headers. */
  enterOrigin(keep: boolean): void {
    const { headers } = this.request;
    this.viewed = { headers: keep ? { ...headers } : headers, query: this.query, path: this.path };
  }

  mayAskAgain(): boolean {
    const { method } = this.request;
    return this.asks === 1 && (method === "GET" || method === "HEAD");
  }

  /** "for" still means the path as viewer-request left it, and the variant that was chosen for it is not this file's. */
  restart(): void {
    const { path, query, status } = this.again!;
    this.again = undefined;
    this.status = status;
    this.asks++;
    this.move(path, query);
    this.seen = this.request.url;
    this.pathText = this.viewed?.path ?? path;
    this.note = undefined;
  }

  requestId(facts: NodeFacts): string {
    return (this.id ??= facts.requestId?.(this.request) ?? randomUUID());
  }

  private split(): void {
    const { path, query } = addressIn(this.request.url);
    this.seen = this.request.url;
    this.pathText = path;
    this.queryText = query;
  }
}

/** A path as it was sent, or a whole address, as a proxy gets it. */
function addressIn(url = "/"): Address {
  return addressOf(ADDRESS.test(url) ? url : `http://host${url}`);
}

const ADDRESS = /^https?:\/\//i;

/** What a Node server knows of a request by itself. Express has been told which proxies to trust. */
export const FACTS = {
  clientIp(request: IncomingMessage): string | undefined {
    const address = (request as { ip?: string }).ip ?? request.socket.remoteAddress;
    return address?.replace(/^::ffff:(?=\d+\.)/i, "");
  },
  scheme(request: IncomingMessage): string | undefined {
    const { url = "" } = request;
    if (ADDRESS.test(url)) return schemeOf(url);
    const { protocol } = request as { protocol?: unknown };
    if (typeof protocol === "string") return protocol;
    return (request.socket as { encrypted?: boolean }).encrypted === true ? "https" : "http";
  },
  host(x: Exchange): string | undefined {
    const { url = "" } = x.request;
    return ADDRESS.test(url) ? hostOf(url) : x.host;
  },
};
