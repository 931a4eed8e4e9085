/** The pages of a site, by following its links: bounded, on one host, and only where robots.txt allows it. */
import { InputError } from "../input-error.js";
import type { Client } from "./client.js";
import { each, NoAnswer } from "./client.js";
import { readPage, resolved } from "./page.js";
import { EVERYTHING, NOTHING, readRobots, type Robots } from "./robots.js";

export interface Crawled {
  /** Addresses that answered with a page, in the order in which they were found. */
  readonly pages: readonly string[];
  readonly titles: ReadonlyMap<string, string>;
  /** Addresses that robots.txt keeps for itself. */
  readonly kept: number;
  /** Addresses that did not answer, or failed: what they link to is not known. */
  readonly unread: readonly { readonly address: string; readonly problem: string }[];
  /** Whether there was more than `max`. */
  readonly isCut: boolean;
}

/** Redirects on the way to one page; they do not count as pages. */
const MAX_HOPS = 10;

export async function crawl(start: string, max: number, client: Client, moved: (pages: number) => void): Promise<Crawled> {
  const first = resolved(start, start);
  if (first === undefined) throw new InputError(`${JSON.stringify(start)} is not an address`, { help: "write: --crawl https://old.example" });
  const { origin } = new URL(first);
  // RFC 9309 §2.3.1.4: nothing is allowed where the file cannot be reached.
  const robots = await robotsOf(origin, client).catch((error: unknown) => {
    throw error instanceof NoAnswer ? new InputError(error.message, { where: `${origin}/robots.txt` }) : error;
  });
  client.slowDown(origin, robots.delay);
  const pages: string[] = [];
  const titles = new Map<string, string>();
  const seen = new Set([first]);
  const unread: { address: string; problem: string }[] = [];
  /** Where the site redirects to. */
  const leads = new Map<string, string>();
  let [kept, linked, isCut] = [0, 1, false];
  // Level by level, so that what is linked from the front pages comes first.
  for (let level = [first]; level.length > 0; ) {
    const next: string[] = [];
    const found = (address: string): void => {
      if (new URL(address).origin !== origin || seen.has(address)) return;
      if (linked >= max) isCut = true;
      else {
        linked++;
        seen.add(address);
        next.push(address);
      }
    };
    /** Whether redirects lead from one address to another. */
    const isReached = (address: string, from: string): boolean => {
      let at: string | undefined = from;
      for (let hop = 0; at !== undefined && hop <= MAX_HOPS; hop++) {
        if (at === address) return true;
        at = leads.get(at);
      }
      return false;
    };
    /** Follows redirects on the site to a page. @returns why there is none that could be read */
    const read = async (start: string): Promise<string | undefined> => {
      for (let address = start, hops = 0; ; hops++) {
        if (!robots.allows(address)) return void kept++;
        const { status, location, type, body } = await client.get(address);
        const target = status >= 300 && status < 400 && location !== undefined ? resolved(location, address) : undefined;
        if (target !== undefined && new URL(target).origin === origin) {
          leads.set(address, target);
          if (isReached(address, target)) return "redirects in circles";
          if (hops === MAX_HOPS) return `more than ${MAX_HOPS} redirects`;
          // Another link, or another redirect, led there.
          if (seen.has(target)) return undefined;
          seen.add(target);
          address = target;
          continue;
        }
        if (status >= 500 || status === 429) return `answers ${status}`;
        if (status !== 200) return undefined;
        pages.push(address);
        moved(pages.length);
        if (!/html/i.test(type)) return undefined;
        const { title, links } = readPage(body, address);
        if (title !== undefined) titles.set(address, title);
        links.forEach(found);
        return undefined;
      }
    };
    await each(level, client.concurrency, async (address) => {
      const problem = await read(address).catch((error: unknown) => {
        if (error instanceof NoAnswer) return error.message;
        throw error;
      });
      if (problem !== undefined) unread.push({ address, problem });
    });
    level = next;
  }
  if (pages.length === 0) throw new InputError(unread[0]?.problem ?? (kept > 0 ? "robots.txt allows nothing there" : "there is no page"), { where: start });
  return { pages, titles, kept, unread, isCut };
}

/** RFC 9309 §2.3.1: without the file everything is allowed; where the site fails, nothing. */
async function robotsOf(origin: string, client: Client): Promise<Robots> {
  const { status, location, body } = await client.get(`${origin}/robots.txt`);
  const moved = location === undefined ? undefined : resolved(location, origin);
  if (status >= 300 && status < 400 && moved !== undefined) {
    const again = await client.get(moved);
    return again.status === 200 ? readRobots(again.body) : EVERYTHING;
  }
  if (status >= 500) return NOTHING;
  return status === 200 ? readRobots(body) : EVERYTHING;
}
