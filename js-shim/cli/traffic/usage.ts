/** What logs say of rules: how often each matched and when, which addresses are missed, which go round in circles. */
import type { Journey } from "#dist/tools/traffic.js";
import type { Source } from "../input.js";
import { Counter } from "../logs/counter.js";
import type { Reading } from "../logs/read.js";
import { Replay } from "../logs/run.js";
import { type Alike, daysOf } from "../logs/tally.js";
import type { LogVerbOptions } from "../logs/verb.js";
import { byLine, type WrittenRule, writtenRules } from "./lines.js";

export interface Hits {
  count: number;
  readonly days: Map<string, number>;
  /** The first address that it matched. */
  example: string | undefined;
}

/** So many addresses are told apart. */
const MAX_ADDRESSES = 50_000;

export class Usage {
  readonly hits: readonly Hits[];
  /** All days of the logs. */
  readonly days = new Set<string>();
  requests = 0;
  /** Those that no HTTP request can be. */
  invalid = 0;
  /** Addresses without a page, by what was asked most. */
  readonly missing = new Counter<string>(MAX_ADDRESSES);
  readonly loops = new Counter<readonly string[]>(MAX_ADDRESSES);
  /** Addresses that are pages. */
  readonly pages = new Counter<string>(MAX_ADDRESSES);
  readonly #of: readonly number[];
  readonly #shown: (url: string) => string;

  /**
   * @param of of each rule by its number, which of the written ones it is
   * @param shown a URL as reports show it
   */
  constructor(count: number, of: readonly number[], shown: (url: string) => string) {
    this.hits = Array.from({ length: count }, () => ({ count: 0, days: new Map<string, number>(), example: undefined }));
    this.#of = of;
    this.#shown = shown;
  }

  see(request: Alike, journey: Journey | null): void {
    const { url, status, count } = request;
    this.requests += count;
    for (const [day] of daysOf(request)) this.days.add(day);
    if (journey === null) {
      this.invalid += count;
      return;
    }
    const [first] = journey.steps;
    for (const at of new Set(first.rules.map((rule) => this.#of[rule]!))) {
      const hits = this.hits[at]!;
      hits.count += count;
      hits.example ??= this.#shown(url);
      for (const [day, number] of daysOf(request)) hits.days.set(day, (hits.days.get(day) ?? 0) + number);
    }
    const address = withoutQuery(url);
    if (journey.loops) this.loops.add(address, count, () => [this.#shown(url), ...journey.steps.flatMap(({ location }) => (location === null ? [] : [this.#shown(location)]))]);
    // What rules answer is as they mean it.
    if (first.asked === null) return;
    // With the query where the report shows one.
    if (status === 404 || status === 410) {
      const asked = this.#shown(url);
      this.missing.add(asked, count, () => asked);
    } else if (status === 200 && isPage(address)) this.pages.add(pathOf(address), count, () => address);
  }
}

/** Sends the requests of logs through one set of rules. `shown`: see {@link Usage}. */
export async function usageOf(sources: readonly Source[], logs: readonly string[], options: LogVerbOptions, shown: (url: string) => string): Promise<{ readonly written: readonly WrittenRule[]; readonly usage: Usage; readonly reading: Reading }> {
  const replay = new Replay([sources], options.platform);
  const { written, of } = writtenRules(replay.roads[0]!.rules, byLine(sources));
  const usage = new Usage(written.length, of, shown);
  const reading = await replay.read(logs, options, (request, journey) => usage.see(request, journey ?? null));
  return { written, usage, reading };
}

export function withoutQuery(url: string): string {
  const mark = url.indexOf("?");
  return mark < 0 ? url : url.slice(0, mark);
}

export function pathOf(url: string): string {
  const path = withoutQuery(url).replace(/^[a-z]+:\/\/[^/]*/i, "");
  return path === "" ? "/" : path;
}

/** By its name: what has another ending is a file. */
export function isPage(url: string): boolean {
  return /(?:\/[^./]*|\.html?)$/i.test(pathOf(url));
}
