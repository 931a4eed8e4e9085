/** Following a request through rules: which rules were looked at, what each came to and why, and what the viewer gets. */
import { filesOf, type Finding, type Found, located, type RuleFile, written } from "./check.js";
import type { CompileOptions } from "../compile/compile.js";
import { FindingsError } from "./findings-error.js";
import type { StageName } from "../generated/names.js";
import { ask } from "../load/tools.js";
import type { RulesArgument } from "../compile/rules-argument.js";
import type { Problem } from "../compile/rules-error.js";

/** A viewer's request, and what the origin is assumed to answer. */
export interface Exchange {
  /** As the viewer sends it: `https://example.org/a?b=c`. */
  readonly url: string;
  /** The method. Default `"GET"`. */
  readonly method?: string | undefined;
  /** Lines of request headers; a name may come twice. By default there are none but `Host`, which is that of the URL. */
  readonly headers?: readonly (readonly [name: string, value: string])[] | undefined;
  /** The client's address. By default unknown. */
  readonly clientIp?: string | undefined;
  /** The viewer's country by ISO 3166-1 alpha-2. By default unknown. */
  readonly country?: string | undefined;
  /** The words that conditions on `device` test, such as `["mobile", "ios"]`. By default unknown. */
  readonly device?: readonly string[] | undefined;
  /** What experiments and weights are drawn from. By default an empty text. */
  readonly requestId?: string | undefined;
  /** What the origin answers. By default 200 without headers. */
  readonly origin?: {
    readonly status?: number | undefined;
    readonly headers?: readonly (readonly [name: string, value: string])[] | undefined;
    readonly body?: string | undefined;
  };
}

/** One request through the stages. */
export interface Trace {
  /** The platform that the rules were compiled for. */
  readonly platform: string;
  /** The viewer's request. */
  readonly request: RequestHead;
  /** The stages, in the order in which they run. */
  readonly stages: readonly StageTrace[];
  /** What the origin was asked, the last time; `null` where a rule answered. */
  readonly asked: RequestHead | null;
  /** What the viewer gets. */
  readonly response: ResponseHead;
  /** The page that the platform has to be told to serve for what is missing, because no rule can; `null` if there is none. */
  readonly missingPage: { readonly page: string; readonly status: number } | null;
  /** The lines of rule files that are left out, each with the reason. */
  readonly leftOut: readonly Finding[];
}

/** What one stage did. */
export interface StageTrace {
  /** The name of the stage. */
  readonly stage: StageName;
  /** Why the stage did not run; `null` if it did. */
  readonly skipped: string | null;
  /** The normalised path that its first rules see. */
  readonly path: string | null;
  /** What it did that is not the effect of a single rule. */
  readonly remarks: readonly string[];
  /** Its rules, in the order in which they run; then those that act at once on an answer that was made. */
  readonly steps: readonly Step[];
  /** The request as the stage leaves it; `null` where there is none. */
  readonly request: RequestHead | null;
  /** The response as the stage leaves it; `null` where there is none. */
  readonly response: ResponseHead | null;
}

/** One rule at one stage. */
export interface Step {
  /** The member of the rules that it belongs to, such as `redirects`. */
  readonly kind: string;
  /** Where it is in the rules as a whole: `redirects[3]`. */
  readonly place: string;
  /** The name of the file that it is in. */
  readonly file: string;
  /** The line, from 1; absent where it is not known. */
  readonly line?: number;
  /** The column, from 1, in characters; absent where it is not known. */
  readonly column?: number;
  /** The rule in short: its patterns, and what it leads to. */
  readonly rule: string;
  /** Whether it acts on an answer that a rule made at this stage, and not on the stage's own message. */
  readonly onAnswer: boolean;
  /**
   * It `acted`; it matched and changed nothing (`idle`), or another rule came first (`preempted`); it did not match
   * (`unmatched`); or it was not tried, since an earlier rule answered (`unreached`).
   */
  readonly verdict: "acted" | "idle" | "preempted" | "unmatched" | "unreached";
  /** Why, where it did not act. */
  readonly reason: Reason | null;
  /** What it changed. */
  readonly changes: readonly Change[];
}

/** Why a rule did not act. */
export interface Reason {
  /** `pattern`, `case`, `except`, `condition`, `status`, `method`, `itself`, `rule` and so on. */
  readonly code: string;
  /** The reason in one sentence. */
  readonly text: string;
  /** The place of the rule that came first, if it is about another rule. */
  readonly by: string | null;
  /** How many segments of the path matched. */
  readonly near: number;
}

/** One change. Lists hold the lines of a header; elsewhere they have one member, or none. */
export interface Change {
  /** What was changed. */
  readonly what: "path" | "query" | "origin" | "status" | "header" | "body" | "ask-again";
  /** The name of the header; `null` for anything else. */
  readonly name: string | null;
  /** What was there before. */
  readonly before: readonly string[];
  /** What is there now. */
  readonly after: readonly string[];
}

/** A request without its body. */
export interface RequestHead {
  /** The method. */
  readonly method: string;
  /** The path. */
  readonly path: string;
  /** The query string, without the question mark. */
  readonly query: string;
  /** The lines of its headers. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** The origin that a rule chose, in one line. */
  readonly origin: string | null;
}

/** A response. */
export interface ResponseHead {
  /** The status. */
  readonly status: number;
  /** The lines of its headers. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Where its body comes from. */
  readonly bodyOf: "rule" | "origin" | "none";
  /** The body, where it is known and text. */
  readonly body: string | null;
  /** The length of the body in bytes, where it is known. */
  readonly length: number | null;
}

interface Answer {
  readonly trace?: Omit<Trace, "stages" | "leftOut"> & { readonly stages: readonly (Omit<StageTrace, "steps"> & { readonly steps: readonly Raw[] })[] };
  readonly findings?: readonly Found[];
  readonly problems?: readonly Problem[];
}

/** A step as the tools answer it: a file by its number, and where it is written by itself. */
type Raw = Omit<Step, "file" | "line" | "column"> & Pick<Found, "span"> & { readonly file: number | null };

/**
 * Follows a request through rules, or through files that make up one set of rules. What happens is what the engine does;
 * lines of a rule file that are not honoured are left out, as they are when it runs.
 *
 * Throws a `FindingsError`, which is a `RulesError`, for rules or a request that cannot be used.
 *
 * ```js
 * const { stages, response } = explain(rules, { url: "https://example.org/old/page" }, { platform: "cloudfront" });
 * response.status; // 301
 * stages[0].steps.find(({ verdict }) => verdict === "acted").place; // "redirects[1]"
 * ```
 */
export function explain<const R = never>(
  rules: RulesArgument<R> | readonly RuleFile[],
  exchange: Exchange,
  options: CompileOptions,
): Trace {
  const files = filesOf(rules);
  const answer = ask<Answer>("explain", { sources: files, ...options, exchange });
  if (answer.trace === undefined) throw new FindingsError(located(answer.findings ?? [], files), answer.problems);
  const name = (file: number | null) => files[file ?? 0]?.name ?? "rules";
  const stages = answer.trace.stages.map(({ steps, ...stage }) => ({
    ...stage,
    steps: steps.map(({ file, span, ...step }): Step => {
      const at = written(span, files[file ?? 0]);
      return { ...step, file: name(file), ...(at && { line: at.line, column: at.column }) };
    }),
  }));
  return { ...answer.trace, stages, leftOut: located(answer.findings ?? [], files) };
}
