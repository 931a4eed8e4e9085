/** What makes a short run of the tools shorter. */
import { setFlagsFromString } from "node:v8";

/**
 * Leaves WebAssembly as V8's first compiler makes it. The second takes longer for the tools than they run, even on 45,000 rules.
 * For verbs that end soon; what serves requests or compresses files is worth compiling well.
 */
export function compileOnce(): void {
  // The first implies the others, but V8 only draws that conclusion when it starts.
  set("--liftoff-only --no-wasm-tier-up --no-wasm-dynamic-tiering");
  // Of the tools a verb calls a part, and a function that is never called needs no check of its code.
  set("--wasm-lazy-validation");
}

/** In characters. On a table of 100,000 rows, which is a quarter of that, the two take as long as each other. */
const LONG = 20_000_000;

/** Takes that back for a run that is long after all. To be called before the tools are asked anything. */
export function compileTwiceIfLong(characters: number): void {
  if (characters >= LONG) set("--no-liftoff-only --wasm-tier-up --wasm-dynamic-tiering");
}

function set(flags: string): void {
  try {
    setFlagsFromString(flags);
  } catch {
    // A runtime that has no such flag.
  }
}
