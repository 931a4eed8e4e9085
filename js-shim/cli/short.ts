/** What makes a short run of the tools shorter. */
import { setFlagsFromString } from "node:v8";

/**
 * Leaves WebAssembly as V8's first compiler makes it. The second takes longer for the tools than they run, even on 45,000 rules.
 * For verbs that end soon; what serves requests or compresses files is worth compiling well.
 */
export function compileOnce(): void {
  try {
    // The first implies the others, but V8 only draws that conclusion when it starts.
    setFlagsFromString("--liftoff-only --no-wasm-tier-up --no-wasm-dynamic-tiering");
    // Of the tools a verb calls a part, and a function that is never called needs no check of its code.
    setFlagsFromString("--wasm-lazy-validation");
  } catch {
    // A runtime that has no such flag.
  }
}
