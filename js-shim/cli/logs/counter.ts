/** Counts what there may be millions of, in bounded memory: what is rare goes when there is too much. */

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

  get(key: string): T | undefined {
    return this.#counts.get(key)?.value;
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

  /** The rarer half. */
  #giveUp(): void {
    this.isRough = true;
    for (const { key } of this.top().slice(Math.ceil(this.#max / 2))) this.#counts.delete(key);
  }
}
