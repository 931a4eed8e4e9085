/** What logs say of rules: how often each matched and when, which addresses are missed, which go round in circles. */
import type { Journey } from "#dist/tools/traffic.js";
import { type Counted, Counter } from "../logs/counter.js";
import { type Alike, byDay } from "../logs/tally.js";
import type { Account } from "./account.js";
import { isPage, pathOf, withoutQuery } from "./address.js";

export interface Hits {
  count: number;
  readonly days: Map<string, number>;
  /** The first address that it matched. */
  readonly example: string;
}

/** What matters of a journey. */
interface Verdict {
  /** Which of the written rules matched. */
  readonly rules: readonly number[];
  readonly isAnswered: boolean;
  /** Where the redirects lead, if they go round in circles. */
  readonly circle: readonly string[] | undefined;
}

export interface UsagePart {
  readonly requests: number;
  readonly invalid: number;
  readonly days: ReadonlySet<string>;
  readonly hits: ReadonlyMap<number, Hits>;
  readonly missing: Counted<undefined>;
  readonly loops: Counted<readonly string[]>;
  readonly pages: Counted<undefined>;
}

/** So many addresses are told apart. */
const MAX_ADDRESSES = 50_000;
/** Of most requests: no rule matches. */
const NOTHING: Verdict = { rules: [], isAnswered: false, circle: undefined };

export class Usage implements Account<Verdict, UsagePart> {
  /** By the numbers of written rules, of those that were hit. */
  readonly hits = new Map<number, Hits>();
  /** All days of the logs. */
  readonly days = new Set<string>();
  requests = 0;
  /** Those that no HTTP request can be. */
  invalid = 0;
  /** Addresses without a page, by what was asked most. */
  readonly missing = new Counter<undefined>(MAX_ADDRESSES);
  readonly loops = new Counter<readonly string[]>(MAX_ADDRESSES);
  /** Paths that are pages. */
  readonly pages = new Counter<undefined>(MAX_ADDRESSES);
  readonly #of: readonly number[];
  readonly #shown: (url: string) => string;

  /**
   * @param of of each rule by its number, which of the written ones it is
   * @param shown a URL as reports show it
   */
  constructor(of: readonly number[], shown: (url: string) => string) {
    this.#of = of;
    this.#shown = shown;
  }

  judge([journey]: readonly Journey[]): Verdict {
    const { steps, loops } = journey!;
    const [first] = steps;
    if (first.rules.length === 0 && first.asked !== null && !loops) return NOTHING;
    return {
      rules: [...new Set(first.rules.map((rule) => this.#of[rule]!))],
      isAnswered: first.asked === null,
      circle: loops ? steps.flatMap(({ location }) => (location === null ? [] : [this.#shown(location)])) : undefined,
    };
  }

  see(request: Alike, verdict: Verdict | null): void {
    const { url, status, count } = request;
    this.requests += count;
    byDay(request, (day) => this.days.add(day));
    if (verdict === null) {
      this.invalid += count;
      return;
    }
    for (const at of verdict.rules) {
      const hits = this.#hitsOf(at, () => this.#shown(url));
      hits.count += count;
      byDay(request, (day, some) => hits.days.set(day, (hits.days.get(day) ?? 0) + some));
    }
    const address = withoutQuery(url);
    const { circle } = verdict;
    if (circle !== undefined) this.loops.add(address, count, () => [this.#shown(url), ...circle]);
    // What rules answer is as they mean it.
    if (verdict.isAnswered) return;
    // With the query where the report shows one.
    if (status === 404 || status === 410) this.missing.add(this.#shown(url), count, () => undefined);
    else if (status === 200 && isPage(address)) this.pages.add(pathOf(address), count, () => undefined);
  }

  part(): UsagePart {
    const { requests, invalid, days, hits } = this;
    return { requests, invalid, days, hits, missing: this.missing.counted(), loops: this.loops.counted(), pages: this.pages.counted() };
  }

  add({ requests, invalid, days, hits, missing, loops, pages }: UsagePart): void {
    this.requests += requests;
    this.invalid += invalid;
    for (const day of days) this.days.add(day);
    for (const [at, { count, days: counted, example }] of hits) {
      const own = this.#hitsOf(at, () => example);
      own.count += count;
      for (const [day, number] of counted) own.days.set(day, (own.days.get(day) ?? 0) + number);
    }
    this.missing.addAll(missing);
    this.loops.addAll(loops);
    this.pages.addAll(pages);
  }

  #hitsOf(at: number, example: () => string): Hits {
    let hits = this.hits.get(at);
    if (hits === undefined) this.hits.set(at, (hits = { count: 0, days: new Map(), example: example() }));
    return hits;
  }
}
