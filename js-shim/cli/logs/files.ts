/** The files of access logs on the disk: which there are, and their bytes, unpacked. */
import { closeSync, createReadStream, lstatSync, openSync, readdirSync, type ReadStream, readSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import zlib from "node:zlib";
import { InputError, systemError } from "../input-error.js";
import { unpacked } from "./unpacked.js";

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

export function sizeOf(file: string): number {
  return file === "-" ? 0 : lstatSync(file).size;
}

/** In bytes. */
const CHUNK = 1 << 17;

const createZstd = (zlib as { createZstdDecompress?: () => Duplex }).createZstdDecompress;

/** A file as it is on the disk, and what it holds. */
export interface Opened {
  readonly source: Partial<Pick<ReadStream, "bytesRead">>;
  readonly text: AsyncIterable<Buffer>;
}

export function open(file: string): Opened {
  if (file === "-") return { source: process.stdin, text: process.stdin };
  const kind = compressionOf(file);
  const source = createReadStream(file, { highWaterMark: CHUNK });
  return { source, text: kind === "" ? source : unpacked(file, source, kind === "gzip" ? () => zlib.createGunzip({ chunkSize: CHUNK }) : createZstd!) };
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
