/** Counts what there may be millions of, in bounded memory: what is rare goes when there is too much. */

/** What a counter holds, as another thread can have it: of each key the count and the value, at the same place. */
export interface Counted<T> {
  readonly keys: readonly string[];
  readonly counts: readonly number[];
  readonly values: readonly T[];
  readonly isRough: boolean;
}

export class Counter<T> {
  readonly #counts = new Map<string, { count: number; readonly value: T }>();
  readonly #max: number;
  /** Whether something was given up, so that small counts are too low. */
  isRough = false;

  constructor(max: number) {
    this.#max = max;
  }

  add(key: string, count: number, value: () => T): void {
    const known = this.#counts.get(key);
    if (known !== undefined) known.count += count;
    else {
      if (this.#counts.size >= this.#max) this.#giveUp();
      this.#counts.set(key, { count, value: value() });
    }
  }

  has(key: string): boolean {
    return this.#counts.has(key);
  }

  get size(): number {
    return this.#counts.size;
  }

  /** The most frequent, and their counts. */
  top(count = Infinity): { readonly key: string; readonly count: number; readonly value: T }[] {
    const all = [...this.#counts].map(([key, { count, value }]) => ({ key, count, value }));
    return all.sort((one, other) => other.count - one.count || (one.key < other.key ? -1 : 1)).slice(0, count);
  }

  counted(): Counted<T> {
    const all = [...this.#counts.values()];
    return { keys: [...this.#counts.keys()], counts: all.map(({ count }) => count), values: all.map(({ value }) => value), isRough: this.isRough };
  }

  addAll({ keys, counts, values, isRough }: Counted<T>): void {
    keys.forEach((key, at) => this.add(key, counts[at]!, () => values[at]!));
    this.isRough ||= isRough;
  }

  /** The rarer half; of those that are as frequent as each other, the later ones. */
  #giveUp(): void {
    this.isRough = true;
    const half = Math.ceil(this.#max / 2);
    const counts = Float64Array.from(this.#counts.values(), ({ count }) => count).sort().reverse();
    const least = counts[half - 1] ?? 0;
    let room = half - counts.findIndex((count) => count === least);
    for (const [key, { count }] of this.#counts) {
      if (count < least || (count === least && room-- <= 0)) this.#counts.delete(key);
    }
  }
}
