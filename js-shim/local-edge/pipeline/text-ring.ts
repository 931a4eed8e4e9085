/**
 * The last texts, by their names, in memory that is taken once. As objects, or as strings, thousands of them would be old
 * before they are let go, and the process would grow with every request.
 */
export class TextRing {
  readonly #bytes: Buffer;
  /** Where each one is. In the order in which they came, which is that of what has to go first. */
  readonly #places = new Map<string, { readonly start: number; readonly end: number }>();
  #at = 0;

  /**
   * @param bytes for all texts; a longer one is not kept
   * @param most how many are kept
   */
  constructor(
    bytes: number,
    readonly most: number,
  ) {
    this.#bytes = Buffer.alloc(bytes);
  }

  keep(name: string, text: string): void {
    const length = Buffer.byteLength(text);
    if (length > this.#bytes.length) return;
    this.#places.delete(name);
    if (this.#at + length > this.#bytes.length) {
      this.#drop(({ start }) => start >= this.#at);
      this.#at = 0;
    }
    const [start, end] = [this.#at, this.#at + length];
    this.#drop((old) => old.start < end && old.end > start);
    this.#bytes.write(text, start);
    this.#places.set(name, { start, end });
    this.#at = end;
    this.#drop(() => this.#places.size > this.most);
  }

  find(name: string): string | undefined {
    const place = this.#places.get(name);
    return place && this.#bytes.toString("utf8", place.start, place.end);
  }

  /** The one that came last is the last. */
  *all(): Generator<string> {
    for (const { start, end } of this.#places.values()) yield this.#bytes.toString("utf8", start, end);
  }

  clear(): void {
    this.#places.clear();
    this.#at = 0;
  }

  /** The oldest ones, as long as it holds for them. */
  #drop(isGone: (place: { readonly start: number; readonly end: number }) => boolean): void {
    for (const [name, place] of this.#places) {
      if (!isGone(place)) return;
      this.#places.delete(name);
    }
  }
}
