/**
 * The few things that JavaScript reads from a plan's bytes: its header, what each stage looks at, and the lists of ops
 * that decisions point to. Everything else in a plan is the reader's own business.
 *
 * All numbers are 32-bit little-endian, all offsets count from the start of the plan, all strings are UTF-8.
 */
import * as Header from "../generated/layout/header.js";
import * as Ops from "../generated/layout/op.js";
import * as StageRecord from "../generated/layout/record.js";

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
  /** Nothing passes where the engine fails here: the answer is 503. Otherwise the message goes on unchanged. */
  readonly blocks: boolean;
  /** A note that comes to this stage is from outside, and goes even where the engine fails. */
  readonly foreignNote: boolean;
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
  /** What notes of this plan begin with. */
  readonly token: string;
  /** A path, "?" and query of this length or more are over the platform's limit; 0 = no limit. */
  readonly maxUri: number;
  /** By stage number; `undefined` where the plan has nothing to do. */
  readonly stages: readonly (Stage | undefined)[];
}

/** What one decision may hold besides what its plan's length allows. No platform sends so many headers. */
const MAX_SHARED = 1 << 20;
/** What reading an op costs besides its texts. */
const OP_COST = 16;

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** A plan that cannot be used, and what to do about it. */
export class PlanError extends Error {
  override readonly name = "PlanError";

  constructor(reason: string) {
    super(`selvedge: the plan cannot be used: ${reason}`);
  }
}

/**
 * The bytes of a plan. Nobody says that they were written by the compiler: what points outside, counts more than there can
 * be, or repeats its texts without end is a `PlanError`. Made anew for each decision that is prepared.
 */
export class PlanBytes {
  private readonly bytes: Uint8Array;
  private readonly words: DataView;
  /** What may still be read. Texts may be shared, so the plan's length alone is not a bound. */
  private left: number;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.words = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.left = 16 * bytes.length + MAX_SHARED;
  }

  /** The header and the stage records. */
  plan(): Plan {
    const stages: (Stage | undefined)[] = [];
    for (let index = 0; index < Header.STAGE_COUNT; index++) stages.push(this.stage(index));
    return {
      platform: this.header(Header.PLATFORM),
      token: this.slice(4 * Header.TOKEN, Header.TOKEN_LENGTH),
      maxUri: this.header(Header.MAX_URI),
      stages,
    };
  }

  /** The list of ops that a constant decision points to. */
  ops(offset: number): Op[] {
    const ops: Op[] = [];
    for (let i = 0, count = this.word(offset); i < count; i++) ops.push(this.op(offset + 4 + i * 4 * Ops.WORDS));
    return ops;
  }

  op(offset: number): Op {
    this.charge(OP_COST);
    const word = this.word(offset);
    return {
      offset,
      code: word & 0xff,
      flags: (word >>> 8) & 0xff,
      status: word >>> 16,
      name: this.text(offset + 4),
      value: this.text(offset + 12),
    };
  }

  /** Takes `cost` of what one decision may take. */
  charge(cost: number): void {
    this.left -= cost;
    if (this.left < 0) throw new PlanError("its lists are longer than it");
  }

  private stage(index: number): Stage | undefined {
    const offset = this.header(Header.STAGES + index);
    if (offset === 0) return undefined;
    const flags = this.word(offset + 4 * StageRecord.FLAGS);
    const inputs: Input[] = [];
    for (let i = 0, count = this.count(offset + 4 * StageRecord.INPUT_COUNT, Header.MAX_INPUTS); i < count; i++) {
      const at = offset + 4 * StageRecord.INPUTS + i * 4 * StageRecord.INPUT_WORDS;
      inputs.push({ kind: this.word(at), name: this.text(at + 4) });
    }
    return {
      index,
      accept: (flags & Header.USES_ACCEPT) !== 0,
      status: (flags & Header.USES_STATUS) !== 0,
      inputs,
      blocks: (this.header(Header.FLAGS) & (Header.BLOCKS << index)) !== 0,
      foreignNote: (flags & Header.FOREIGN_NOTE) !== 0,
      endings: this.endings(index),
    };
  }

  private endings(index: number): string[] | undefined {
    const table = this.header(Header.ENDINGS + index);
    if (table === 0) return undefined;
    const endings: string[] = [];
    for (let i = 0, count = this.count(table, Header.MAX_ENDINGS); i < count; i++) endings.push(this.text(table + 4 + i * 8));
    return endings;
  }

  /** A word of the header. */
  protected header(index: number): number {
    return this.word(4 * index);
  }

  protected word(at: number): number {
    if (at + 4 > this.bytes.length) throw outside();
    return this.words.getUint32(at, true);
  }

  private count(at: number, limit: number): number {
    const count = this.word(at);
    if (count > limit) throw outside();
    return count;
  }

  /** By the words of its offset and its length. */
  private text(at: number): string {
    return this.slice(this.word(at), this.word(at + 4));
  }

  private slice(start: number, length: number): string {
    this.charge(length);
    if (start + length > this.bytes.length) throw outside();
    return decoder.decode(this.bytes.subarray(start, start + length));
  }
}

function outside(): PlanError {
  return new PlanError("its records point outside of it");
}
