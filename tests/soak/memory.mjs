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
/** How much more JavaScript's heap may hold in the end. */
const TOLERANCE = { times: 1.1, bytes: 4 * MB };

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

  /** When all is warm: the middle one of three, as one alone may be taken at a bad moment. */
  get first() {
    return middle(this.#samples.slice(1, 4));
  }

  get last() {
    return middle(this.#samples.slice(-3));
  }

  /** What is wrong, or nothing. */
  verdict() {
    const { first, last } = this;
    const allowed = first.heap * TOLERANCE.times + TOLERANCE.bytes;
    if (last.heap > allowed) return `JavaScript's heap grew from ${text(first.heap)} to ${text(last.heap)}`;
    if (last.wasm > first.wasm) return `WebAssembly's memory grew from ${text(first.wasm)} to ${text(last.wasm)}`;
    return undefined;
  }
}

function middle(samples) {
  return [...samples].sort((a, b) => a.heap - b.heap)[Math.floor(samples.length / 2)];
}

export const text = (bytes) => `${(bytes / MB).toFixed(1)} MB`;
