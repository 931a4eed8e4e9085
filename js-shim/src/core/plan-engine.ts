/** The rules at work: the reader with its plan, and what happens when it traps. */
import { Border, type Instantiate } from "./border.js";
import { decider, type Source } from "./decide.js";
import { type Edits, EditsOf, WITHOUT_NOTE } from "./edits.js";
import { onOneLine } from "./hooks.js";
import { ANSWERED, ORIGIN_REQUEST, PLATFORMS, STAGES, VIEWER_REQUEST } from "../generated/names.js";
import { type Plan, PlanError } from "./plan.js";

/** What an entry point hands its adapter: a plan, and what reads it. */
export interface Loaded {
  readonly plan: Uint8Array;
  readonly instantiate: Instantiate;
}

/** What a platform makes of decisions. */
export interface Work<M, R, T> {
  /** Edits as a function on messages, made once for each decision. */
  apply(edits: Edits): (message: M, response: R, texts: readonly string[]) => T;
  unchanged(message: M, response: R): T;
  /** The engine is gone, and nothing may pass without it. */
  blocked(message: M, response: R): T;
  /** What `blocked` comes to, where that is not a 503. */
  readonly outcome?: string | undefined;
}

export type ApplyRules<M, R, T> = (message: M, response: R) => T;

export class PlanEngine {
  readonly border: Border;
  readonly plan: Plan;
  /** A reader that trapped could not be made anew. */
  private broken = false;

  /** Throws on a plan that is altered, or made for another platform. */
  constructor({ plan: bytes, instantiate }: Loaded, platform: string) {
    this.border = new Border(bytes, instantiate);
    this.plan = this.border.plan().plan();
    const made = PLATFORMS[this.plan.platform];
    if (made !== platform) throw new PlanError(`it is for ${made}; compile it for ${platform}`);
    this.warmUp();
  }

  /** The first decision compiles the reader's functions: better now than in the first event. */
  private warmUp(): void {
    const stage = this.plan.stages.find((each) => each !== undefined && each.inputs.length > 0);
    if (stage === undefined) return;
    try {
      this.border.decide(stage.index, stage.inputs.map(() => "/").join("\0"), 0, 0);
    } catch {
      this.border.rebuild();
    }
  }

  /** The rules of a stage. Where the engine stops, the message is blocked, or goes on unchanged. */
  rules<M, R, T>(index: number, source: Source<M, R>, work: Work<M, R, T>): ApplyRules<M, R, T> {
    const stage = this.plan.stages[index];
    if (stage === undefined) return work.unchanged;
    const { unchanged, blocked } = work;
    const passed = stage.foreignNote ? work.apply(WITHOUT_NOTE) : unchanged;
    const [stop, outcome] = stage.blocks
      ? [blocked, work.outcome ?? "the answer is 503"]
      : [(message: M, response: R) => passed(message, response, []), "the message goes on unchanged"];
    const side = index === VIEWER_REQUEST || index === ORIGIN_REQUEST ? "request" : "response";
    const decide = decider(stage, this.border, new EditsOf(this.border, side, work.apply), source);
    return (message, response) => {
      try {
        if (this.broken) this.rebuild();
        const decision = decide(message, response);
        return decision === undefined ? unchanged(message, response) : decision.apply(message, response, decision.texts);
      } catch (error) {
        this.stopped(index, error, outcome);
        return stop(message, response);
      }
    };
  }

  private stopped(index: number, error: unknown, outcome: string): void {
    let engine = "was made anew";
    try {
      this.rebuild();
    } catch (failure) {
      this.broken = true;
      engine = `could not be made anew: ${onOneLine(failure)}`;
    }
    console.error(`selvedge: the engine stopped at ${STAGES[index % ANSWERED]}: ${onOneLine(error)}; ${outcome}; the engine ${engine}`);
  }

  private rebuild(): void {
    this.border.rebuild();
    this.broken = false;
  }
}
