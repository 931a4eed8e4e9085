/** What of a file says how its other lines are read, gathered block by block. */
import { InputError } from "../input-error.js";
import { readerOf } from "./formats.js";

const NEWLINE = 0x0a;

export class Context {
  readonly #names: readonly string[] | undefined;
  #first: string | undefined;
  /** In the extended format of the W3C: the last names of fields, and the first line after them, which says what separates them. */
  #fields: string | undefined;
  #sample: string | undefined;

  /** @param names of the fields of lines without a header */
  constructor(names: readonly string[] | undefined) {
    this.#names = names;
  }

  /** The lines that are to be known for a block. Blocks come in their order. */
  of(block: Buffer): string[] {
    if (this.#first === undefined) {
      this.#first = firstLine(block, 0, (line) => line !== "");
      if (this.#first === undefined) return [];
      if (readerOf(this.#first, this.#names) === undefined) throw new InputError("is in no format that is known; for lines without names, add --fields");
    }
    if (!this.#first.startsWith("#")) return [this.#first];
    const lines = [this.#fields ?? this.#first, ...(this.#fields !== undefined && this.#sample !== undefined ? [this.#sample] : [])];
    this.#passed(block);
    return lines;
  }

  /** What the blocks after this one are to know of it. */
  #passed(block: Buffer): void {
    const at = lastFields(block);
    if (at >= 0) [this.#fields, this.#sample] = [lineAt(block, at), undefined];
    if (this.#fields !== undefined) this.#sample ??= firstLine(block, Math.max(at, 0), (line) => line !== "" && !line.startsWith("#"));
  }
}

/** Where the last line begins that names fields; -1: there is none. */
function lastFields(block: Buffer): number {
  for (let end = block.length; end > 0; ) {
    const mark = block.lastIndexOf("\n#", end - 1);
    if (mark < 0) break;
    if (isFields(lineAt(block, mark + 1))) return mark + 1;
    end = mark;
  }
  return isFields(lineAt(block, 0)) ? 0 : -1;
}

function isFields(line: string): boolean {
  return /^#Fields:/i.test(line);
}

function lineAt(block: Buffer, from: number): string {
  const end = block.indexOf(NEWLINE, from);
  return block.toString("utf8", from, end < 0 ? block.length : end).replace(/^\ufeff|\r$/g, "");
}

function firstLine(block: Buffer, from: number, is: (line: string) => boolean): string | undefined {
  for (let at = from; at < block.length; ) {
    const line = lineAt(block, at);
    if (is(line)) return line;
    const end = block.indexOf(NEWLINE, at);
    at = end < 0 ? block.length : end + 1;
  }
  return undefined;
}
