/** Remembers what was asked for lately, in bounded memory. */
export class Recent<Value> {
  #young = new Map<string, Value>();
  #old = new Map<string, Value>();
  readonly #max: number;

  /** @param max so many at least, and twice as many at most */
  constructor(max: number) {
    this.#max = max;
  }

  get(key: string): Value | undefined {
    const young = this.#young.get(key);
    if (young !== undefined) return young;
    const old = this.#old.get(key);
    if (old !== undefined) this.set(key, old);
    return old;
  }

  set(key: string, value: Value): void {
    if (this.#young.size >= this.#max) [this.#old, this.#young] = [this.#young, new Map()];
    this.#young.set(key, value);
  }
}
