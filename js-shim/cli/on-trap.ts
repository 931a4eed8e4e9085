/** What happens at each stage if the engine itself fails there, for people and for programs. */
import type { StageOutline } from "#dist/tools/stage-outline.js";

export type Outcome = "503" | "no-store" | "pass";

export interface TrapOutcome {
  readonly stage: string;
  /** `no-store`: the response goes on, and no cache may keep it; CloudFront allows no more at viewer-response. */
  readonly outcome: Outcome;
  /** `null`: nothing is guarded there. */
  readonly because: string | null;
}

/** Of the stages that have rules. */
export function outcomesOf(stages: readonly StageOutline[], platform: string | undefined): TrapOutcome[] {
  // A function is code of its own: there is no engine that could fail.
  if (platform === "cloudfront-functions") return [];
  return stages
    .filter(({ rules }) => rules.length > 0)
    .map(({ stage, blocks, because }) => {
      const held = platform === "cloudfront" && stage === "viewer-response" ? "no-store" : "503";
      return { stage, outcome: blocks ? held : "pass", because };
    });
}

/** A line for each stage where there is something to say. */
export function trapLines(outcomes: readonly TrapOutcome[]): string[] {
  return outcomes.flatMap(({ stage, outcome, because }) =>
    because === null ? [] : [`if the engine fails at ${stage}, ${IN_WORDS[outcome]}: ${because}`],
  );
}

const IN_WORDS: Record<Outcome, string> = {
  "503": "the answer is 503",
  "no-store": "the response goes on with no-store",
  pass: "messages go on unchanged",
};
