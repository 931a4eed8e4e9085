/**
 * Many requests through rules: which rules matched each, and what it came to. Not public: what `selvedge usage`, `replay` and
 * `verify` ask.
 */
import { filesOf, type Found, located, type RuleFile, written } from "./check.js";
import type { CompileOptions } from "../compile/compile.js";
import { FindingsError } from "./findings-error.js";
import { Asker } from "../load/tools.js";

/** A rule that can match. */
export interface TrafficRule {
  readonly kind: string;
  readonly place: string;
  /** The name of its file. */
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
  /** The rule in short: its patterns, and what it leads to. */
  readonly rule: string;
  /** What it depends on besides host, path, query, method and status: `cookie beta`. */
  readonly reads: readonly string[];
}

/** A request, and the status that the origin answers it with. */
export type TrafficRequest = readonly [url: string, method: string, status: number];

/** What became of one request. */
export interface Journey {
  /** The request, and those that its redirects lead to on the same host. */
  readonly steps: readonly [JourneyStep, ...JourneyStep[]];
  /** Whether the redirects come back to where they were, or do not end. */
  readonly loops: boolean;
}

export interface JourneyStep {
  readonly status: number;
  /** Where a redirect leads. */
  readonly location: string | null;
  /** The path and query that the origin is asked for; `null` where a rule answered. */
  readonly asked: string | null;
  /** The rules that matched, by their numbers. */
  readonly rules: readonly number[];
}

type Raw = Omit<TrafficRule, "file" | "line" | "column"> & Pick<Found, "span"> & { readonly file: number };

/** Files that make up one set of rules, compiled once for many requests. */
export class Road {
  readonly rules: readonly TrafficRule[];
  /** What `follower` is asked for the same in another thread. */
  readonly question: string;
  readonly #asker = new Asker();

  /** Throws a `FindingsError` for rules that cannot be used. */
  constructor(rules: readonly RuleFile[], options: CompileOptions) {
    const files = filesOf(rules);
    this.question = JSON.stringify({ sources: files, ...options });
    const opened = open(this.#asker, this.question);
    if (opened.rules === undefined) throw new FindingsError(located(opened.findings ?? [], files));
    this.rules = opened.rules.map(({ file, span, ...rule }): TrafficRule => {
      const at = written(span, files[file]);
      return { ...rule, file: files[file]?.name ?? "rules", ...(at && { line: at.line, column: at.column }) };
    });
  }

  /** What becomes of each request; `null` for one that cannot be a request. */
  follow(requests: readonly TrafficRequest[]): readonly (Journey | null)[] {
    return this.#asker.ask("traffic", { headers: [], requests });
  }
}

/** What becomes of each request; `null` for one that cannot be a request. */
export type Follower = (requests: readonly TrafficRequest[]) => readonly (Journey | null)[];

/**
 * Rules that were opened before, by the question of their {@link Road}.
 *
 * @param headers of all requests
 */
export function follower(question: string, headers: readonly (readonly [name: string, value: string])[]): Follower {
  const asker = new Asker();
  open(asker, question);
  return (requests) => asker.ask("traffic", { headers, requests });
}

function open(asker: Asker, question: string): { readonly rules?: readonly Raw[]; readonly findings?: readonly Found[] } {
  return JSON.parse(asker.use((tools) => tools.road(question))) as ReturnType<typeof open>;
}
