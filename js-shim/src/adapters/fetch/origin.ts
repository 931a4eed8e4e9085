/**
 * The origin that a rule chose, as an address. What another platform's event holds besides it (timeouts, TLS
 * versions, how a bucket is asked) has no counterpart in a fetch.
 */
import type { CustomHeaders, Origin } from "../../core/origin.js";
import type { Exchange } from "./exchange.js";
import { ACCESS } from "./headers.js";
import { addressOf, hostOf } from "../../core/url.js";

/** Moves the request there. `edit` changes it before it takes its place. */
export function chooseOrigin<C>(
  x: Exchange<C>,
  { fields }: Origin,
  path: string,
  query: string,
  edit: (request: Request) => void,
): void {
  const field = new Map(fields);
  const domain = field.get("domainName");
  const prefix = String(field.get("path") ?? "");
  const base = typeof domain === "string" ? baseOf(domain, field) : addressOf(x.request.url).base;
  const request = x.moved(path, query, base, prefix);
  edit(request);
  for (const [name, entries] of (field.get("customHeaders") as CustomHeaders | undefined) ?? []) {
    ACCESS.put(request.headers, name, entries.map(({ value }) => value));
  }
  if (typeof domain === "string") {
    request.headers.set("host", hostOf(request.url));
    x.routed = true;
  }
  x.settle(request, path, query, prefix);
}

function baseOf(domain: string, field: ReadonlyMap<string, unknown>): string {
  const scheme = field.get("protocol") === "http" ? "http" : "https";
  const port = field.get("port");
  return `${scheme}://${domain}${typeof port === "number" ? `:${port}` : ""}`;
}
