/** Memory that blocks of logs are read into, again and again: what is left to be tidied up is most of what a long log would take. */

/** In bytes, of a block. No request line is so long that a server takes it: such a line is passed over, and counted. */
export const BLOCK = 1 << 20;

export class Rooms {
  readonly #free: ArrayBuffer[] = [];

  take(): Buffer {
    return Buffer.from(this.#free.pop() ?? new ArrayBuffer(BLOCK));
  }

  /** Gives back what a block was in. */
  give({ buffer }: Uint8Array): void {
    if (buffer instanceof ArrayBuffer && buffer.byteLength === BLOCK) this.#free.push(buffer);
  }
}
