/**
 * A bounded memo of the reader's own answers, by a text and two small numbers.
 *
 * A table where each answer has one place, found by the end of the text, and a newer one takes it. A `Map` would hash
 * the whole of a string that the JSON parser has just made. Only what comes a second time is kept: keeping every text
 * that never comes again costs more than asking the reader.
 */
export class Answers<T> {
  private readonly table: (Answer<T> | undefined)[] = new Array<undefined>(SIZE).fill(undefined);
  /** The hash of what last had no answer, by place. */
  private readonly seen = new Int32Array(SIZE);
  private hash = 0;

  get(text: string, kind: number, number: number): Answer<T> | undefined {
    const hash = hashOf(text, kind, number);
    this.hash = hash;
    const answer = this.table[hash & (SIZE - 1)];
    if (answer === undefined || answer.number !== number || answer.kind !== kind || answer.text !== text) return undefined;
    return answer;
  }

  /** Offers the answer to what `get` was just asked, and returns it. */
  keep(text: string, kind: number, number: number, value: T): T {
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
/** Paths differ at their end. */
const LOOKED_AT = 12;

function hashOf(text: string, kind: number, number: number): number {
  const { length } = text;
  let hash = kind * 31 + number * 7 + length;
  for (let i = length > LOOKED_AT ? length - LOOKED_AT : 0; i < length; i++) hash = (hash * 31 + text.charCodeAt(i)) | 0;
  return hash ^ (hash >>> 11);
}
