/** What of a set of rules runs at one stage. */
export interface StageOutline {
  readonly stage: string;
  /** How many of which member run there. */
  readonly rules: readonly (readonly [kind: string, count: number])[];
  /** Where the engine fails there, the answer is 503; otherwise the message goes on unchanged. */
  readonly blocks: boolean;
  /** Why it blocks, or that the rules say that it does not, such as `responses[0] answers 403`. */
  readonly because: string | null;
}
