/** Lines of a file as findings show them: the place that is meant in sight, and nothing that would steer a terminal. */
import { printable } from "./printable.js";
import { widthOf } from "./width.js";

const TAB = 4;

export class Lines {
  readonly #lines: string[];
  readonly #plain = new Map<number, boolean>();
  /** The last character that was looked for: those of one line mostly come in order, and a line may be the whole file. */
  #last = { line: 0, column: 0, offset: 0 };

  constructor(text: string) {
    this.#lines = text.replace(/^\ufeff/, "").split(/\r?\n/);
  }

  /** A line as it is shown, in three pieces, of which the second is what is meant. Long ones are clipped around that. */
  around(line: number, column: number, length: number, width: number): { before: string; marked: string; after: string } {
    const text = this.#lines[line - 1] ?? "";
    const start = this.#offset(line, text, column - 1);
    // More than fits is never looked at: a line may have a million characters.
    const most = 4 * Math.max(width, 20);
    const end = start + sliceOf(text.slice(start, start + most), length);
    const [head, tail] = [text.slice(Math.max(0, start - most), start), text.slice(end, end + most)];
    return clip({ before: shown(head), marked: shown(text.slice(start, end)), after: shown(tail) }, Math.max(width, 20), start > most);
  }

  /** The index of a character. Columns count characters, and those beyond U+FFFF take two places in a string. */
  #offset(line: number, text: string, column: number): number {
    let plain = this.#plain.get(line);
    if (plain === undefined) this.#plain.set(line, (plain = !/[\ud800-\udfff]/.test(text)));
    if (plain) return Math.min(column, text.length);
    const from = this.#last.line === line && this.#last.column <= column ? this.#last : { column: 0, offset: 0 };
    const offset = from.offset + sliceOf(text, column - from.column, from.offset);
    this.#last = { line, column, offset };
    return offset;
  }
}

/** How long the first `count` characters of a text are, counted from `start`. */
function sliceOf(text: string, count: number, start = 0): number {
  let at = start;
  for (let left = count; left > 0 && at < text.length; left--) at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
  return at - start;
}

interface MarkedLine {
  readonly before: string;
  readonly marked: string;
  readonly after: string;
}

/** Keeps what is meant in sight: a third of the room for what is before it. */
function clip({ before, marked, after }: MarkedLine, width: number, cut: boolean): MarkedLine {
  const all = widthOf(before) + widthOf(marked) + widthOf(after);
  if (all <= width && !cut) return { before, marked, after };
  const room = Math.max(Math.floor(width / 3), width - widthOf(marked) - widthOf(after));
  const head = cut || widthOf(before) > room ? `…${fitting(before, room - 1, true)}` : before;
  const middle = fitting(marked, width - widthOf(head), false);
  if (middle.length < marked.length) return { before: head, marked: middle, after: "…" };
  const rest = width - widthOf(head) - widthOf(middle);
  return { before: head, marked: middle, after: widthOf(after) > rest ? `${fitting(after, rest - 1, false)}…` : after };
}

/** As much of a text as takes `width` columns, from its end or its beginning. */
function fitting(text: string, width: number, fromEnd: boolean): string {
  const characters = [...text];
  if (fromEnd) characters.reverse();
  let room = width;
  let count = 0;
  for (const character of characters) {
    room -= widthOf(character);
    if (room < 0) break;
    count++;
  }
  const kept = characters.slice(0, count);
  return (fromEnd ? kept.reverse() : kept).join("");
}

/** Text of a file as it can be printed: tabs as blanks, and nothing that would steer the terminal or turn text around. */
function shown(text: string): string {
  return printable(text.replaceAll("\t", " ".repeat(TAB)));
}
