/**
 * What a stage looks at, taken out of an event: a decider per stage, chosen at load by the plan's interest list, so that
 * nothing else of the event is touched.
 */
import { type Border, clean, remember, UNCLEAN } from "../border.js";
import type { EditsOf } from "../edits.js";
import * as plan from "../plan.js";
import { Answers } from "./answers.js";
import { Endings } from "./endings.js";
import { type CloudFront, headerOf, pathOf, queryOf, type Response, statusOf } from "./event.js";

/** What the rules of a stage do to a message; `undefined`: nothing. */
export interface Decision<A> {
  readonly apply: A;
  /** For the holes of the edits. */
  readonly texts: readonly string[];
}

/** Decides on an event and, at response stages and for answers, on the response. */
export type Decide<A> = (cf: CloudFront, response: Response | undefined) => Decision<A> | undefined;

/** "Absent" among the inputs. */
const ABSENT = "\x01";
const NO_TEXTS: readonly string[] = [];
const MEMO = 1024;
/** Longer paths are rare, and would make a full memo large. */
const LONG = 256;

/** The decider of a stage. */
export function decider<A>(stage: plan.Stage, border: Border, edits: EditsOf<A>): Decide<A> {
  const { index, inputs } = stage;
  const acceptOf = stage.accept ? accept : noAccept;
  const status = stage.status ? statusOf : noStatus;
  const decisions = new Map<number, Decision<A>>();

  function accept({ request }: CloudFront): number {
    return border.accept(headerOf(request, "accept-encoding", ", ")) | methodClass(request.method);
  }

  function decisionOf(code: number): Decision<A> | undefined {
    if (code === 0) return undefined;
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
    return (cf, response) => {
      const kind = acceptOf(cf);
      const number = status(response);
      const key = kind * 0x10000 + number;
      const found = known.get(0, key);
      if (found !== undefined) return found.decision;
      return known.keep(0, key, { decision: decisionOf(decide("", kind, number)) }).decision;
    };
  }

  const text = joined(inputs);
  const looksAtQuery = inputs.length === 2 && inputs[0]!.kind === plan.PATH && inputs[1]!.kind === plan.QUERY;
  const general: Decide<A> = (cf, response) => {
    const code = looksAtQuery
      ? border.decidePair(index, pathOf(cf.request), queryOf(cf.request), acceptOf(cf), status(response))
      : decide(text(cf, response, same), acceptOf(cf), status(response));
    if (code !== UNCLEAN) return decisionOf(code);
    return decisionOf(decide(text(cf, response, clean), acceptOf(cf), status(response)));
  };
  if (stage.endings !== undefined) {
    const known = new Endings<{ readonly decision: Decision<A> | undefined }>(stage.endings);
    return (cf, response) => {
      const bits = known.bits(pathOf(cf.request));
      if (bits < 0) return general(cf, response);
      const key = acceptOf(cf) * 0x10000 + status(response);
      const found = known.get(bits, key);
      if (found !== undefined) return found.decision;
      return known.keep(bits, key, { decision: general(cf, response) }).decision;
    };
  }
  if (inputs[0]!.kind !== plan.PATH || (inputs.length > 1 && !looksAtQuery)) return general;

  // A path, maybe with a query, which hot paths mostly lack: the answers for hot paths are remembered.
  const hot = new Answers<Decision<A> | undefined>();
  return (cf, response) => {
    const path = pathOf(cf.request);
    if (path.length > LONG || (looksAtQuery && queryOf(cf.request) !== "")) return general(cf, response);
    const kind = acceptOf(cf);
    const number = status(response);
    const known = hot.get(path, kind, number);
    if (known !== undefined) return known.value;
    return hot.keep(path, kind, number, general(cf, response));
  };

  /** Nothing is looked at: asked once, at load; a trap is for the first event to report. */
  function constant(): Decide<A> {
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

type Text = (cf: CloudFront, response: Response | undefined, each: (text: string) => string) => string;

function joined(inputs: readonly plan.Input[]): Text {
  const takers = inputs.map(taker);
  return (cf, response, each) => {
    let text = each(takers[0]!(cf, response) ?? ABSENT);
    for (let i = 1; i < takers.length; i++) text += "\0" + each(takers[i]!(cf, response) ?? ABSENT);
    return text;
  };
}

function taker({ kind, name }: plan.Input): (cf: CloudFront, response: Response | undefined) => string | undefined {
  switch (kind) {
    case plan.PATH:
      return ({ request }) => pathOf(request);
    case plan.QUERY:
      return ({ request }) => queryOf(request);
    case plan.METHOD:
      return ({ request }) => stringOf(request.method);
    case plan.CLIENT_IP:
      return ({ request }) => stringOf(request.clientIp);
    case plan.REQUEST_ID:
      return ({ config }) => stringOf(config.requestId);
    case plan.REQUEST_HEADER:
      return ({ request }) => headerOf(request, name, "\n");
    case plan.RESPONSE_HEADER:
      return (_, response) => headerOf(response, name, "\n");
    default:
      // Host, scheme, country, device and notes arrive as headers here; the compiler names those.
      return () => undefined;
  }
}

function stringOf(value: unknown): string | undefined {
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
