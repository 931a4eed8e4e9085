// CloudFront's check of what a function returned: that of the package, for which what AWS leaves open is wrong as well.
import { DISALLOWED, DISALLOWED_PREFIXES } from "./limits.mjs";

// As it is installed where runtimes are tested, else as it is built.
const { validateResult } = await import("selvedge").catch(() => import("../../../pkg/dist/index.js"));

/** @param sent `cf` as the function got it; `result` as it came back. Throws what CloudFront would answer with a 502. */
export function validate(stage, sent, result) {
  const [first] = validateResult(stage, { Records: [{ cf: sent }] }, result);
  if (first !== undefined) throw new Error(`CloudFront would answer 502: ${first.place}: ${first.message}`);
}

export function isDisallowed(name) {
  return DISALLOWED.has(name) || DISALLOWED_PREFIXES.some((prefix) => name.startsWith(prefix));
}
