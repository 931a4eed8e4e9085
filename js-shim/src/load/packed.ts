/** Wasm that travels compressed, where Node's libraries are at hand. */
import { brotliDecompressSync, inflateRawSync } from "node:zlib";

/** `text`: what Brotli made of the wasm, in base64. */
export function unpacked(text: string): WebAssembly.Module {
  return new WebAssembly.Module(brotliDecompressSync(Buffer.from(text, "base64")));
}

/** `text`: what deflate made of the wasm, in base64. `size` of the wasm, in bytes: one piece of memory takes it whole. */
export function inflated(text: string, size: number): WebAssembly.Module {
  return new WebAssembly.Module(inflateRawSync(Buffer.from(text, "base64"), { chunkSize: size }));
}
