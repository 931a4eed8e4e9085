/** A piece of a log, which can be read by itself, and in another thread. */
import { isAscii } from "node:buffer";
import { type Entry, type LineReader, NO_REQUEST, UNREADABLE } from "./entry.js";
import { entriesOfArchive, readerOf } from "./formats.js";

/** So many places are told; the others are counted. */
const MAX_TOLD = 10;

export interface Block {
  /** Whole lines; an archive of a browser, which is one JSON document; or a line that is too long to be held, and is not. */
  readonly kind: "lines" | "archive" | "too-long";
  readonly bytes: Uint8Array;
  /** Whether the file begins with it. */
  readonly isStart: boolean;
  /** Lines of the file that say how others are read: its first one, a header, or the last names of fields and the line after them. */
  readonly context: readonly string[];
}

/** What was seen in a block. Lines are counted from 1, from the first of the block. */
export interface Seen {
  /** All that there are. */
  readonly count: number;
  /** Those that are not empty. */
  readonly lines: number;
  readonly requests: number;
  readonly unreadable: number;
  /** Lines that are about no request. */
  readonly others: number;
  readonly undated: number | undefined;
  readonly where: readonly number[];
  /** What is wrong with it as a whole. */
  readonly problem?: string;
}

/** Hands every request of a block to `take`. @param fields the names of those of lines without a header */
export function readBlock(block: Block, fields: readonly string[] | undefined, take: (entry: Entry) => void): Seen {
  const seen = new Seeing(take);
  if (block.kind === "too-long") seen.missed((seen.count = 1));
  else if (block.kind === "archive") readArchive(textOf(block.bytes), seen);
  else readLines(block, fields, seen);
  const { count, lines, requests, unreadable, others, undated, where, problem } = seen;
  return { count, lines, requests, unreadable, others, undated, where, ...(problem !== undefined && { problem }) };
}

class Seeing {
  count = 0;
  lines = 0;
  requests = 0;
  unreadable = 0;
  others = 0;
  undated: number | undefined;
  problem: string | undefined;
  readonly where: number[] = [];
  readonly #take: (entry: Entry) => void;

  constructor(take: (entry: Entry) => void) {
    this.#take = take;
  }

  saw(entry: Entry, line: number): void {
    this.requests += entry.count;
    if (entry.day === "") this.undated ??= line;
    this.#take(entry);
  }

  missed(line: number): void {
    this.unreadable++;
    if (this.where.length < MAX_TOLD) this.where.push(line);
  }
}

function textOf(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return buffer.toString(isAscii(buffer) ? "latin1" : "utf8");
}

function readLines({ bytes, isStart, context }: Block, fields: readonly string[] | undefined, seen: Seeing): void {
  const [first] = context;
  const read: LineReader | undefined = first === undefined ? undefined : readerOf(first, fields);
  for (const line of context) read?.(line);
  const text = textOf(bytes);
  let from = isStart && text.startsWith("\ufeff") ? 1 : 0;
  while (from < text.length) {
    const next = text.indexOf("\n", from);
    const end = next < 0 ? text.length : next;
    const number = ++seen.count;
    const line = text.slice(from, end > from && text[end - 1] === "\r" ? end - 1 : end);
    from = end + 1;
    if (line === "") continue;
    seen.lines++;
    const entry = read?.(line);
    if (entry === UNREADABLE) seen.missed(number);
    else if (entry === NO_REQUEST) seen.others++;
    else if (entry !== undefined) seen.saw(entry, number);
  }
}

function readArchive(text: string, seen: Seeing): void {
  try {
    for (const entry of entriesOfArchive(text)) {
      seen.lines++;
      // A browser writes 0 where no response came.
      if (entry === UNREADABLE || entry.status === 0) seen.missed(seen.lines);
      else seen.saw(entry, seen.lines);
    }
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof TypeError)) throw error;
    seen.problem = "is not an HTTP archive";
  }
}
