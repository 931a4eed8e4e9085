/** Wasm that travels compressed, where Node's libraries are at hand. */
import { brotliDecompressSync } from "node:zlib";

/** `text`: what Brotli made of the wasm, in base64. */
export function unpacked(text: string): WebAssembly.Module {
  return new WebAssembly.Module(brotliDecompressSync(Buffer.from(text, "base64")));
}
