// The application behind selvedge/fetch, which tells of a request what it would route it by.
import { edge } from "selvedge/fetch";

/** Where rules choose an origin, no stage of it may take longer than a second: a `fetch` has no time of its own. */
export const inTime = { originRequest: (request) => new Request(request, { signal: AbortSignal.timeout(1000) }) };

/** Handles a request, and the address that it came from. A host that a rule chose is asked by the adapter. */
export function siteOf(rules) {
  return edge(rules, { origin: seen, facts: { clientIp: (_, address) => address }, hooks: rules.origins && inTime });
}

export function seen(request) {
  const { pathname, search, host } = new URL(request.url);
  return Response.json({ path: pathname, query: search.slice(1), host, rules: request.headers.get("x-host") });
}
