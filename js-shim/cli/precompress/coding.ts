/** The codings that there can be variants in: their suffixes, how they are made and undone. */
import * as zlib from "node:zlib";
import { InputError } from "../input-error.js";

export const CODINGS = ["gzip", "br", "zstd"] as const;
export type Coding = (typeof CODINGS)[number];

export const SUFFIX: Readonly<Record<Coding, string>> = { gzip: ".gz", br: ".br", zstd: ".zst" };

/** RFC 9659 §3: a decoder of the content coding zstd need not hold more than 8 MB. */
const ZSTD_WINDOW = 23;

/** Node has it since 22.15, in `node:zlib`; the types are those of Node 20. */
interface Zstd {
  zstdCompressSync(bytes: Uint8Array, options: { params: Record<number, number>; pledgedSrcSize: number }): Buffer;
  zstdDecompressSync(bytes: Uint8Array, options: { maxOutputLength: number }): Buffer;
}
const zstd = "zstdCompressSync" in zlib ? (zlib as unknown as Zstd) : undefined;

/** Whether this Node can make it. */
export function isAvailable(coding: Coding): boolean {
  return coding !== "zstd" || zstd !== undefined;
}

/** What makes a variant, for the manifest: one that was made otherwise is made anew. */
export function maker(coding: Coding, iterations: number): string {
  return { gzip: `zopfli's method, ${iterations} iterations`, br: "brotli 11", zstd: "zstd 22" }[coding];
}

/** Brotli at its best, with a window that fits the file. */
export function brotli(bytes: Uint8Array, kind: "text" | "font" | "other"): Buffer {
  const mode = { text: zlib.constants.BROTLI_MODE_TEXT, font: zlib.constants.BROTLI_MODE_FONT, other: zlib.constants.BROTLI_MODE_GENERIC };
  const params = {
    [zlib.constants.BROTLI_PARAM_QUALITY]: zlib.constants.BROTLI_MAX_QUALITY,
    // A window holds 16 bytes less than its power of two, RFC 7932 §9.1.
    [zlib.constants.BROTLI_PARAM_LGWIN]: window(bytes.length + 16, zlib.constants.BROTLI_MIN_WINDOW_BITS, zlib.constants.BROTLI_MAX_WINDOW_BITS),
    [zlib.constants.BROTLI_PARAM_MODE]: mode[kind],
    [zlib.constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
  };
  return zlib.brotliCompressSync(bytes, { params });
}

/** Zstandard at its highest level, within the window that every browser takes. */
export function zstandard(bytes: Uint8Array): Buffer {
  if (zstd === undefined) throw new InputError("this Node has no Zstandard");
  const { ZSTD_c_compressionLevel, ZSTD_c_windowLog } = zlib.constants as unknown as Record<string, number>;
  const params = { [ZSTD_c_compressionLevel!]: 22, [ZSTD_c_windowLog!]: window(bytes.length, 10, ZSTD_WINDOW) };
  return zstd.zstdCompressSync(bytes, { params, pledgedSrcSize: bytes.length });
}

/** The logarithm of the least window for this many bytes. */
function window(length: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, Math.ceil(Math.log2(Math.max(1, length)))));
}

/** Whether `variant` is `original` in this coding; `undefined` where this Node cannot tell. */
export function isVariantOf(variant: Uint8Array, original: Uint8Array, coding: Coding): boolean | undefined {
  if (!isAvailable(coding)) return undefined;
  // One byte more than wanted: what is longer fails early.
  const options = { maxOutputLength: original.length + 1 };
  try {
    switch (coding) {
      case "gzip":
        return zlib.gunzipSync(variant, options).equals(original);
      case "br":
        return zlib.brotliDecompressSync(variant, options).equals(original);
      case "zstd":
        return zstd?.zstdDecompressSync(variant, options).equals(original);
    }
  } catch {
    return false;
  }
}
