/** The worker: reads a file, compresses it in one coding, and gives out nothing that does not decompress to the same. */
import { readFileSync } from "node:fs";
import { parentPort } from "node:worker_threads";
import { gzipSync } from "node:zlib";
import { brotli, type Coding, isVariantOf, zstandard } from "./coding.js";
import { HEAD, isText } from "./choice.js";
import { ChangingError, read } from "./file.js";
import { reasonOf } from "./problem.js";

export interface Job {
  readonly path: Uint8Array;
  /** The folder that the file has to be in. */
  readonly within: string | undefined;
  readonly extension: string;
  readonly coding: Coding;
  readonly iterations: number;
  /** What the file held when it was looked at. */
  readonly sha256: string;
}

/** `gzip9`: what `gzip -9` makes of it, for comparison. */
export type Result = { readonly bytes: Uint8Array; readonly gzip9?: number } | { readonly problem: string };

const FONTS = new Set(["otf", "ttf", "eot"]);

/** The exports of crates/selvedge-zopfli. */
interface Zopfli {
  readonly memory: WebAssembly.Memory;
  input(length: number): number;
  compress(iterations: number): number;
  output(): number;
}

let module: WebAssembly.Module | undefined;

parentPort?.on("message", (job: Job) => {
  let result: Result;
  try {
    result = compress(job);
  } catch (error) {
    result = { problem: reasonOf(error) };
  }
  parentPort?.postMessage(result, "bytes" in result ? [result.bytes.buffer as ArrayBuffer] : []);
});

function compress({ path, within, extension, coding, iterations, sha256 }: Job): Result {
  const content = read(Buffer.from(path), within);
  if (content.sha256 !== sha256) throw new ChangingError("changes while it is read");
  const { bytes } = content;
  const made = make(bytes, coding, extension, iterations);
  if (isVariantOf(made, bytes, coding) !== true) return { problem: `its ${coding} form does not decompress to the same; please report it` };
  // A copy: the buffer may be part of a larger one, and goes to the other thread whole.
  const own = Uint8Array.from(made);
  return coding === "gzip" ? { bytes: own, gzip9: gzipSync(bytes, { level: 9 }).length } : { bytes: own };
}

function make(bytes: Uint8Array, coding: Coding, extension: string, iterations: number): Uint8Array {
  switch (coding) {
    case "gzip":
      return zopfli(bytes, iterations);
    case "br":
      return brotli(bytes, FONTS.has(extension) ? "font" : isText(bytes.subarray(0, HEAD)) ? "text" : "other");
    case "zstd":
      return zstandard(bytes);
  }
}

/** A new instance for each file: memory that a large one took is given back. */
function zopfli(bytes: Uint8Array, iterations: number): Uint8Array {
  module ??= new WebAssembly.Module(readFileSync(new URL("zopfli.wasm", import.meta.url)));
  const { memory, input, compress, output } = new WebAssembly.Instance(module).exports as unknown as Zopfli;
  const at = input(bytes.length);
  new Uint8Array(memory.buffer, at, bytes.length).set(bytes);
  const length = compress(iterations);
  return new Uint8Array(memory.buffer, output(), length);
}
