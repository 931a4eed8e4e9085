/** JSON of arrays as lines: each object of an array becomes a line of its own, however the array is written. */

const [NEWLINE, RETURN, TAB, SPACE, QUOTE, COMMA, OPEN_LIST, BACKSLASH, CLOSE_LIST, OPEN, CLOSE] = [0x0a, 0x0d, 0x09, 0x20, 0x22, 0x2c, 0x5b, 0x5c, 0x5d, 0x7b, 0x7d] as const;
const MARK = Buffer.from("\ufeff");

/** The bytes of a file; those of one that begins with an array are cut into lines. */
export async function* withItemsAsLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let items: Items | undefined;
  let isKnown = false;
  for await (const chunk of chunks) {
    const text: Buffer = !isKnown && chunk.subarray(0, MARK.length).equals(MARK) ? chunk.subarray(MARK.length) : chunk;
    if (!isKnown) {
      const first: number | undefined = text.find((byte: number) => !isBlank(byte));
      isKnown = first !== undefined;
      if (first === OPEN_LIST) items = new Items();
    }
    yield items === undefined ? chunk : items.linesOf(text);
  }
}

function isBlank(byte: number): boolean {
  return byte === SPACE || byte === NEWLINE || byte === RETURN || byte === TAB;
}

/** Lines outside of objects stay as they are, so that an array with an item on each line is counted as it is written. */
class Items {
  #depth = 0;
  #isText = false;
  #isEscaped = false;
  /** A line feed was seen in an object, and what follows it was not. */
  #isBroken = false;
  /** The line has something by now. */
  #isFilled = false;
  #isSeparated = false;
  #to = Buffer.alloc(0);
  #length = 0;

  linesOf(chunk: Buffer): Buffer {
    // A line feed at most is added to each byte.
    this.#to = Buffer.allocUnsafe(2 * chunk.length);
    this.#length = 0;
    for (const byte of chunk) {
      if (this.#isText) this.#inText(byte);
      else if (this.#depth > 0) this.#inObject(byte);
      else this.#between(byte);
    }
    return this.#to.subarray(0, this.#length);
  }

  #put(byte: number): void {
    this.#to[this.#length++] = byte;
    this.#isFilled = byte !== NEWLINE;
  }

  #between(byte: number): void {
    if (byte === NEWLINE) {
      this.#isSeparated = false;
      this.#put(byte);
    } else if (byte === COMMA || byte === OPEN_LIST || byte === CLOSE_LIST) {
      this.#isSeparated = true;
    } else if (!isBlank(byte)) {
      if (this.#isSeparated && this.#isFilled) this.#put(NEWLINE);
      this.#isSeparated = false;
      this.#put(byte);
      if (byte === OPEN) this.#depth = 1;
    }
  }

  #inObject(byte: number): void {
    // An object that was cut off: the next line begins with another.
    if (this.#isBroken && byte === OPEN) this.#depth = 0;
    if (this.#isBroken) this.#put(this.#depth === 0 ? NEWLINE : SPACE);
    this.#isBroken = byte === NEWLINE;
    if (this.#isBroken) return;
    this.#put(byte);
    if (byte === QUOTE) this.#isText = true;
    else if (byte === OPEN || byte === OPEN_LIST) this.#depth++;
    else if (byte === CLOSE || byte === CLOSE_LIST) this.#depth--;
    if (this.#depth === 0) this.#isSeparated = true;
  }

  #inText(byte: number): void {
    // No text of JSON has one as it is: the line was cut off.
    if (byte === NEWLINE) [this.#isText, this.#isEscaped, this.#depth, this.#isSeparated] = [false, false, 0, false];
    else if (this.#isEscaped) this.#isEscaped = false;
    else if (byte === BACKSLASH) this.#isEscaped = true;
    else if (byte === QUOTE) this.#isText = false;
    this.#put(byte);
  }
}
