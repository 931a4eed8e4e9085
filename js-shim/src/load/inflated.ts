/** As packed.ts, for the tools. A file of its own: a bundle with the compiler would keep the import of both. */
import { inflateRawSync } from "node:zlib";

/** `text`: what deflate made of the wasm, in base64. `size` of the wasm, in bytes: one piece of memory takes it whole. */
export function inflated(text: string, size: number): WebAssembly.Module {
  return new WebAssembly.Module(inflateRawSync(Buffer.from(text, "base64"), { chunkSize: size }));
}
