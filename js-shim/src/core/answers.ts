/**
 * A bounded memo of the reader's own answers, by a text and two small numbers.
 *
 * A direct-mapped cache: the end of the text selects the slot, and a newer entry replaces the old one. A `Map` would hash
 * the whole string, which the JSON parser has just made. A text is kept when it comes a second time: keeping each one that
 * never comes again costs more than asking the reader. Where texts hardly ever repeat, lookups are skipped as well.
 */
export class Answers<T> {
  private readonly table: (Answer<T> | undefined)[] = new Array<undefined>(SIZE).fill(undefined);
  /** The hash of what last had no answer, by place. */
  private readonly seen = new Int32Array(SIZE);
  private hash = 0;
  private hits = 0;
  private misses = 0;
  /** So many texts pass without a look. */
  private resting = 0;

  get(text: string, kind: number, number: number): Answer<T> | undefined {
    if (this.resting > 0) return undefined;
    const hash = hashOf(text, kind, number);
    this.hash = hash;
    const answer = this.table[hash & (SIZE - 1)];
    if (answer === undefined || answer.number !== number || answer.kind !== kind || answer.text !== text) {
      if (++this.misses === ROUND) this.judge();
      return undefined;
    }
    this.hits++;
    return answer;
  }

  /** After a round of misses: one hit in eight looks pays for them. */
  private judge(): void {
    if (this.hits * 7 < this.misses) this.resting = REST;
    this.hits = 0;
    this.misses = 0;
  }

  /** Offers the answer to what `get` was just asked, and returns it. */
  keep(text: string, kind: number, number: number, value: T): T {
    if (this.resting > 0) {
      this.resting--;
      return value;
    }
    const { hash } = this;
    const place = hash & (SIZE - 1);
    if (this.seen[place] === hash) this.table[place] = { text, kind, number, value };
    else this.seen[place] = hash;
    return value;
  }
}

interface Answer<T> {
  readonly text: string;
  readonly kind: number;
  readonly number: number;
  readonly value: T;
}

/** A power of two. */
const SIZE = 2048;
/** Misses before the hit rate is checked. */
const ROUND = 4096;
/** Lookups that are skipped when it is too low. */
const REST = 32768;
/** Paths differ at their end, or before a last segment that all of them have. */
const LOOKED_AT = 24;

function hashOf(text: string, kind: number, number: number): number {
  const { length } = text;
  let hash = kind * 31 + number * 7 + length;
  for (let i = length > LOOKED_AT ? length - LOOKED_AT : 0; i < length; i++) hash = (hash * 31 + text.charCodeAt(i)) | 0;
  return hash ^ (hash >>> 11);
}
