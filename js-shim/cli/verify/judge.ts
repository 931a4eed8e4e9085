/** Whether an answer is what was expected, and what else is worth knowing. */
import type { Answer, Item, Outcome, PageFacts, Result } from "./item.js";

/** Titles of pages that say that there is none. */
const SOFT_404 = /\b(?:404|not found|page (?:cannot|can't|can not|could not|couldn't) be found|nothing (?:was )?found|does(?:n't| not) exist|seite nicht gefunden|page introuvable|p[aá]gina no encontrada)\b/i;

export interface Site {
  /** An address as it is asked for: a path is one of the site, and so is an address of a host that the site replaces. */
  readonly place: (address: string) => string;
  /** The page that the site sends with 200 for what it does not have. */
  readonly nothing?: PageFacts | undefined;
}

export function judge(item: Item, answer: Answer, site: Site): Result {
  const { hops, final, status, problem } = answer;
  const outcome = outcomeOf(item, answer, site);
  return { ...item, outcome, hops, final, finalStatus: status, problem, hints: hintsOf(item, answer, site) };
}

function outcomeOf({ to, status: expected }: Item, { hops, final, status, loops, problem }: Answer, { place }: Site): Outcome {
  if (loops) return "loop";
  if (problem !== undefined) return "error";
  if (expected === 410) return status === 410 ? "gone" : "wrong status";
  if (to !== undefined && ![final, ...hops.map((hop) => hop.to)].some((address) => isSame(address, to, place))) return status === 404 || status === 410 ? "missing" : "wrong target";
  if (status === UNKNOWN) return "unknown";
  if (status === 404 || status === 410) return "missing";
  if (status < 200 || status >= 400) return "error";
  const [first] = hops;
  return expected !== undefined && expected >= 300 && expected < 400 && first !== undefined && first.status !== expected ? "wrong status" : "ok";
}

/** The status of what rules leave to the origin. */
export const UNKNOWN = -1;

/** The same address but for a fragment, and for how characters are escaped. */
function isSame(one: string, other: string, place: Site["place"]): boolean {
  return plain(place(one)) === plain(place(other));
}

function plain(address: string): string {
  try {
    const url = new URL(address);
    url.hash = "";
    return decodeURI(url.href);
  } catch {
    return address;
  }
}

function hintsOf({ to }: Item, { hops, final, status, page }: Answer, { place, nothing }: Site): string[] {
  const hints: string[] = [];
  if (hops.length > 1) hints.push(`${hops.length} redirects, one after another`);
  const temporary = hops.find((hop) => hop.status === 302 || hop.status === 307);
  if (temporary !== undefined) hints.push(`${temporary.status} is temporary: search engines keep the old address`);
  if (hops.some((hop) => hop.to.startsWith("http:")) && final.startsWith("https:")) hints.push("a redirect goes over http");
  if (hops.length > 0 && to === undefined && pathOf(final) === "/") hints.push("leads to the front page, which search engines take for a page that is missing");
  if (page === undefined || status < 200 || status >= 300) return hints;
  const { title, canonical, noindex } = page;
  if (title !== undefined && SOFT_404.test(title)) hints.push(`soft 404: its title is "${title}"`);
  else if (nothing !== undefined && title !== undefined && title === nothing.title) hints.push("soft 404: it has the title of a page that is not there");
  if (canonical !== undefined && !isSame(canonical, final, place)) hints.push(`its canonical address is ${canonical}`);
  if (noindex) hints.push("it asks not to be indexed");
  return hints;
}

export function pathOf(address: string): string {
  try {
    return new URL(address).pathname;
  } catch {
    return address;
  }
}
