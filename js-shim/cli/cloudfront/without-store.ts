/** A function that is small enough with a KeyValueStore alone. */
import type { Finding } from "#dist/tools/check.js";
import { cloudfrontFunction } from "#dist/tools/cloudfront-function.js";
import { FindingsError } from "#dist/tools/findings-error.js";
import type { Source } from "../input.js";

/** Why the rules make no function without a store, as notes, where they make one with it: `check` finds nothing wrong with those. */
export function needsStore(sources: readonly Source[]): Finding[] {
  try {
    cloudfrontFunction(sources);
    return [];
  } catch (error) {
    if (!(error instanceof FindingsError)) throw error;
    const help = "build it with a KeyValueStore: selvedge build --platform cloudfront-functions -o FOLDER/, or --store FILE";
    return error.findings.map((finding) => ({ ...finding, severity: "note", help }));
  }
}
