/** Access logs cut into blocks of whole lines. Where they are cut depends on what a file holds alone, not on how it arrives. */
import { readFileSync } from "node:fs";
import { InputError, systemError } from "../input-error.js";
import type { Block } from "./block.js";
import { Context } from "./context.js";
import { open, sizeOf } from "./files.js";
import { withItemsAsLines } from "./json-items.js";
import type { Reading } from "./reading.js";
import { BLOCK, type Rooms } from "./rooms.js";
import { isTrailing } from "./unpacked.js";

/** An archive of a browser is one JSON document. */
const MAX_ARCHIVE = 256 * 1024 * 1024;
const NEWLINE = 0x0a;

/** What comes of a file next: a block, or why there is no more. */
export type Piece = { readonly file: string } & ({ readonly block: Block } | { readonly problem: string });

/** A file that cannot be read to its end is told, and the others go on. Whoever has read a block gives its room back. */
export async function* piecesOf(files: readonly string[], fields: readonly string[] | undefined, reading: Reading, rooms: Rooms): AsyncGenerator<Piece> {
  for (const file of files) {
    const size = sizeOf(file);
    const before = reading.bytes;
    try {
      if (isArchive(file)) yield { file, block: archive(file, size) };
      else for await (const block of blocksOf(file, fields, rooms, (bytes) => (reading.bytes = before + bytes))) yield { file, block };
    } catch (error) {
      yield { file, problem: problemOf(error) };
    }
    reading.bytes = before + size;
  }
}

function problemOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "Z_BUF_ERROR" || /unexpected end of file/i.test(message)) return "is cut off; the lines before that are counted";
  if (isTrailing(error as Error)) return "has bytes after the end of what is compressed, which are left out";
  if (code?.startsWith("Z_") || code?.startsWith("ZSTD_")) return "is not what its compression needs it to be; the lines before that are counted";
  return error instanceof InputError || code === undefined ? message : systemError("", error).message;
}

function isArchive(file: string): boolean {
  return /\.har$/i.test(file);
}

function archive(file: string, size: number): Block {
  if (size > MAX_ARCHIVE) throw new InputError(`has more than ${MAX_ARCHIVE / 1024 / 1024} MB, too much for one JSON document`);
  return { kind: "archive", bytes: Uint8Array.from(readFileSync(file)), isStart: true, context: [] };
}

/** @param moved is told how many bytes of the file were read */
async function* blocksOf(file: string, fields: readonly string[] | undefined, rooms: Rooms, moved: (bytes: number) => void): AsyncGenerator<Block> {
  const context = new Context(fields);
  let room = rooms.take();
  let filled = 0;
  let isStart = true;
  let isSkipping = false;
  /** What is there up to the end of its last line, and what comes after in a room of its own. */
  const cut = (): Block | undefined => {
    const end = room.subarray(0, filled).lastIndexOf(NEWLINE) + 1;
    if (end === 0) return undefined;
    const bytes = room;
    room = rooms.take();
    filled = bytes.copy(room, 0, end, filled);
    return whole(bytes.subarray(0, end));
  };
  const whole = (bytes: Buffer): Block => {
    const lines = context.of(bytes);
    const block: Block = { kind: "lines", bytes, isStart, context: lines };
    isStart = false;
    return block;
  };
  const { source, text } = open(file);
  try {
    for await (const chunk of withItemsAsLines(text)) {
      moved(source.bytesRead ?? 0);
      for (let at = 0; at < chunk.length; ) {
        if (isSkipping) {
          const end = chunk.indexOf(NEWLINE, at);
          isSkipping = end < 0;
          at = end < 0 ? chunk.length : end + 1;
          continue;
        }
        const taken = chunk.copy(room, filled, at);
        filled += taken;
        at += taken;
        if (filled < BLOCK) continue;
        const block = cut();
        yield block ?? { kind: "too-long", bytes: new Uint8Array(), isStart: false, context: [] };
        if (block !== undefined) continue;
        [isSkipping, isStart, filled] = [true, false, 0];
      }
    }
  } catch (error) {
    // What is cut off may be in the middle of a line.
    const block = isTrailing(error as Error) && filled > 0 ? whole(room.subarray(0, filled)) : cut();
    if (block !== undefined) yield block;
    throw error;
  }
  if (filled > 0) yield whole(room.subarray(0, filled));
  else rooms.give(room);
}
