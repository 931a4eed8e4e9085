/** What becomes of an address: at a site, or by rules. */
import type { Road } from "#dist/tools/traffic.js";
import type { Client } from "./client.js";
import { NoAnswer } from "./client.js";
import type { Answer, Hop, Item } from "./item.js";
import { type Site, UNKNOWN } from "./judge.js";
import { readPage, resolved } from "./page.js";

/** Browsers give up after twenty; nobody means that many. */
const MAX_HOPS = 10;

/** Follows an address at a site. */
export async function askSite(client: Client, address: string, place: Site["place"]): Promise<Answer> {
  const hops: Hop[] = [];
  const seen = new Set<string>();
  let here = address;
  for (;;) {
    const end = { hops, final: here };
    if (seen.has(here)) return { ...end, status: hops.at(-1)?.status ?? 0, loops: true };
    if (hops.length > MAX_HOPS) return { ...end, status: hops.at(-1)?.status ?? 0, problem: `more than ${MAX_HOPS} redirects` };
    seen.add(here);
    let reply;
    try {
      reply = await client.get(here);
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      return { ...end, status: 0, problem: error.message };
    }
    const { status, location, type, body } = reply;
    if (![301, 302, 303, 307, 308].includes(status)) return { ...end, status, page: /html/i.test(type) ? readPage(body, here) : undefined };
    const next = location === undefined ? undefined : resolved(location, here);
    if (next === undefined) return { ...end, status, problem: location === undefined ? "a redirect without Location" : "a redirect to what is not an address" };
    here = place(next);
    hops.push({ status, to: here });
  }
}

/**
 * What rules make of addresses, all at once.
 *
 * @param exists whether the site has a page at a path; without it that is not known
 */
export function askRules(road: Road, items: readonly Item[], { place }: Site, exists: ((path: string) => boolean) | undefined): Answer[] {
  const addresses = items.map(({ from }) => place(from));
  return road.follow(addresses.map((url) => [url, "GET", 200])).map((journey, at): Answer => {
    let here = addresses[at]!;
    if (journey === null) return { hops: [], final: here, status: 0, problem: "is not an address that can be asked for" };
    const hops: Hop[] = [];
    for (const { status, location } of journey.steps) {
      if (location === null) break;
      here = resolved(location, here) ?? location;
      hops.push({ status, to: here });
    }
    const { status, location, asked } = journey.steps.at(-1)!;
    if (journey.loops) return { hops, final: here, status, loops: true };
    // A redirect to another host: these rules say nothing of what is there.
    if (location !== null) return { hops, final: here, status: UNKNOWN };
    if (asked === null) return { hops, final: here, status };
    const path = asked.split(" at ")[0]!.split("?")[0]!;
    return { hops, final: here, status: exists === undefined ? UNKNOWN : exists(path) ? 200 : 404 };
  });
}
