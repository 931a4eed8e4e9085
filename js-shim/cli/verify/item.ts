/** What is verified, and what came of it. */

/** An old address, and what is expected of it. */
export interface Item {
  /** An absolute URL, or a path. */
  readonly from: string;
  /** Where it must lead; `undefined`: to any page. */
  readonly to?: string | undefined;
  /** The status of the redirect, or 410 for what is gone on purpose. */
  readonly status?: number | undefined;
  /** Where in the list it stands. */
  readonly where?: string | undefined;
}

export interface Hop {
  readonly status: number;
  /** The address that this hop leads to. */
  readonly to: string;
}

/** What an address came to. */
export interface Answer {
  readonly hops: readonly Hop[];
  /** The address where it ended, and its status; 0: no answer. */
  readonly final: string;
  readonly status: number;
  /** Why there is no answer, or why the redirects were not followed to their end. */
  readonly problem?: string | undefined;
  readonly loops?: boolean | undefined;
  /** What its page says. */
  readonly page?: PageFacts | undefined;
}

export interface PageFacts {
  readonly title: string | undefined;
  readonly canonical: string | undefined;
  readonly noindex: boolean;
}

export const OUTCOMES = ["ok", "gone", "unknown", "wrong target", "wrong status", "missing", "loop", "error"] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** What is as expected. `unknown`: by rules alone it cannot be told whether the origin has the page. */
export const GOOD: readonly Outcome[] = ["ok", "gone", "unknown"];

export interface Result extends Item {
  readonly outcome: Outcome;
  readonly hops: readonly Hop[];
  readonly final: string;
  readonly finalStatus: number;
  readonly problem?: string | undefined;
  readonly hints: readonly string[];
  readonly suggestions?: readonly { readonly target: string; readonly score: number }[] | undefined;
}
