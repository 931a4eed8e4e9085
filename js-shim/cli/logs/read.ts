/** Reads access logs: files and folders, plain or compressed, line by line. */
import { closeSync, createReadStream, lstatSync, openSync, readdirSync, readFileSync, type ReadStream, readSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Duplex, Readable } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import zlib from "node:zlib";
import { InputError, systemError } from "../input-error.js";
import { type Entry, type LineReader, UNREADABLE } from "./entry.js";
import { entriesOfArchive, readerOf } from "./formats.js";

/** No request line is so long that a server takes it. What is longer is passed over, and counted. */
const MAX_LINE = 1 << 20;
/** An archive of a browser is one JSON document. */
const MAX_ARCHIVE = 256 * 1024 * 1024;
const MAX_SHOWN = 10;

/** What was read, and what could not be. */
export class Reading {
  lines = 0;
  requests = 0;
  unreadable = 0;
  /** The first line that does not say on which day its request came. */
  undated: string | undefined;
  bytes = 0;
  /** Where the first unreadable lines are. */
  readonly where: string[] = [];
  /** What is wrong with files as a whole. */
  readonly files: { readonly file: string; readonly problem: string }[] = [];

  /** @param total the bytes of all files, as they are on the disk */
  constructor(readonly total: number) {}

  saw({ count, day }: Entry, file: string, line: number): void {
    this.requests += count;
    if (day === "") this.undated ??= `${file}:${line}`;
  }

  missed(file: string, line: number): void {
    this.unreadable++;
    if (this.where.length < MAX_SHOWN) this.where.push(`${file}:${line}`);
  }
}

export interface LogOptions {
  /** The fields of lines without a header. */
  readonly fields?: readonly string[] | undefined;
}

/** The files of logs, folders looked through. */
export function logFiles(names: readonly string[]): string[] {
  const files = names.flatMap((name) => {
    if (name === "-") return [name];
    try {
      return statSync(name).isDirectory() ? filesBelow(name) : [name];
    } catch (error) {
      throw systemError(name, error);
    }
  });
  if (files.length === 0) throw new InputError("there are no logs", { help: "name files of logs, or folders that hold some" });
  const zst = files.find((file) => file.endsWith(".zst"));
  if (zst !== undefined && createZstd === undefined) {
    throw new InputError("this Node cannot read Zstandard", { where: zst, help: "use Node 22.15 or later, or uncompress it: zstd -d" });
  }
  return files;
}

/** Links are not followed: they may lead anywhere. */
function filesBelow(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((one, other) => (one.name < other.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.name.startsWith(".")) return [];
    return entry.isDirectory() ? filesBelow(path) : entry.isFile() ? [path] : [];
  });
}

export function sizeOf(files: readonly string[]): number {
  return files.reduce((sum, file) => sum + (file === "-" ? 0 : lstatSync(file).size), 0);
}

/** Hands every request of the files to `take`. A file that cannot be read to its end is told, and the others go on. */
export async function readLogs(files: readonly string[], { fields }: LogOptions, reading: Reading, take: (entry: Entry) => void, moved: () => void): Promise<void> {
  for (const file of files) {
    const size = file === "-" ? 0 : lstatSync(file).size;
    const before = reading.bytes;
    try {
      if (isArchive(file)) readArchive(file, size, reading, take);
      else await readLines(file, fields, reading, take, moved);
    } catch (error) {
      reading.files.push({ file, problem: problemOf(error) });
    }
    reading.bytes = before + size;
    moved();
  }
}

function problemOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "Z_BUF_ERROR" || /unexpected end of file/i.test(message)) return "is cut off; the lines before that are counted";
  if (code?.startsWith("Z_") || code?.startsWith("ZSTD_")) return "is not what its compression needs it to be; the lines before that are counted";
  return error instanceof InputError || code === undefined ? message : systemError("", error).message;
}

function isArchive(file: string): boolean {
  return /\.har$/i.test(file);
}

function readArchive(file: string, size: number, reading: Reading, take: (entry: Entry) => void): void {
  if (size > MAX_ARCHIVE) throw new InputError(`has more than ${MAX_ARCHIVE / 1024 / 1024} MB, too much for one JSON document`);
  let number = 0;
  try {
    for (const entry of entriesOfArchive(readFileSync(file, "utf8"))) {
      number++;
      reading.lines++;
      // A browser writes 0 where no response came.
      if (entry === UNREADABLE || entry.status === 0) reading.missed(file, number);
      else (reading.saw(entry, file, number), take(entry));
    }
  } catch (error) {
    throw error instanceof SyntaxError || error instanceof TypeError ? new InputError("is not an HTTP archive") : error;
  }
}

async function readLines(file: string, fields: readonly string[] | undefined, reading: Reading, take: (entry: Entry) => void, moved: () => void): Promise<void> {
  const decoder = new StringDecoder("utf8");
  let reader: LineReader | undefined;
  let rest = "";
  let skipping = false;
  let number = 0;
  const see = (line: string): void => {
    number++;
    const whole = number === 1 ? line.replace(/^\ufeff/, "") : line;
    const text = whole.endsWith("\r") ? whole.slice(0, -1) : whole;
    if (text === "") return;
    reading.lines++;
    reader ??= readerOf(text, fields);
    if (reader === undefined) throw new InputError("is in no format that is known; for lines without names, add --fields");
    const entry = reader(text);
    if (entry === UNREADABLE) reading.missed(file, number);
    else if (entry !== undefined) {
      reading.saw(entry, file, number);
      take(entry);
    }
  };
  const before = reading.bytes;
  const { source, text: stream } = open(file);
  for await (const chunk of stream) {
    reading.bytes = before + ((source as Partial<ReadStream>).bytesRead ?? 0);
    const text = rest + decoder.write(chunk as Buffer);
    let at = 0;
    for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", at)) {
      if (skipping) skipping = false;
      else see(text.slice(at, end));
      at = end + 1;
    }
    rest = text.slice(at);
    if (rest.length > MAX_LINE) {
      if (!skipping) reading.missed(file, ++number);
      skipping = true;
      rest = "";
    }
    moved();
  }
  rest += decoder.end();
  if (rest !== "" && !skipping) see(rest);
}

const createZstd = (zlib as { createZstdDecompress?: () => Duplex }).createZstdDecompress;

/** A file as it is on the disk, and its text. */
function open(file: string): { readonly source: Readable; readonly text: Readable } {
  if (file === "-") return { source: process.stdin, text: process.stdin };
  const kind = compressionOf(file);
  const source = createReadStream(file, { highWaterMark: 1 << 20 });
  if (kind === "") return { source, text: source };
  const text = kind === "gzip" ? zlib.createGunzip({ chunkSize: 1 << 20 }) : createZstd!();
  source.on("error", (error) => text.destroy(error));
  return { source, text: source.pipe(text) };
}

/** By the first bytes: names of logs are often turned, and lie. */
function compressionOf(file: string): "" | "gzip" | "zstd" {
  const head = Buffer.alloc(4);
  const descriptor = openSync(file, "r");
  try {
    readSync(descriptor, head, 0, 4, 0);
  } finally {
    closeSync(descriptor);
  }
  if (head[0] === 0x1f && head[1] === 0x8b) return "gzip";
  if (!head.equals(Buffer.from([0x28, 0xb5, 0x2f, 0xfd]))) return "";
  if (createZstd === undefined) throw new InputError("is Zstandard, which this Node cannot read; use Node 22.15 or later");
  return "zstd";
}
