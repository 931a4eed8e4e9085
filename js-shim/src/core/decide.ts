/**
 * What a stage looks at, taken out of a message: a decider per stage, chosen at load by the plan's interest list, so that
 * nothing else of the message is touched.
 */
import { Answers } from "./answers.js";
import { type Border, clean, remember } from "./border.js";
import type { EditsOf } from "./edits.js";
import { Endings } from "./endings.js";
import * as Reply from "../generated/layout/decision.js";
import * as Input from "../generated/layout/input.js";
import type * as plan from "./plan.js";

/** Where a platform's messages have what a stage can look at. `M` is the request and what belongs to it, `R` the response. */
export interface Source<M, R> {
  path(message: M): string;
  query(message: M): string;
  method(message: M): unknown;
  /** The lines joined by ", ". */
  acceptEncoding(message: M): string | undefined;
  /** 0 when it cannot be read. */
  status(response: R): number;
  /** What takes one of the other inputs; `undefined` stands for absent. */
  taker(input: plan.Input): (message: M, response: R) => string | undefined;
}

/** What the rules of a stage do to a message; `undefined`: nothing. */
export interface Decision<A> {
  readonly apply: A;
  /** For the holes of the edits. */
  readonly texts: readonly string[];
}

/** Decides on a request and, at response stages and for answers, on the response. */
export type Decide<M, R, A> = (message: M, response: R) => Decision<A> | undefined;

/** "Absent" among the inputs. */
const ABSENT = "\x01";
const NO_TEXTS: readonly string[] = [];
const MEMO = 1024;
/** Longer paths are rare, and would make a full memo large. */
const LONG = 256;

/** The decider of a stage. */
export function decider<M, R, A>(
  stage: plan.Stage,
  border: Border,
  edits: EditsOf<A>,
  source: Source<M, R>,
): Decide<M, R, A> {
  const { index, inputs } = stage;
  const { path: pathOf, query: queryOf, method, acceptEncoding } = source;
  const acceptOf = stage.accept ? accept : noAccept;
  const status = stage.status ? source.status : noStatus;
  const decisions = new Map<number, Decision<A>>();

  function accept(message: M): number {
    return border.accept(acceptEncoding(message)) | methodClass(method(message));
  }

  function decisionOf(code: number): Decision<A> | undefined {
    if (code === Reply.UNCHANGED) return undefined;
    const known = decisions.get(code);
    if (known !== undefined) return known;
    if (code < 0) {
      const parts = border.parts(code);
      return { apply: edits.composed(parts), texts: parts.texts };
    }
    const decision = { apply: edits.constant(code), texts: NO_TEXTS };
    remember(decisions, MEMO, code, decision);
    return decision;
  }

  const decide = (text: string, kind: number, number: number): number => border.decide(index, text, kind, number);

  if (inputs.length === 0) {
    if (!stage.accept && !stage.status) return constant();
    // No path at all: one set of endings, the empty one.
    const known = new Endings<{ readonly decision: Decision<A> | undefined }>([]);
    return (message, response) => {
      const kind = acceptOf(message);
      const number = status(response);
      const key = kind * 0x10000 + number;
      const found = known.get(0, key);
      if (found !== undefined) return found.decision;
      return known.keep(0, key, { decision: decisionOf(decide("", kind, number)) }).decision;
    };
  }

  const text = joined(inputs, source);
  const looksAtQuery = inputs.length === 2 && inputs[0]!.kind === Input.PATH && inputs[1]!.kind === Input.QUERY;
  const general: Decide<M, R, A> = (message, response) => {
    const code = looksAtQuery
      ? border.decidePair(index, pathOf(message), queryOf(message), acceptOf(message), status(response))
      : decide(text(message, response, same), acceptOf(message), status(response));
    if (code !== Reply.UNCLEAN) return decisionOf(code);
    return decisionOf(decide(text(message, response, clean), acceptOf(message), status(response)));
  };
  if (stage.endings !== undefined) {
    const known = new Endings<{ readonly decision: Decision<A> | undefined }>(stage.endings);
    return (message, response) => {
      const bits = known.bits(pathOf(message));
      if (bits < 0) return general(message, response);
      const key = acceptOf(message) * 0x10000 + status(response);
      const found = known.get(bits, key);
      if (found !== undefined) return found.decision;
      return known.keep(bits, key, { decision: general(message, response) }).decision;
    };
  }
  if (inputs[0]!.kind !== Input.PATH || (inputs.length > 1 && !looksAtQuery)) return general;

  // A path, maybe with a query, which hot paths mostly lack: the answers for hot paths are remembered.
  const hot = new Answers<Decision<A> | undefined>();
  return (message, response) => {
    const path = pathOf(message);
    if (path.length > LONG || (looksAtQuery && queryOf(message) !== "")) return general(message, response);
    const kind = acceptOf(message);
    const number = status(response);
    const known = hot.get(path, kind, number);
    if (known !== undefined) return known.value;
    return hot.keep(path, kind, number, general(message, response));
  };

  /** The stage reads nothing, so ask once, at load. If that traps, ask again on the first event, where the error is reported. */
  function constant(): Decide<M, R, A> {
    const ask = (): Decision<A> | undefined => decisionOf(decide("", 0, 0));
    try {
      const only = ask();
      return () => only;
    } catch {
      border.rebuild();
      return ask;
    }
  }
}

type Text<M, R> = (message: M, response: R, each: (text: string) => string) => string;

function joined<M, R>(inputs: readonly plan.Input[], source: Source<M, R>): Text<M, R> {
  const takers = inputs.map((input) => taker(input, source));
  return (message, response, each) => {
    let text = each(takers[0]!(message, response) ?? ABSENT);
    for (let i = 1; i < takers.length; i++) text += "\0" + each(takers[i]!(message, response) ?? ABSENT);
    return text;
  };
}

function taker<M, R>(input: plan.Input, source: Source<M, R>): (message: M, response: R) => string | undefined {
  switch (input.kind) {
    case Input.PATH:
      return source.path;
    case Input.QUERY:
      return source.query;
    case Input.METHOD:
      return (message) => stringOf(source.method(message));
    default: {
      const take = source.taker(input);
      // Facts come from the user's own functions, which say what they like.
      return (message, response) => stringOf(take(message, response));
    }
  }
}

/** One text or several, a line each. */
export function linesOf(value: unknown): string | undefined {
  if (!Array.isArray(value)) return stringOf(value);
  const texts = value.filter((each) => typeof each === "string");
  return texts.length === 0 ? undefined : texts.join("\n");
}

/** A text; what is none counts as absent. */
export function stringOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** Beside the class of Accept-Encoding, above its 16 bits: only GET and HEAD are negotiated. */
function methodClass(method: unknown): number {
  return method === "GET" ? 0 : method === "HEAD" ? 0x10000 : 0x20000;
}

function noAccept(): number {
  return 0;
}

function noStatus(): number {
  return 0;
}

function same(text: string): string {
  return text;
}
