/**
 * Decisions of a stage that looks at a path only by how it ends, remembered by the set of endings: the path itself need
 * not cross the border to the reader.
 */
import { remember } from "./border.js";

/** A decision for each combination of the numbers that a stage looks at, for one set of endings. */
interface Slot<T> {
  key: number;
  value: T;
  readonly others: Map<number, T>;
}

const MEMO = 256;
/** As in `%2E`: an escape that begins before an ending may reach into it. */
const ESCAPE = 2;

export class Endings<T> {
  private readonly endings: readonly string[];
  private readonly window: number;
  private readonly slots: (Slot<T> | undefined)[];

  constructor(endings: readonly string[]) {
    this.endings = endings;
    this.window = Math.max(1, ...endings.map(({ length }) => length)) + ESCAPE;
    this.slots = new Array<undefined>(1 << endings.length).fill(undefined);
  }

  /** Which of the endings a path has, as bits; -1 where only the reader can tell. */
  bits(path: string): number {
    const { length } = path;
    if (length < this.window) return -1;
    for (let i = length - this.window; i < length; i++) if (!isPlain(path.charCodeAt(i))) return -1;
    // "/." and "/.." are folders.
    if (path.charCodeAt(length - 1) === DOT) return -1;
    const { endings } = this;
    let bits = 0;
    for (let i = 0; i < endings.length; i++) if (path.endsWith(endings[i]!)) bits |= 1 << i;
    return bits;
  }

  get(bits: number, key: number): T | undefined {
    const slot = this.slots[bits];
    if (slot === undefined) return undefined;
    return slot.key === key ? slot.value : slot.others.get(key);
  }

  keep(bits: number, key: number, value: T): T {
    const slot = this.slots[bits];
    if (slot === undefined) {
      this.slots[bits] = { key, value, others: new Map([[key, value]]) };
    } else {
      remember(slot.others, MEMO, key, value);
      slot.key = key;
      slot.value = value;
    }
    return value;
  }
}

const DOT = 0x2e;

/** A character that stands for itself in a normalised path, by a table that is cheaper than comparing. */
function isPlain(unit: number): boolean {
  return unit < 0x80 && (PLAIN[unit >> 5]! & (1 << (unit & 31))) !== 0;
}

const PLAIN = new Int32Array(4);
for (let unit = 0x21; unit < 0x7f; unit++) {
  if (!'"#%<>?\\^`{}'.includes(String.fromCharCode(unit))) PLAIN[unit >> 5]! |= 1 << (unit & 31);
}
