/** What is known of requests that were asked for lately, by what the origin answered. */
import { Recent } from "../logs/recent.js";

interface Known<Verdict> {
  /** `undefined`: the verdict is the same for all. */
  readonly status: number | undefined;
  readonly verdict: Verdict;
  /** Of another status. */
  readonly next: Known<Verdict> | undefined;
  /** So many follow. */
  readonly others: number;
}

/** More statuses of one address are not remembered at a time. */
const MAX_STATUSES = 8;

export class Verdicts<Verdict> {
  readonly #recent: Recent<Known<Verdict>>;

  /** @param max so many addresses at least, and twice as many at most */
  constructor(max: number) {
    this.#recent = new Recent(max);
  }

  get(key: string, status: number): { readonly verdict: Verdict } | undefined {
    let known = this.#recent.get(key);
    while (known !== undefined && known.status !== undefined && known.status !== status) known = known.next;
    return known;
  }

  /** @param status `undefined`: the verdict is the same for all */
  set(key: string, status: number | undefined, verdict: Verdict): void {
    const known = status === undefined ? undefined : this.#recent.get(key);
    const next = known !== undefined && known.others < MAX_STATUSES - 1 ? known : undefined;
    this.#recent.set(key, { status, verdict, next, others: next === undefined ? 0 : next.others + 1 });
  }
}
