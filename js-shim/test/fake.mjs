// A reader in JavaScript with the raw exports of the one in WebAssembly, and plans for it: the shim's half of the
// format, laid out by hand.

export const OPS = {
  setPath: 1, appendPath: 2, setQuery: 3, setOrigin: 4, answer: 5,
  remove: 8, removeWildcard: 9, default: 10, set: 11, append: 12, vary: 13, replace: 14,
};
export const KINDS = { path: 0, query: 1, method: 2, clientIp: 6, id: 7, header: 16, responseHeader: 17 };

/**
 * @param stages by number: { inputs: [[kind, name]], accept, status, foreignNote }
 * @param blocks numbers of the stages that block where the reader traps
 * @param lists  by name: [[code, name, value, flags, status]]
 * @returns bytes, and the offsets of lists and of their ops
 */
export function planOf({ stages = {}, lists = {}, maxUri = 8192, blocks = [], platform = 0 }) {
  const text = new TextEncoder();
  const chunks = [];
  let size = 42 * 4;
  const push = (bytes) => {
    const at = size;
    chunks.push(bytes);
    size += bytes.length;
    const odd = size % 4;
    if (odd) { chunks.push(new Uint8Array(4 - odd)); size += 4 - odd; }
    return at;
  };
  const words = (numbers) => new Uint8Array(new Uint32Array(numbers).buffer);
  const string = (value) => { const bytes = text.encode(value); return [push(bytes), bytes.length]; };
  const head = new Uint32Array(42);
  const offsets = {};
  for (const [name, ops] of Object.entries(lists)) {
    const record = ops.map(([code, header = "", value = "", flags = 0, status = 0]) =>
      [code | (flags << 8) | (status << 16), ...string(header), ...string(value)]);
    offsets[name] = push(words([ops.length, ...record.flat()]));
  }
  for (const [index, { inputs = [], accept = false, status = false, foreignNote = false }] of Object.entries(stages)) {
    const record = inputs.map(([kind, name = ""]) => [kind, ...string(name)]);
    head[9 + Number(index)] = push(words([accept | (status << 1) | (foreignNote << 3), inputs.length, ...record.flat()]));
  }
  const flags = blocks.reduce((bits, stage) => bits | (0x100 << stage), 0);
  head.set([0x47564c53, 3, size, 0, 0, 0, flags, platform, maxUri]);
  const bytes = new Uint8Array(size);
  bytes.set(new Uint8Array(head.buffer));
  let at = 42 * 4;
  for (const chunk of chunks) { bytes.set(chunk, at); at += chunk.length; }
  return { bytes, at: offsets, op: (name, i = 0) => offsets[name] + 4 + i * 20 };
}

/**
 * @param decide (stage, fields, accept, status) → 0, an offset, or an array of offsets and [op, text]
 * @param ask    (op, text) → boolean or string
 */
export function readerOf({ decide = () => 0, ask = () => false, accept = () => 1, small = false, code = 0 }) {
  const memory = new WebAssembly.Memory({ initial: 4 });
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const OUTPUT = 1024;
  const TEXTS = 8192;
  const INPUT = 131072;
  let room = small ? 16 : Infinity;
  const reader = {
    memory,
    calls: 0,
    texts: [],
    plan_reserve: () => 65536,
    plan_load: () => code,
    input(len) {
      const end = INPUT + len;
      if (end > memory.buffer.byteLength) memory.grow(Math.ceil((end - memory.buffer.byteLength) / 65536));
      return INPUT;
    },
    output: () => OUTPUT,
    grow() { room *= 2; memory.grow(1); },
    accept: (len) => accept(textOf(len)),
    decide(stage, len, acceptClass, status) {
      reader.calls++;
      if (len > room) return -1;
      const fields = textOf(len).split("\0");
      reader.texts.push(fields);
      const decision = decide(stage, fields, acceptClass, status);
      if (typeof decision === "number") return decision;
      let at = TEXTS;
      const words = decision.flatMap((word) => {
        if (typeof word === "number") return [word];
        const bytes = new TextEncoder().encode(word[1]);
        new Uint8Array(memory.buffer).set(bytes, at);
        at += bytes.length;
        return [0x80000000 + word[0], at - bytes.length, bytes.length];
      });
      new Uint32Array(memory.buffer, OUTPUT).set(words);
      return (0x80000000 | words.length) | 0;
    },
    ask(op, len) {
      reader.calls++;
      if (len > room) return -1;
      const answer = ask(op, textOf(len));
      if (typeof answer === "boolean") return answer ? 1 : 0;
      const bytes = new TextEncoder().encode(answer);
      new Uint8Array(memory.buffer).set(bytes, TEXTS);
      new Uint32Array(memory.buffer, OUTPUT).set([TEXTS, bytes.length]);
      return 1;
    },
  };
  const textOf = (len) => decoder.decode(new Uint8Array(memory.buffer, INPUT, len));
  return reader;
}
