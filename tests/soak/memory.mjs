// What is in use: JavaScript's heap after a collection, and the memory of every WebAssembly instance that is alive.
const memories = new Set();
const Instance = WebAssembly.Instance;
// The package makes its instances by `new`; each is noted until it is collected.
WebAssembly.Instance = new Proxy(Instance, {
  construct(target, args) {
    const instance = Reflect.construct(target, args);
    if (instance.exports.memory !== undefined) memories.add(new WeakRef(instance.exports.memory));
    return instance;
  },
});

const MB = 1024 * 1024;
/** How many times a run measures. */
export const SAMPLES = 40;
/** How much more JavaScript's heap may hold in the end. */
const TOLERANCE = 2 * MB;

/** Measures now and then, and says whether memory stayed what it was. */
export class Memory {
  #samples = [];

  async sample() {
    // What finalizers free is free after a turn of the event loop.
    for (let n = 0; n < 2; n++) {
      globalThis.gc();
      await new Promise((resolve) => setImmediate(resolve));
    }
    let wasm = 0;
    for (const memory of memories) {
      const alive = memory.deref();
      if (alive === undefined) memories.delete(memory);
      else wasm += alive.buffer.byteLength;
    }
    this.#samples.push({ heap: process.memoryUsage().heapUsed, wasm });
  }

  /** The second quarter: by then all is warm. */
  get first() {
    return this.#least(1);
  }

  /** The last quarter. */
  get last() {
    return this.#least(3);
  }

  /** JavaScript's heap at each time, for a look at the curve. */
  get curve() {
    return this.#samples.map(({ heap }) => (heap / MB).toFixed(1)).join(" ");
  }

  /** What is wrong, or nothing. */
  verdict() {
    const { first, last } = this;
    if (last.heap > first.heap + TOLERANCE) return `JavaScript's heap grew from ${text(first.heap)} to ${text(last.heap)}: ${this.curve}`;
    if (last.wasm > first.wasm) return `WebAssembly's memory grew from ${text(first.wasm)} to ${text(last.wasm)}`;
    return undefined;
  }

  /** What is only in use for a moment differs from time to time; what has leaked is in the least of them, too. */
  #least(quarter) {
    const samples = this.#samples.slice((quarter * SAMPLES) / 4, ((quarter + 1) * SAMPLES) / 4);
    const least = (of) => Math.min(...samples.map(of));
    return { heap: least(({ heap }) => heap), wasm: least(({ wasm }) => wasm) };
  }
}

export const text = (bytes) => `${(bytes / MB).toFixed(1)} MB`;
