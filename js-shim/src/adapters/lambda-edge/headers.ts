/**
 * Header edits on a header map of CloudFront: `{ "x-name": [{ key: "X-Name", value: "…" }] }`.
 *
 * Every entry that is written is a fresh object in a fresh array, so that a caller who changes what a handler returned
 * never changes another event's outcome; measured, sharing or freezing them saves nothing. An entry that no rule
 * touches goes back as the very value that came.
 *
 * Nothing is ever deleted in place: `delete` turns the map into a dictionary, which alone cost 0.4 of a hand-written
 * handler. Where something goes, a new map is made: a copy of a prepared map with all the names in place (V8 copies it
 * as one block), whose values are then filled in. That needs the names to be those of the map before; they mostly are.
 */
import { type Border, remember } from "../../core/border.js";
import { type HeaderEdits, type HeaderOp, linesOf, questionOf } from "../../core/edits.js";
import * as Op from "../../generated/layout/op.js";
import { type Headers, isObject, valueOf } from "./event.js";

/**
 * Applies edits to a message's headers and returns the map that takes their place: the same one where nothing goes,
 * unless `copy` says that it cannot be changed.
 */
export type ApplyHeaders = (headers: unknown, texts: readonly string[], copy: boolean) => Headers;

type Line = { key: string; value: string };

/** Most sets: one line, known before any event. */
interface Plain extends Line {
  readonly name: string;
}

const NAMES_MEMO = 1024;
const LONG_NAME = 128;

/** Turns header edits into a function, once. */
export function headerApplier(edits: HeaderEdits, border: Border): ApplyHeaders {
  const { removes, wildcards, others } = edits;
  const plain: Plain[] = [];
  const sets: HeaderOp[] = [];
  for (const op of edits.sets) {
    const { name, key, lines } = op;
    if (op.hole < 0 && lines.length === 1 && name !== "__proto__") plain.push({ name, key, value: lines[0]! });
    else sets.push(op);
  }
  const rest = others.length > 0;
  const asks = others.some(({ code }) => code === Op.MERGE_VARY || code === Op.REPLACE);
  const removal = new Removal(edits, border);
  const wild = wildcards.length > 0;

  return (from, texts, copy) => {
    let headers: Headers;
    if (!isObject(from)) headers = {};
    else if (wild || hasAny(from as Headers, removes)) headers = removal.copy(from as Headers);
    // A question may trap half-way through the ops, and then the message goes on as it was.
    else headers = copy || asks ? { ...from } : (from as Headers);

    for (let i = 0; i < plain.length; i++) {
      const { name, key, value } = plain[i]!;
      headers[name] = [{ key, value }];
    }
    for (let i = 0; i < sets.length; i++) {
      const op = sets[i]!;
      put(headers, op.name, entriesOf(op.key, linesOf(op, texts)));
    }
    if (rest) for (const op of others) change(headers, op, texts, border);
    return headers;
  };
}

/** Copies header maps without the names that go. */
class Removal {
  private readonly edits: HeaderEdits;
  private readonly border: Border;
  /** By name: what happens to it. */
  private readonly fates = new Map<string, Fate>();
  /** The names of the last map that was learned, their fates, and an object that has all names of the outcome. */
  private names: readonly string[] = [];
  private kept: readonly boolean[] = [];
  private template: Headers = {};
  private misses = 0;
  private patience = 1;

  constructor(edits: HeaderEdits, border: Border) {
    this.edits = edits;
    this.border = border;
  }

  copy(from: Headers): Headers {
    const { names, kept } = this;
    const out = { ...this.template };
    let i = 0;
    for (const name in from) {
      if (name !== names[i]) return this.another(from);
      if (kept[i]) out[name] = from[name];
      i++;
    }
    return i === names.length && i > 0 ? out : this.another(from);
  }

  /** A map whose names are not those of the template. */
  private another(from: Headers): Headers {
    // Learning costs as much as ten copies, so a varied stream of maps must not make it a habit.
    if (++this.misses >= this.patience) {
      this.misses = 0;
      this.patience = Math.min(this.patience * 2, 1024);
      this.learn(from);
    }
    const { fates } = this;
    const out: Headers = {};
    for (const name in from) {
      const fate = fates.get(name) ?? this.fateOf(name);
      if (fate === KEPT) out[name] = from[name];
      else if (fate === PROTO) put(out, name, from[name]);
    }
    return out;
  }

  private learn(from: Headers): void {
    const names = Object.keys(from);
    const fates = names.map((name) => this.fates.get(name) ?? this.fateOf(name));
    if (fates.includes(PROTO)) return;
    const kept = names.filter((_, i) => fates[i] === KEPT);
    // Made by the JSON parser because its objects keep all names in place, where names added one by one to a literal
    // end in a dictionary after a dozen.
    const all = [...kept, ...this.edits.sets.map(({ name }) => name).filter((name) => name !== "__proto__")];
    this.template = JSON.parse(`{${all.map((name) => `${JSON.stringify(name)}:null`).join()}}`) as Headers;
    this.kept = fates.map((fate) => fate === KEPT);
    this.names = names;
  }

  private fateOf(name: string): Fate {
    const { removes, sets, wildcards } = this.edits;
    const lower = name.toLowerCase();
    const gone =
      removes.includes(lower) ||
      sets.some((op) => op.name === lower) ||
      wildcards.some((op) => this.border.matches(op, lower));
    const fate = gone ? GONE : name === "__proto__" ? PROTO : KEPT;
    if (name.length <= LONG_NAME) remember(this.fates, NAMES_MEMO, name, fate);
    return fate;
  }
}

type Fate = 0 | 1 | 2;
const KEPT = 0;
const GONE = 1;
/** Kept, but an assignment would set the prototype. */
const PROTO = 2;

/** The ops whose effect depends on what is there. */
function change(headers: Headers, op: HeaderOp, texts: readonly string[], border: Border): void {
  const there = headers[op.name];
  const entries: unknown[] = Array.isArray(there) ? there : [];
  switch (op.code) {
    case Op.DEFAULT:
      if (entries.length === 0) put(headers, op.name, entriesOf(op.key, linesOf(op, texts)));
      return;
    case Op.APPEND:
      put(headers, op.name, entries.concat(entriesOf(op.key, linesOf(op, texts))));
      return;
    case Op.MERGE_VARY: {
      const lines = entries.map(valueOf).filter((value) => value !== undefined);
      const merged = lines.length === 0 ? linesOf(op, texts).join(", ") : border.change(op.offset, lines.join(", "));
      if (typeof merged === "string") put(headers, op.name, entriesOf(op.key, [merged]));
      return;
    }
    default: {
      const kept: unknown[] = [];
      let same = true;
      for (const entry of entries) {
        const value = valueOf(entry);
        const next = value === undefined ? undefined : border.change(op.offset, questionOf(op, value, texts, String));
        same &&= next === undefined;
        if (next !== null) kept.push(next === undefined ? entry : { ...(entry as object), value: next });
      }
      if (same) return;
      if (kept.length > 0) put(headers, op.name, kept);
      else delete headers[op.name];
    }
  }
}

function entriesOf(key: string, lines: readonly string[]): Line[] {
  const entries: Line[] = [];
  for (let i = 0; i < lines.length; i++) entries.push({ key, value: lines[i]! });
  return entries;
}

function hasAny(headers: Headers, names: readonly string[]): boolean {
  for (let i = 0; i < names.length; i++) if (Object.hasOwn(headers, names[i]!)) return true;
  return false;
}

/** Sets a header; a header may well be called `__proto__`. */
function put(headers: Headers, name: string, value: unknown): void {
  if (name !== "__proto__") headers[name] = value;
  else Object.defineProperty(headers, name, { value, writable: true, enumerable: true, configurable: true });
}
