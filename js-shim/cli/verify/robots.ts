/** What robots.txt allows (RFC 9309). */

export interface Robots {
  allows(address: string): boolean;
  /** Between two requests, in milliseconds, where the site says so. */
  readonly delay: number;
}

interface Group {
  readonly agents: string[];
  readonly rules: { readonly allow: boolean; readonly path: string }[];
  delay: number;
}

const NAME = "selvedge";
const MAX_DELAY = 10_000;
/** The RFC has crawlers read 500 KiB at least. */
const MAX_LENGTH = 500 * 1024;

export const EVERYTHING: Robots = { allows: () => true, delay: 0 };
export const NOTHING: Robots = { allows: () => false, delay: 0 };

export function readRobots(text: string): Robots {
  const groups: Group[] = [];
  let inAgents = false;
  for (const line of text.slice(0, MAX_LENGTH).split(/\r\n|\r|\n/)) {
    const [, name = "", value = ""] = /^\s*([A-Za-z-]+)\s*:\s*([^#]*)/.exec(line) ?? [];
    const field = name.toLowerCase();
    let group = groups.at(-1);
    if (field === "user-agent") {
      if (!inAgents || group === undefined) groups.push((group = { agents: [], rules: [], delay: 0 }));
      group.agents.push(value.trim().toLowerCase());
      inAgents = true;
    } else if (field !== "") {
      inAgents = false;
      if (group === undefined) continue;
      if (field === "allow" || field === "disallow") {
        if (value.trim() !== "") group.rules.push({ allow: field === "allow", path: value.trim() });
      } else if (field === "crawl-delay") group.delay = Math.min(Math.max(0, Number(value) * 1000 || 0), MAX_DELAY);
    }
  }
  const of = (agent: string): Group[] => groups.filter(({ agents }) => agents.includes(agent));
  const own = of(NAME);
  const counting = own.length > 0 ? own : of("*");
  const rules = counting.flatMap((group) => group.rules);
  return {
    delay: Math.max(0, ...counting.map(({ delay }) => delay)),
    allows(address) {
      const { pathname, search } = new URL(address);
      const path = pathname + search;
      // The longest path counts; of two alike, the one that allows.
      let best: { allow: boolean; length: number } = { allow: true, length: -1 };
      for (const { allow, path: pattern } of rules) {
        const { length } = pattern;
        if ((length > best.length || (length === best.length && allow)) && matches(pattern, path)) best = { allow, length };
      }
      return best.allow;
    },
  };
}

/** `*` is any text, and `$` at the end the end. Greedy from the left: no pattern takes longer than its length times the path's. */
function matches(pattern: string, path: string): boolean {
  const isAnchored = pattern.endsWith("$");
  const pieces = (isAnchored ? pattern.slice(0, -1) : pattern).split("*");
  const [first = "", ...others] = pieces;
  if (!path.startsWith(first)) return false;
  let at = first.length;
  for (const [number, piece] of others.entries()) {
    if (isAnchored && number === others.length - 1) return path.length - piece.length >= at && path.endsWith(piece);
    const found = path.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return !isAnchored || at === path.length;
}
