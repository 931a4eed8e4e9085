/**
 * A bounded memo of the reader's own answers, by a text and two small numbers.
 *
 * A table where each answer has one place, found by the end of the text, and a newer one takes it. A `Map` would hash
 * the whole of a string that the JSON parser has just made, and need cleaning; here a miss costs next to nothing, so that
 * texts that never repeat do no harm.
 */
export class Answers<T> {
  private readonly table: (Answer<T> | undefined)[] = new Array<undefined>(SIZE).fill(undefined);

  get(text: string, kind: number, number: number): Answer<T> | undefined {
    const answer = this.table[placeOf(text, kind, number)];
    if (answer === undefined || answer.number !== number || answer.kind !== kind || answer.text !== text) return undefined;
    return answer;
  }

  /** Keeps an answer, and returns it. */
  keep(text: string, kind: number, number: number, value: T): T {
    this.table[placeOf(text, kind, number)] = { text, kind, number, value };
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

function placeOf(text: string, kind: number, number: number): number {
  const { length } = text;
  let hash = kind * 31 + number * 7 + length;
  for (let i = length > LOOKED_AT ? length - LOOKED_AT : 0; i < length; i++) hash = (hash * 31 + text.charCodeAt(i)) | 0;
  return (hash ^ (hash >>> 11)) & (SIZE - 1);
}
