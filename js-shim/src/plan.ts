/**
 * The few things that JavaScript reads from a plan's bytes: its header, what each stage looks at, and the lists of ops
 * that decisions point to. Everything else in a plan is the reader's own business.
 *
 * All numbers are 32-bit little-endian, all offsets count from the start of the plan, all strings are UTF-8.
 */

/** One thing that a stage looks at. */
export interface Input {
  readonly kind: number;
  /** The header's name in lower case, for the two header kinds. */
  readonly name: string;
}

/** What a stage can look at: nothing else of the event has to be read. */
export interface Stage {
  readonly index: number;
  /** The decision depends on the class of Accept-Encoding and of the method. */
  readonly accept: boolean;
  /** The decision depends on the response's status. */
  readonly status: boolean;
  readonly inputs: readonly Input[];
  /**
   * The decision depends on the path only by these endings: paths that end alike are decided alike. Not to be used for a
   * path whose end is not in its normalised form.
   */
  readonly endings: readonly string[] | undefined;
}

/** One change to a message. */
export interface Op {
  /** Where it stands in the plan: what `ask` takes. */
  readonly offset: number;
  readonly code: number;
  readonly flags: number;
  readonly status: number;
  readonly name: string;
  readonly value: string;
}

export interface Plan {
  readonly platform: number;
  /** What happens to a message when the engine traps: `false` passes it on unchanged, `true` answers 503. */
  readonly block: boolean;
  /** A path, "?" and query of this length or more are over the platform's limit; 0 = no limit. */
  readonly maxUri: number;
  /** By stage number; `undefined` where the plan has nothing to do. */
  readonly stages: readonly (Stage | undefined)[];
}

/** What the stages tell each other travels in this request header. */
export const NOTE_HEADER = "x-selvedge";

export const PATH = 0;
export const QUERY = 1;
export const METHOD = 2;
export const HOST = 3;
export const SCHEME = 4;
export const COUNTRY = 5;
export const CLIENT_IP = 6;
export const REQUEST_ID = 7;
export const DEVICE = 8;
export const REQUEST_HEADER = 16;
export const RESPONSE_HEADER = 17;

export const SET_PATH = 1;
export const APPEND_PATH = 2;
export const SET_QUERY = 3;
export const SET_ORIGIN = 4;
export const ANSWER = 5;
export const SET_STATUS = 6;
export const REMOVE = 8;
export const REMOVE_WILDCARD = 9;
export const DEFAULT = 10;
export const SET = 11;
export const APPEND = 12;
export const VARY = 13;
export const REPLACE = 14;

/** On a header op: leave answers of 400 and more alone. */
export const BELOW_400 = 1;

/** The order of the platform numbers in a plan. */
export const PLATFORMS = ["cloudfront", "cloudflare", "netlify", "vercel", "fastly", "fetch"] as const;

const HEADER_WORDS = 34;
const ENDINGS = 28;
const STAGES = 6;
const OP_WORDS = 5;

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** A plan that cannot be used, and what to do about it. */
export class PlanError extends Error {
  override readonly name = "PlanError";

  constructor(reason: string) {
    super(`selvedge: the plan cannot be used: ${reason}`);
  }
}

/** Reads the header and the stage records. The reader has verified the bytes before. */
export function readPlan(bytes: Uint8Array): Plan {
  const words = viewOf(bytes);
  if (bytes.length < HEADER_WORDS * 4) throw new PlanError("it is truncated");
  const flags = words.getUint32(6 * 4, true);
  const stages: (Stage | undefined)[] = [];
  for (let index = 0; index < STAGES; index++) {
    const offset = words.getUint32((9 + index) * 4, true);
    stages.push(offset === 0 ? undefined : readStage(bytes, words, offset, index));
  }
  return {
    platform: words.getUint32(7 * 4, true),
    block: (flags & 2) !== 0,
    maxUri: words.getUint32(8 * 4, true),
    stages,
  };
}

/** Reads the list of ops that a constant decision points to. */
export function readOps(bytes: Uint8Array, offset: number): Op[] {
  const words = viewOf(bytes);
  const count = words.getUint32(offset, true);
  const ops: Op[] = [];
  for (let i = 0; i < count; i++) ops.push(readOp(bytes, offset + 4 + i * OP_WORDS * 4));
  return ops;
}

/** Reads one op. */
export function readOp(bytes: Uint8Array, offset: number): Op {
  const words = viewOf(bytes);
  const word = words.getUint32(offset, true);
  return {
    offset,
    code: word & 0xff,
    flags: (word >>> 8) & 0xff,
    status: word >>> 16,
    name: readText(bytes, words, offset + 4),
    value: readText(bytes, words, offset + 12),
  };
}

function readStage(bytes: Uint8Array, words: DataView, offset: number, index: number): Stage {
  const flags = words.getUint32(offset, true);
  const count = words.getUint32(offset + 4, true);
  const inputs: Input[] = [];
  for (let i = 0; i < count; i++) {
    const at = offset + 8 + i * 12;
    inputs.push({ kind: words.getUint32(at, true), name: readText(bytes, words, at + 4) });
  }
  const table = words.getUint32((ENDINGS + index) * 4, true);
  let endings: string[] | undefined;
  if (table !== 0) {
    endings = [];
    for (let i = 0; i < words.getUint32(table, true); i++) endings.push(readText(bytes, words, table + 4 + i * 8));
  }
  return { index, accept: (flags & 1) !== 0, status: (flags & 2) !== 0, inputs, endings };
}

function readText(bytes: Uint8Array, words: DataView, at: number): string {
  const start = words.getUint32(at, true);
  return decoder.decode(bytes.subarray(start, start + words.getUint32(at + 4, true)));
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
