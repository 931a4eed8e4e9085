/**
 * Header edits on a platform's own map of headers. Whatever the reader has to be asked is asked before the first change, so
 * that a trap leaves the message as it was.
 */
import { type Border, type Bytes, remember } from "./border.js";
import { type HeaderEdits, type HeaderOp, linesOf, questionOf } from "./edits.js";
import * as Op from "../generated/layout/op.js";

/** How the headers of a platform are read and changed. Names are in lower case; values as they are stored. */
export interface HeaderAccess<H> {
  names(headers: H): Iterable<string>;
  has(headers: H, name: string): boolean;
  lines(headers: H, name: string): readonly string[];
  /** What rules say, as a value that is stored. */
  value(text: string): string;
  /** How the characters of values are read as bytes; `undefined` where values are text. */
  bytes(): Bytes | undefined;
  set(headers: H, name: string, value: string): void;
  /** Sets one line or more; those that are not legal are left out, and the header is as it was when none is left. */
  put(headers: H, name: string, lines: readonly string[]): void;
  delete(headers: H, name: string): void;
}

export interface HeaderEditor<H> {
  /** Nothing would change: all that the edits do is to remove what is not there. */
  idle(headers: H): boolean;
  edit(headers: H, texts: readonly string[]): void;
  /** The part of `edit` that is the same for all messages. */
  constant(headers: H): void;
  /** The other part, for headers that came from `constant`. */
  rest(headers: H, texts: readonly string[]): void;
}

type Change = readonly [name: string, lines: readonly string[]];

const NAMES_MEMO = 1024;
const LONG_NAME = 128;

/** Turns header edits into an editor, once. */
export function headerEditor<H>(edits: HeaderEdits, border: Border, access: HeaderAccess<H>): HeaderEditor<H> {
  const { removes, wildcards, others } = edits;
  const plain: [string, string][] = [];
  const sets: HeaderOp[] = [];
  for (const op of edits.sets) {
    if (op.hole < 0 && op.lines.length === 1) plain.push([op.name, access.value(op.lines[0]!)]);
    else sets.push(op);
  }
  const onlyRemoves = edits.sets.length + others.length === 0;
  const matched = new Map<string, boolean>();
  const valuesOf = (op: HeaderOp, texts: readonly string[]): string[] => linesOf(op, texts).map(access.value);

  return {
    idle(headers) {
      return onlyRemoves && !removes.some((name) => access.has(headers, name)) && (wildcards.length === 0 || matching(headers).length === 0);
    },
    edit(headers, texts) {
      const gone = wildcards.length === 0 ? removes : [...removes, ...matching(headers)];
      const changes = others.length === 0 ? undefined : changesOf(headers, texts, gone);
      for (let i = 0; i < gone.length; i++) access.delete(headers, gone[i]!);
      for (let i = 0; i < plain.length; i++) access.set(headers, plain[i]![0], plain[i]![1]);
      for (let i = 0; i < sets.length; i++) access.put(headers, sets[i]!.name, valuesOf(sets[i]!, texts));
      if (changes !== undefined) for (const change of changes) apply(headers, change);
    },
    constant(headers) {
      for (const [name, value] of plain) access.set(headers, name, value);
    },
    rest(headers, texts) {
      const changes = others.length === 0 ? undefined : changesOf(headers, texts, removes);
      for (let i = 0; i < sets.length; i++) access.put(headers, sets[i]!.name, valuesOf(sets[i]!, texts));
      if (changes !== undefined) for (const change of changes) apply(headers, change);
    },
  };

  /** A line that was to be replaced goes, whatever comes in its place. */
  function apply(headers: H, [name, lines]: Change): void {
    if (others.some((op) => op.code === Op.REPLACE && op.name === name)) access.delete(headers, name);
    if (lines.length > 0) access.put(headers, name, lines);
  }

  /** The names that a wildcard takes away. */
  function matching(headers: H): string[] {
    const names: string[] = [];
    for (const name of access.names(headers)) {
      let gone = matched.get(name);
      if (gone === undefined) {
        gone = wildcards.some((op) => border.matches(op, name));
        if (name.length <= LONG_NAME) remember(matched, NAMES_MEMO, name, gone);
      }
      if (gone && !names.includes(name)) names.push(name);
    }
    return names;
  }

  /** The ops whose effect depends on what is there, as the lines that they come to. */
  function changesOf(headers: H, texts: readonly string[], gone: readonly string[]): Iterable<Change> {
    const lines = new Map<string, readonly string[]>();
    for (const op of others) {
      const { name } = op;
      const there = lines.get(name) ?? before(headers, name, texts, gone);
      const after = changed(there, op, texts);
      if (after !== there) lines.set(name, after);
    }
    return lines;
  }

  /** The lines that the removals and sets leave. */
  function before(headers: H, name: string, texts: readonly string[], gone: readonly string[]): readonly string[] {
    const set = edits.sets.find((op) => op.name === name);
    if (set !== undefined) return valuesOf(set, texts);
    return gone.includes(name) ? [] : access.lines(headers, name);
  }

  function changed(lines: readonly string[], op: HeaderOp, texts: readonly string[]): readonly string[] {
    switch (op.code) {
      case Op.DEFAULT:
        return lines.length === 0 ? valuesOf(op, texts) : lines;
      case Op.APPEND:
        return [...lines, ...valuesOf(op, texts)];
      case Op.MERGE_VARY: {
        if (lines.length === 0) return [valuesOf(op, texts).join(", ")];
        const merged = border.change(op.offset, lines.join(", "), access.bytes());
        return typeof merged === "string" ? [merged] : lines;
      }
      default: {
        const changes = lines.map((line) => border.change(op.offset, questionOf(op, line, texts, access.value), access.bytes()));
        if (changes.every((change) => change === undefined)) return lines;
        return lines.map((line, i) => (changes[i] === undefined ? line : changes[i]!)).filter((line) => line !== null);
      }
    }
  }
}
