/** One request of a Node server on its way through the four stages. */
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import { randomUUID } from "node:crypto";
import { stringOf } from "../../core/decide.js";
import type { Status } from "../../core/edits.js";
import type { Origin } from "../../core/origin.js";
import type { Head } from "./head.js";
import { publish } from "./headers.js";
import { preconditionsIn } from "../../core/preconditions.js";
import type { OriginAddress } from "./origin.js";
import { type PathAndQuery, splitTarget } from "./target.js";
import { REQUEST_ID } from "../../generated/layout/input.js";

export class Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly head: Head;
  /** What functions for facts are called with. */
  readonly known: [request: IncomingMessage];
  /** What they said, by the kind of input. */
  readonly told: unknown[] = [];
  /** The request's fields that rules changed. */
  readonly changed = new Set<string>();
  /** What the request stages tell the later ones. */
  note: string | undefined;
  /** The origin that a rule chose. */
  origin: Origin | undefined;
  /** What the application is to be asked instead, and what a 200 becomes then. */
  again: { readonly path: string; readonly query: string; readonly status?: Status | undefined } | undefined;
  /** What a 200 becomes that was asked for by a fallback. */
  status: Status | undefined;
  /** The path of a page that was asked for instead, and that has no status of its own. */
  file: string | undefined;
  /** Headers and query as viewer-request left them: what viewer-response sees. */
  viewed: { readonly headers: IncomingHttpHeaders; readonly query: string; readonly path: string } | undefined;
  /** Whether `request.url` is one of the whole application, though the middleware is mounted below a path. */
  outside = false;
  private seen: string | undefined;
  private settled = false;
  private pathText = "/";
  private queryText = "";
  private id: string | undefined;
  private asks = 1;

  constructor(request: IncomingMessage, response: ServerResponse, head: Head) {
    this.request = request;
    this.known = [request];
    this.response = response;
    this.head = head;
  }

  get path(): string {
    if (!this.settled && this.seen !== this.request.url) this.split();
    return this.pathText;
  }

  get query(): string {
    if (!this.settled && this.seen !== this.request.url) this.split();
    return this.queryText;
  }

  /** Path and query that are asked for. */
  get target(): string {
    const text = (this.request.url ?? "/").slice(this.head.base.length).replace(/^\/\.(?=\/\/)/, "");
    return this.below(text.startsWith("/") ? text : "/");
  }

  move(path: string, query: string): void {
    if (path === this.path && query === this.query) return;
    // As URLs are written: without the dot a reference would have a host.
    const reference = path.startsWith("//") ? `/.${path}` : path;
    this.seen = this.place(targetOf({ path: reference, query }));
    this.pathText = path;
    this.queryText = query;
  }

  /** The request goes past the viewer's side. `keep`: a later stage may change its headers. */
  enterOrigin(keep: boolean): void {
    const { headers } = this.request;
    this.viewed = { headers: keep ? { ...headers } : headers, query: this.query, path: this.path };
  }

  /** The request goes to whoever answers it. `request.url` is theirs from now on: routers cut off what they are mounted at. */
  leave(): void {
    void this.path;
    this.settled = true;
  }

  /** What an origin without a domain says: the application is asked, at another path. */
  enter({ path, headers }: OriginAddress): void {
    const { request } = this;
    this.place(path + this.target);
    for (const [name, value] of headers) request.headers[name] = [value].flat().join(", ");
    publish(request, headers.keys());
  }

  mayAskAgain(): boolean {
    const { method } = this.request;
    return this.asks === 1 && (method === "GET" || method === "HEAD");
  }

  /** Patterns still match the path as viewer-request left it; the variant that was chosen for that path is dropped. */
  restart(): void {
    const { path, query, status } = this.again!;
    this.again = undefined;
    this.status = status;
    if (status !== undefined) {
      const names = preconditionsIn(Object.keys(this.request.headers));
      for (const name of names) delete this.request.headers[name];
      publish(this.request, names);
    }
    this.asks++;
    this.outside = this.head.mount !== "";
    this.request.url = this.head.base + targetOf({ path, query });
    this.file = status === undefined ? path : undefined;
    this.show(this.viewed?.path ?? path);
    this.queryText = query;
    this.note = undefined;
  }

  /** What patterns match from now on. */
  show(path: string): void {
    this.pathText = path;
  }

  /** The same at each stage. */
  get requestId(): string {
    return (this.id ??= stringOf(this.told[REQUEST_ID]) ?? randomUUID());
  }

  private split(): void {
    const { path, query } = splitTarget(this.request.url ?? "/");
    this.seen = this.request.url;
    this.pathText = this.below(path);
    this.queryText = query;
  }

  /** A path that `request.url` holds, as the viewer writes it. */
  private below(path: string): string {
    const { mount, bare } = this.head;
    if (this.outside) return path;
    return mount + (bare && !/^\/[^?]/.test(path) ? path.slice(1) : path);
  }

  /** Asks for a target of the site: where that is below the mount, as the router there has it, else of the whole application. */
  private place(target: string): string {
    const { mount, base } = this.head;
    const rest = target.slice(mount.length);
    this.outside = !target.startsWith(mount) || /^[^/?]/.test(rest);
    return (this.request.url = base + (this.outside ? target : rest.replace(/^(?!\/)/, "/")));
  }
}

function targetOf({ path, query }: PathAndQuery): string {
  return query === "" ? path : `${path}?${query}`;
}

/** What a Node server knows of a request by itself. Express has been told which proxies to trust. */
export const FACTS = {
  clientIp(request: IncomingMessage): string | undefined {
    return plain((request as { ip?: string }).ip) ?? peerOf(request);
  },
  /** Of the connection: what a target says of it is the viewer's word. */
  scheme(request: IncomingMessage): string | undefined {
    const { protocol } = request as { protocol?: unknown };
    if (typeof protocol === "string") return protocol;
    return (request.socket as { encrypted?: boolean }).encrypted === true ? "https" : "http";
  },
};

/** The address of whoever holds the connection. */
export function peerOf(request: IncomingMessage): string | undefined {
  return plain(request.socket.remoteAddress);
}

/** An IPv4 address as such where a socket for both families writes it as one of IPv6. */
function plain(address: string | undefined): string | undefined {
  return address?.replace(/^::ffff:(?=\d+\.)/i, "");
}
