/** What a change of rules changes in the traffic of logs, by outcome. */
import type { Journey, JourneyStep } from "#dist/tools/traffic.js";
import { type Counted, Counter } from "../logs/counter.js";
import type { Alike } from "../logs/tally.js";
import type { Account } from "./account.js";
import { pathOf, withoutQuery } from "./address.js";

/** Requests that change alike. */
export interface Change {
  readonly kind: ChangeKind;
  readonly before: string;
  readonly after: string;
  count: number;
  /** The first few addresses, with what comes before and after. */
  readonly examples: Example[];
}

export interface Example {
  readonly url: string;
  readonly before: string;
  readonly after: string;
}

/** The kinds, the gravest first. */
export const KINDS = ["new loop", "may be missing", "answered otherwise", "redirected elsewhere", "no longer redirected", "newly redirected", "asks for something else", "loop resolved"] as const;
export type ChangeKind = (typeof KINDS)[number];

const MAX_EXAMPLES = 5;
const MAX_ADDRESSES = 50_000;

/** What matters of two journeys. */
interface Verdict {
  /** Where the log has a page, if it answered with one. */
  readonly path: string | undefined;
  readonly change: Omit<Change, "count" | "examples"> | undefined;
  readonly before: string;
  readonly after: string;
  /** What the new rules ask the origin for where the old ones answered: it may have nothing there. */
  readonly target: string | undefined;
}

interface Candidate {
  readonly target: string;
  readonly change: Omit<Change, "count" | "examples">;
  readonly example: Example;
}

export interface ComparisonPart {
  readonly requests: number;
  readonly invalid: number;
  readonly changed: number;
  readonly changes: readonly Change[];
  readonly candidates: Counted<Candidate>;
  readonly known: Counted<undefined>;
}

export class Comparison implements Account<Verdict, ComparisonPart> {
  requests = 0;
  invalid = 0;
  changed = 0;
  readonly #changes = new Map<string, Change>();
  /** Addresses that the old rules answered, and for which the new ones ask the origin. */
  readonly #candidates = new Counter<Candidate>(MAX_ADDRESSES);
  /** Paths where the log has a page. */
  readonly #known = new Counter<undefined>(MAX_ADDRESSES);
  readonly #shown: (url: string) => string;

  constructor(shown: (url: string) => string) {
    this.#shown = shown;
  }

  judge([before, after]: readonly Journey[]): Verdict {
    const [one, other] = [before!.steps[0], after!.steps[0]];
    const path = one.asked === null ? undefined : pathOf(one.asked);
    const kind = kindOf(before!, after!);
    if (kind === undefined) return { path, change: undefined, before: "", after: "", target: undefined };
    const asked = after!.steps.at(-1)!.asked;
    // Nothing is known of what the origin has there.
    const isOpen = (kind === "no longer redirected" || kind === "answered otherwise") && one.asked === null && asked !== null;
    return { path, change: { kind, before: general(one), after: general(other) }, before: this.#outcome(one), after: this.#outcome(other), target: isOpen ? pathOf(asked) : undefined };
  }

  see({ url, status, count }: Alike, verdict: Verdict | null): void {
    this.requests += count;
    if (verdict === null) {
      this.invalid += count;
      return;
    }
    const { path, change, before, after, target } = verdict;
    if (path !== undefined && status >= 200 && status < 300) this.#known.add(path, count, () => undefined);
    if (change === undefined) return;
    this.changed += count;
    const example = { url: this.#shown(url), before, after };
    if (target !== undefined) this.#candidates.add(withoutQuery(url), count, () => ({ target, change, example }));
    else this.#note(change, count, [example]);
  }

  part(): ComparisonPart {
    const { requests, invalid, changed } = this;
    return { requests, invalid, changed, changes: [...this.#changes.values()], candidates: this.#candidates.counted(), known: this.#known.counted() };
  }

  add({ requests, invalid, changed, changes, candidates, known }: ComparisonPart): void {
    this.requests += requests;
    this.invalid += invalid;
    this.changed += changed;
    for (const { count, examples, ...change } of changes) this.#note(change, count, examples);
    this.#candidates.addAll(candidates);
    this.#known.addAll(known);
  }

  /** The changes, the gravest and most frequent first. @param exists whether the site has a page at a path, where that is known */
  changes(exists: (path: string) => boolean): Change[] {
    for (const { count, value } of this.#candidates.top()) {
      const { target, change, example } = value;
      const isKnown = this.#known.has(target) || exists(target);
      this.#note(isKnown ? change : { ...change, kind: "may be missing" }, count, [example]);
    }
    return [...this.#changes.values()].sort((one, other) => KINDS.indexOf(one.kind) - KINDS.indexOf(other.kind) || other.count - one.count);
  }

  get isRough(): boolean {
    return this.#candidates.isRough || this.#known.isRough;
  }

  #note(change: Omit<Change, "count" | "examples">, count: number, examples: readonly Example[]): void {
    const key = `${change.kind} ${change.before} ${change.after}`;
    let known = this.#changes.get(key);
    if (known === undefined) this.#changes.set(key, (known = { ...change, count: 0, examples: [] }));
    known.count += count;
    for (const example of examples) {
      if (known.examples.length < MAX_EXAMPLES && !known.examples.some(({ url }) => url === example.url)) known.examples.push(example);
    }
  }

  #outcome({ status, location, asked }: JourneyStep): string {
    if (location !== null) return `${status} ${this.#shown(location)}`;
    return asked === null ? `${status} of a rule` : `asks ${this.#shown(asked)}`;
  }
}

function kindOf(before: Journey, after: Journey): ChangeKind | undefined {
  const [one, other] = [before.steps[0], after.steps[0]];
  if (after.loops && !before.loops) return "new loop";
  if (before.loops && !after.loops) return "loop resolved";
  if (one.location !== null && other.location !== null) return one.location === other.location && one.status === other.status ? undefined : "redirected elsewhere";
  if (one.location !== null) return "no longer redirected";
  if (other.location !== null) return "newly redirected";
  if ((one.asked === null) !== (other.asked === null) || one.status !== other.status) return "answered otherwise";
  return one.asked === other.asked ? undefined : "asks for something else";
}

/** By what requests are put together. */
function general({ status, location, asked }: JourneyStep): string {
  if (location !== null) return `${status} redirect`;
  return asked === null ? `${status} of a rule` : "the origin";
}
