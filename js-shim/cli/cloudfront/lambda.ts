/** A plan as the module of a Lambda@Edge function: one file that needs no other, built around a reader that is bundled already. */
import { readFileSync } from "node:fs";
import { type CompiledForm, PlanFacts } from "#dist/tools/plan-facts.js";

/** The functions that the readers are in. */
const BUNDLES: Record<CompiledForm, string> = {
  "compiled/small": "lambda-edge-small.txt",
  compiled: "lambda-edge.txt",
  "compiled/regex": "lambda-edge-regex.txt",
};

/** The source of `index.js`, a CommonJS module whose handler is `index.handler`. */
export function lambdaOf(plan: Uint8Array): string {
  const name = BUNDLES[new PlanFacts(plan).form()];
  const bundle = readFileSync(new URL(`./${name}`, import.meta.url), "utf8");
  return `const PLAN=Buffer.from(${latin1(plan)},"latin1");${bundle}`;
}

/** A character for each byte, in ASCII: other than base64, it leaves repetitions to compression. */
function latin1(bytes: Uint8Array): string {
  let text = "";
  for (const [at, byte] of bytes.entries()) {
    const next = bytes[at + 1] ?? 0;
    // "\0" before a digit would be another character.
    if (byte === 0 && (next < 0x30 || next > 0x39)) text += "\\0";
    else if (byte === 0x22 || byte === 0x5c) text += `\\${String.fromCharCode(byte)}`;
    else if (byte < 0x20 || byte > 0x7e) text += `\\x${byte.toString(16).padStart(2, "0")}`;
    else text += String.fromCharCode(byte);
  }
  return `"${text}"`;
}
