/** One thing that is wrong with a set of rules. */
export interface Problem {
  /** A JSON path, such as `redirects[3].from`. */
  readonly place: string;
  /** What is wrong. */
  readonly message: string;
  /** What to do about it. */
  readonly help: string;
}

/** Everything that is wrong with a set of rules, one line each. */
export class RulesError extends Error {
  override readonly name = "RulesError";
  /** Everything that is wrong. */
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(lineOf).join("\n"));
    this.problems = problems;
  }
}

function lineOf({ place, message, help }: Problem): string {
  return (place ? `${place}: ` : "") + message + (help ? `, ${help}` : "");
}
