/**
 * The border between JavaScript and the reader in WebAssembly: text goes in, numbers come out.
 *
 * Nothing here knows a platform. A trap leaves as the exception it is; whoever catches it calls `rebuild`.
 */
import * as Answer from "../generated/layout/answer.js";
import * as Decision from "../generated/layout/decision.js";
import * as Op from "../generated/layout/op.js";
import { PlanBytes, PlanError } from "./plan.js";

/** The raw exports of a reader. */
export interface Reader {
  readonly memory: { readonly buffer: ArrayBufferLike };
  plan_reserve(len: number): number;
  plan_load(len: number): number;
  input(len: number): number;
  output(): number;
  decide(stage: number, len: number, accept: number, status: number): number;
  ask(op: number, len: number): number;
  accept(len: number): number;
  grow(): void;
}

/** Makes a new instance of the reader: at load, and again after a trap. */
export type Instantiate = () => Reader;

/** Below this many characters a loop beats `encodeInto`, whose call has a fixed price. */
const SHORT = 12;
/** What the reader has from the start. */
const FIRST_INPUT = 16384;
/** WebAssembly gives no memory back: after a message that took more than this, the next small one gets a new reader. */
const MAX_KEPT = 1 << 22;
const ACCEPT_MEMO = 256;
/** Longer values are rare, and would make a full memo large. */
const MEMO_TEXT = 256;

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** A view of the reader's memory; Node's has a faster way to make strings. */
interface Memory extends Uint8Array {
  utf8Slice?(start: number, end: number): string;
}

/** Lines whose characters are bytes: how they cross the border as they are, UTF-8 or not. */
export interface Bytes {
  write(line: string, into: Uint8Array): number;
  read(from: Uint8Array): string;
}

/** The parts of a decision that is not one constant: ops as they stand in the plan, and texts for those without one. */
export interface Parts {
  /** Offsets of op lists, or `~offset` of a single op that takes the next text. */
  readonly words: number[];
  readonly texts: string[];
}

export class Border {
  private readonly bytes: Uint8Array;
  private readonly instantiate: Instantiate;
  private reader!: Reader;
  /** The input buffer. Its length becomes 0 when memory grows, so comparing with it also finds stale views. */
  private buffer!: Uint8Array;
  private memory!: Memory;
  private output!: Uint32Array;
  private planAt = 0;
  /** The size of the memory from which a new reader is made. */
  private ceiling = 0;
  private readonly accepts = new Map<string, number>();
  private lastAccept: string | undefined;
  private lastClass = 0;

  /** Loads the plan; throws a `PlanError` that says what is wrong with it. */
  constructor(bytes: Uint8Array, instantiate: Instantiate) {
    this.bytes = bytes;
    this.instantiate = instantiate;
    this.rebuild();
  }

  /** Makes a new reader and hands it the plan: a reader that trapped cannot be trusted again. */
  rebuild(): void {
    const reader = this.instantiate();
    const { length } = this.bytes;
    const at = reader.plan_reserve(length) >>> 0;
    if (at === 0) throw new RangeError("no memory is left");
    new Uint8Array(reader.memory.buffer, at, length).set(this.bytes);
    const code = reader.plan_load(length);
    if (code !== 0) throw new PlanError(REASONS[code - 1] ?? `the reader refused it (code ${code})`);
    this.reader = reader;
    this.planAt = at;
    this.reserve(FIRST_INPUT);
    this.ceiling = this.memory.length + MAX_KEPT;
  }

  /** The plan as the reader verified it. The caller's bytes are not copied again, and may change. */
  plan(): PlanBytes {
    return new PlanBytes(new Uint8Array(this.reader.memory.buffer, this.planAt, this.bytes.length));
  }

  /** The decision on `text`. Positive: the offset of an op list. Negative: see `parts`. */
  decide(stage: number, text: string, accept: number, status: number): number {
    for (;;) {
      // Writing may change the reader.
      const length = this.write(text);
      const code = this.reader.decide(stage, length, accept, status) | 0;
      if (code !== Decision.GROW) return code;
      this.grow(length);
    }
  }

  /** As `decide`, on two inputs, of which the second is mostly empty. */
  decidePair(stage: number, first: string, second: string, accept: number, status: number): number {
    if (second !== "" || first.length * 3 + 1 > this.buffer.length) {
      return this.decide(stage, `${first}\0${second}`, accept, status);
    }
    const end = this.write(first);
    this.buffer[end] = 0;
    const code = this.reader.decide(stage, end + 1, accept, status) | 0;
    return code === Decision.GROW ? this.decide(stage, `${first}\0`, accept, status) : code;
  }

  /** What a negative decision consists of. Must be read before the reader is called again. */
  parts(code: number): Parts {
    if (this.output.length === 0) this.view();
    const { output: words } = this;
    const count = code & ~Decision.WORDS;
    if (count > words.length) throw new RangeError("the reader put out too many words");
    const parts: Parts = { words: [], texts: [] };
    for (let i = 0; i < count; i++) {
      const word = words[i]!;
      if (word < Op.DYNAMIC) {
        parts.words.push(word);
      } else {
        parts.words.push(~(word - Op.DYNAMIC));
        parts.texts.push(this.textAt(words[++i]!, words[++i]!));
      }
    }
    return parts;
  }

  /** Whether the header name matches the wildcard of the op. */
  matches(op: number, name: string): boolean {
    return this.ask(op, name) !== Answer.NO;
  }

  /** The line as the op changes it; `undefined` when it stays, `null` when it goes. */
  change(op: number, line: string, bytes?: Bytes): string | null | undefined {
    const code = this.ask(op, line, bytes);
    if (code === Answer.NO) return undefined;
    if (code === Answer.REMOVED) return null;
    if (this.output.length === 0) this.view();
    const at = this.output[0]!;
    const length = this.output[1]!;
    return bytes === undefined ? this.textAt(at, length) : bytes.read(this.memory.subarray(at, at + length));
  }

  /** The class of an Accept-Encoding value. Without the field only the plain file will do, as with an empty one. */
  accept(value = ""): number {
    // Comparing with the value of the event before costs less than hashing this one.
    if (value === this.lastAccept) return this.lastClass;
    let found = this.accepts.get(value);
    if (found === undefined) {
      const length = this.write(value);
      found = this.reader.accept(length);
      if (value.length <= MEMO_TEXT) remember(this.accepts, ACCEPT_MEMO, value, found);
    }
    this.lastAccept = value;
    this.lastClass = found;
    return found;
  }

  private ask(op: number, text: string, bytes?: Bytes): number {
    for (;;) {
      const length = this.write(text, bytes);
      const code = this.reader.ask(op, length) | 0;
      if (code !== Decision.GROW) return code;
      this.grow(length);
    }
  }

  private write(text: string, bytes?: Bytes): number {
    const { length } = text;
    // A UTF-16 unit is three bytes of UTF-8 at most.
    if (length * 3 > this.buffer.length) this.reserve(Math.max(length * 3, this.buffer.length * 2));
    else if (this.memory.length > this.ceiling && length * 3 <= FIRST_INPUT) this.rebuild();
    const { buffer } = this;
    if (bytes !== undefined) return bytes.write(text, buffer);
    if (length > SHORT) return encoder.encodeInto(text, buffer).written;
    for (let i = 0; i < length; i++) {
      const unit = text.charCodeAt(i);
      if (unit > 0x7f) return encoder.encodeInto(text, buffer).written;
      buffer[i] = unit;
    }
    return length;
  }

  /** Traps where a plan asks for more than there can be. */
  private grow(length: number): void {
    this.reader.grow();
    this.reserve(Math.max(this.buffer.length, FIRST_INPUT));
    // What a short input needs, the plan needs: the next may as well.
    if (length <= FIRST_INPUT) this.ceiling = Math.max(this.ceiling, this.memory.length);
  }

  private reserve(length: number): void {
    const at = this.reader.input(length) >>> 0;
    if (at === 0) throw new RangeError("no memory is left");
    this.buffer = new Uint8Array(this.reader.memory.buffer, at, length);
    this.view();
  }

  /** Memory may have grown, which detaches what looked at it: a stale view has length 0. */
  private view(): void {
    const { buffer } = this.reader.memory;
    this.memory = typeof Buffer === "function" ? (Buffer.from(buffer) as Memory) : new Uint8Array(buffer);
    this.output = new Uint32Array(buffer, this.reader.output() >>> 0);
  }

  private textAt(at: number, length: number): string {
    const { memory } = this;
    // Node's slice costs half of what a decoder's call does.
    if (memory.utf8Slice !== undefined) return memory.utf8Slice(at, at + length);
    return decoder.decode(memory.subarray(at, at + length));
  }
}

/** Replaces NUL, which separates the inputs, by the replacement character. */
export function clean(text: string): string {
  return text.replaceAll("\0", "\ufffd");
}

/** Keeps a memo bounded: a full one starts again, which costs less than keeping order. */
export function remember<K, V>(memo: Map<K, V>, limit: number, key: K, value: V): void {
  if (memo.size >= limit) memo.clear();
  memo.set(key, value);
}

/** By the codes of `plan_load`, from 1. */
const REASONS = [
  "it is not a plan",
  "it has another version; compile it anew",
  "it is too short or too long",
  "its checksum does not match",
  "it has regular expressions; import selvedge/compiled/regex/…",
  "its records point outside of it",
  "it asks for a larger reader; import selvedge/compiled/…",
];
