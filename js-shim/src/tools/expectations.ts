/** Expectations of rules, one a line, as tests of any test runner. */
import type { Platform } from "../compile/compile.js";
import type { RulesArgument } from "../compile/rules-argument.js";
import { FACTS } from "../generated/names.js";
import type { Rules } from "../rules/rules.js";
import { Engine, type Outcome, type PlainHeaders } from "./engine.js";
import { type Expectation, type Lines, readExpectations, type Seen, type Sent } from "./expectation.js";
import { type Exchange, explain } from "./explain.js";

/** What `expectations` takes besides text and rules. */
export interface ExpectationOptions {
  /** The platform that the rules run on. Lines for other platforms are left out. Default `"fetch"`. */
  readonly platform?: Platform | undefined;
}

/** One line of expectations. */
export interface ExpectationTest {
  /** The line, for the name of a test. */
  readonly name: string;
  /** Its number, from 1. */
  readonly line: number;
  /** Sends the request. What comes otherwise than expected, a sentence each: none if all is well. */
  readonly run: () => Promise<string[]>;
}

/**
 * The lines of a file of expectations, such as `GET /old → 301 | Location: /new`, each to be run as a test. The form is that of
 * `selvedge test`, see docs/guide/test.md.
 *
 * ```js
 * for (const { name, run } of expectations(readFileSync("edge.requests.txt", "utf8"), rules, { platform: "cloudfront" })) {
 *   test(name, async () => assert.deepEqual(await run(), []));
 * }
 * ```
 *
 * Throws a `RulesError` for what is wrong with the rules, and a `SyntaxError` for lines that cannot be read.
 */
export function expectations<const R = never>(text: string, rules: RulesArgument<R>, { platform = "fetch" }: ExpectationOptions = {}): ExpectationTest[] {
  const { expectations: all, unreadable } = readExpectations(text);
  if (unreadable.length > 0) throw new SyntaxError(unreadable.map(({ line, message, help }) => `line ${line}: ${message}; ${help}`).join("\n"));
  return testsOf(all, rules as Rules | string, platform);
}

/** Those for the platform, each with what it sends. */
export function testsOf(all: readonly Expectation[], rules: Rules | string, platform: Platform): (ExpectationTest & Pick<Expectation, "sent">)[] {
  const engine = new Engine(rules, { platform });
  const of = all.filter(({ platforms }) => platforms.includes(platform));
  return of.map((expectation) => ({
    name: expectation.text,
    line: expectation.line,
    sent: expectation.sent,
    run: async () => expectation.differences(await seenOf(expectation, engine, rules, platform)),
  }));
}

/** What experiments draw from where a line does not say: the same each time. */
const REQUEST_ID = "expectation";

async function seenOf({ sent, stage }: Expectation, engine: Engine, rules: Rules | string, platform: Platform): Promise<Seen> {
  if (stage === undefined) return ofOutcome(await engine.handle({ ...sent, requestId: sent.requestId ?? REQUEST_ID, headers: byName(sent.headers) }, () => ({ ...sent.origin, headers: byName(sent.origin.headers) })));
  const left = explain(rules as Rules, exchangeOf(sent), { platform, facts: FACTS }).stages.find((trace) => trace.stage === stage);
  const { request, response } = left ?? {};
  return {
    asked: request ? { ...request, host: request.origin?.split(" ")[1] } : undefined,
    response: response ? { ...response, body: response.body ?? "" } : undefined,
  };
}

/** The same for `explain`. */
export function exchangeOf(sent: Sent): Exchange {
  return { ...sent, requestId: sent.requestId ?? REQUEST_ID };
}

function ofOutcome({ asked, status, headers, cookies, body }: Outcome): Seen {
  const url = asked && new URL(asked.url);
  return {
    asked: asked && url && { path: url.pathname, query: url.search.slice(1), host: url.hostname, headers: Object.entries(asked.headers) },
    response: { status, headers: [...Object.entries(headers), ...cookies.map((cookie) => ["set-cookie", cookie] as const)], body },
  };
}

function byName(lines: Lines): PlainHeaders {
  const headers: Record<string, string[]> = {};
  for (const [name, value] of lines) (headers[name] ??= []).push(value);
  return headers;
}
