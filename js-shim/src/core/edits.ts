/**
 * What a decision changes, prepared once: lists of ops put into a normal form that can be applied without looking at
 * the ops again. Values that are known only per event are holes, filled from the texts that came with the decision.
 *
 * Ops on different headers are independent, so what counts is the order of the ops on each header: whatever stands
 * before the last removal or set of a header has no effect. The normal form is therefore: headers that go, headers
 * that are set, and the remaining ops in their order.
 */
import { type Border, clean, type Parts } from "./border.js";
import * as Op from "../generated/layout/op.js";
import { NOTE_HEADER } from "../generated/names.js";
import * as plan from "./plan.js";

/** A value: known now, or the number of the text that will come with the decision. */
export type Value = { readonly text: string; readonly hole: -1 } | { readonly text: ""; readonly hole: number };

/** A header op. `name` is the key in lower case, `key` the name as the rule spells it. */
export interface HeaderOp {
  readonly code: number;
  readonly offset: number;
  readonly name: string;
  readonly key: string;
  readonly lines: readonly string[];
  /** The number of the text that holds the lines; -1 when `lines` does. */
  readonly hole: number;
}

/** Everything that a decision does to one header map. */
export interface HeaderEdits {
  /** Names that go, in lower case. */
  readonly removes: readonly string[];
  /** Ops whose wildcard says which names go. */
  readonly wildcards: readonly number[];
  /** One per name. */
  readonly sets: readonly HeaderOp[];
  /** Defaults, appends, merges into Vary and replacements, in order; after the sets. */
  readonly others: readonly HeaderOp[];
}

/** An answer that a rule gives itself. */
export interface Answer {
  readonly status: number;
  readonly reason: string;
  readonly body: Value | undefined;
  readonly base64: boolean;
}

/** The status of a page that says that something is not there. */
export interface Status {
  readonly code: number;
  readonly reason: string;
}

/** A change of the URI. */
export interface UriOp {
  readonly code: number;
  readonly value: Value;
}

/** Everything that a decision does. */
export interface Edits {
  readonly uri: readonly UriOp[];
  readonly origin: Value | undefined;
  readonly answer: Answer | undefined;
  /** What the status becomes, the body left as it is. With `uri`: of what the origin answers to that. */
  readonly status: Status | undefined;
  /** For a message below status 400, and for requests; with an answer, what is for files is left out of it. */
  readonly headers: HeaderEdits;
  /** For a message of status 400 and more, which is not a file of the site; the same object when there is no difference. */
  readonly failed: HeaderEdits;
}

/** What is done to the answer of a rule, which is not a file of the site. */
export function ofAnswer(edits: Edits): Edits {
  return { ...edits, headers: edits.failed };
}

/** What is done to a request where the engine stops: a note from outside gets no further. */
export const WITHOUT_NOTE: Edits = onlyHeaders({ removes: [NOTE_HEADER], wildcards: [], sets: [], others: [] });

function onlyHeaders(headers: HeaderEdits): Edits {
  return { uri: [], origin: undefined, answer: undefined, status: undefined, headers, failed: headers };
}

/** Removed with the body that they describe when a rule replaces an answer. */
const BODY_HEADERS = ["content-encoding", "content-length", "content-range", "etag", "last-modified"];
const MEMO = 1024;
/** A question to the reader, in the measure of `PlanBytes.charge`. */
const ASK_COST = 32;

/** Whether the ops change a request (which a rule may answer) or a response. */
export type Side = "request" | "response";

/** Prepares edits and makes of them what applies them; remembers the composed ones. */
export class EditsOf<A> {
  private readonly border: Border;
  private readonly side: Side;
  private readonly make: (edits: Edits) => A;
  private root: Step<A> = newStep();
  private steps = 0;

  constructor(border: Border, side: Side, make: (edits: Edits) => A) {
    this.border = border;
    this.side = side;
    this.make = make;
  }

  /** The edits of a decision that is one op list. */
  constant(offset: number): A {
    const bytes = this.border.plan();
    return this.make(prepare(list(bytes.ops(offset)), bytes, this.border, this.side));
  }

  /** The edits of a decision of several parts: the same words give the same edits, with holes where texts go. */
  composed(parts: Parts): A {
    let step = this.root;
    for (const word of parts.words) {
      let next = step.next.get(word);
      if (next === undefined) {
        if (++this.steps > MEMO) {
          this.steps = 0;
          this.root = newStep();
        }
        step.next.set(word, (next = newStep()));
      }
      step = next;
    }
    if (step.made === undefined) {
      const bytes = this.border.plan();
      let holes = 0;
      const ops = parts.words.flatMap((word) =>
        word < 0 ? { op: bytes.op(~word), hole: holes++ } : list(bytes.ops(word)),
      );
      step.made = this.make(prepare(ops, bytes, this.border, this.side));
    }
    return step.made;
  }
}

interface Step<A> {
  readonly next: Map<number, Step<A>>;
  made: A | undefined;
}

interface Part {
  readonly op: plan.Op;
  readonly hole: number;
}

function newStep<A>(): Step<A> {
  return { next: new Map(), made: undefined };
}

function list(ops: plan.Op[]): Part[] {
  return ops.map((op) => ({ op, hole: -1 }));
}

function prepare(parts: readonly Part[], bytes: plan.PlanBytes, border: Border, side: Side): Edits {
  const uri: UriOp[] = [];
  let origin: Value | undefined;
  let answer: Answer | undefined;
  let status: Status | undefined;
  for (const { op, hole } of parts) {
    const value: Value = hole < 0 ? { text: op.value, hole: -1 } : { text: "", hole };
    switch (op.code) {
      case Op.SET_URI:
      case Op.APPEND_URI:
      case Op.SET_QUERY:
        uri.push({ code: op.code, value });
        break;
      case Op.SET_ORIGIN:
        origin = value;
        break;
      case Op.SET_STATUS:
        status = { code: statusOf(op), reason: op.name };
        break;
      case Op.ANSWER:
        answer = { status: statusOf(op), reason: op.name, body: op.flags === 0 ? undefined : value, base64: op.flags === 2 };
    }
  }
  const ofFiles = answer === undefined && parts.some(({ op }) => op.code >= Op.REMOVE && (op.flags & Op.OF_FILES) !== 0);
  const failed = prepareHeaders(parts, bytes, border, side, true);
  const headers = ofFiles ? prepareHeaders(parts, bytes, border, side, false) : failed;
  return { uri, origin, answer, status, headers, failed };
}

/** No compiler wrote another status or phrase, and no platform takes one. */
function statusOf({ status, name }: plan.Op): number {
  if (status < 200 || status > 599 || /[^\t\x20-\x7e\x80-\uffff]/.test(name)) throw new plan.PlanError("it has an invalid status");
  return status;
}

function prepareHeaders(parts: readonly Part[], bytes: plan.PlanBytes, border: Border, side: Side, failed: boolean): HeaderEdits {
  const removes = new Set<string>();
  const wildcards: number[] = [];
  const sets = new Map<string, HeaderOp>();
  const others = new Map<string, HeaderOp[]>();
  const forget = (name: string): void => {
    // Setting had hidden whatever came with the message; the name has to go from there as well.
    if (sets.delete(name)) removes.add(name);
    others.delete(name);
  };
  for (const { op, hole } of parts) {
    if (op.code === Op.ANSWER) {
      if (side === "request") {
        // What was done to the request so far has no place in the answer to it.
        for (const each of [removes, sets, others]) each.clear();
        wildcards.length = 0;
      } else {
        for (const name of BODY_HEADERS) {
          removes.add(name);
          forget(name);
        }
      }
    }
    if (failed && op.code >= Op.REMOVE && (op.flags & Op.OF_FILES) !== 0) continue;
    const name = op.name.toLowerCase();
    const header: HeaderOp = {
      code: op.code,
      offset: op.offset,
      name,
      key: op.name,
      lines: hole < 0 ? op.value.split("\n") : [],
      hole,
    };
    switch (op.code) {
      case Op.REMOVE:
        removes.add(name);
        forget(name);
        break;
      case Op.REMOVE_MATCHING:
        wildcards.push(op.offset);
        bytes.charge(ASK_COST * (sets.size + others.size));
        for (const other of [...sets.keys(), ...others.keys()]) if (border.matches(op.offset, other)) forget(other);
        break;
      case Op.SET:
        forget(name);
        sets.set(name, header);
        break;
      case Op.DEFAULT:
      case Op.APPEND:
      case Op.MERGE_VARY:
      case Op.REPLACE:
        if (!others.get(name)?.push(header)) others.set(name, [header]);
    }
  }
  return {
    // A value that comes with the message may be one that the platform refuses: then the header is still removed.
    removes: [...removes].filter((name) => sets.get(name)?.hole !== -1),
    wildcards,
    sets: [...sets.values()],
    others: [...others.values()].flat(),
  };
}

/**
 * Header edits followed by others, as one; `undefined` where that cannot be said beforehand, because the later ones depend
 * on what the first leave, or change what is only known with a message.
 */
export function together(first: HeaderEdits, then: HeaderEdits): HeaderEdits | undefined {
  if (then.wildcards.length + then.others.length > 0) return undefined;
  const names = new Set([...then.removes, ...then.sets.map(({ name }) => name)]);
  const late = [...first.others, ...first.sets.filter(({ hole }) => hole >= 0)];
  if (late.some(({ name }) => names.has(name))) return undefined;
  return {
    ...first,
    removes: [...first.removes.filter((name) => !names.has(name)), ...then.removes],
    sets: [...first.sets.filter(({ name }) => !names.has(name)), ...then.sets],
  };
}

/** Where the URI ops lead from a path and a query. */
export function moved(
  uri: readonly UriOp[],
  from: { readonly path: string; readonly query: string },
  texts: readonly string[],
): { readonly path: string; readonly query: string } {
  let { path, query } = from;
  for (let i = 0; i < uri.length; i++) {
    const { code, value } = uri[i]!;
    if (code === Op.APPEND_URI) path += textOf(value, texts);
    else if (code === Op.SET_URI) path = pathIn(textOf(value, texts));
    else query = textOf(value, texts);
  }
  return { path, query };
}

/** After a host, what does not begin with a slash would be a part of it. */
function pathIn(text: string): string {
  if (text[0] !== "/") throw new plan.PlanError("it has an invalid path");
  return text;
}

/**
 * The note apart from the other headers: where one call has all stages, what they tell each other need not travel. One
 * that came from outside goes.
 */
export function withoutNote(edits: HeaderEdits): { readonly note: HeaderOp | undefined; readonly headers: HeaderEdits } {
  const note = edits.sets.find(({ name }) => name === NOTE_HEADER);
  if (note === undefined) return { note, headers: edits };
  const sets = edits.sets.filter((op) => op !== note);
  return { note, headers: { ...edits, sets, removes: [...edits.removes, NOTE_HEADER] } };
}

/** The text of a value. */
export function textOf(value: Value, texts: readonly string[]): string {
  return value.hole < 0 ? value.text : (texts[value.hole] ?? "");
}

/** A line as a replacement is asked about it: what the decision gives comes after it. */
export function questionOf(op: HeaderOp, line: string, texts: readonly string[], stored: (text: string) => string): string {
  return op.hole < 0 ? line : `${clean(line)}\0${stored(texts[op.hole] ?? "")}`;
}

/** The lines of a header op. */
export function linesOf(op: HeaderOp, texts: readonly string[]): readonly string[] {
  if (op.hole < 0) return op.lines;
  const text = texts[op.hole] ?? "";
  return text.includes("\n") ? text.split("\n") : [text];
}
