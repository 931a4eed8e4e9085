/** One thing that is wrong with a rule set. */
export interface Problem {
  /** A JSON path, as `redirects[3].form`. */
  readonly place: string;
  /** What is wrong. */
  readonly message: string;
  /** What to do about it. */
  readonly help: string;
}

/** Everything that is wrong with a rule set, one line each. */
export class RulesError extends Error {
  override readonly name = "RulesError";
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(lineOf).join("\n"));
    this.problems = problems;
  }
}

function lineOf({ place, message, help }: Problem): string {
  return (place ? `${place}: ` : "") + message + (help ? `, ${help}` : "");
}
