/** Which file a misspelt name was probably meant to be. */
import { readdirSync } from "node:fs";
import { basename, dirname, extname, join } from "node:path";
import { distance } from "fastest-levenshtein";

/** More letters than this are another name. */
const MAX_WRONG = 2;

/** The file in the same folder whose name is nearest, if it is near enough to be meant; or one that differs in its ending alone. */
export function nearestFile(file: string): string | undefined {
  const given = basename(file);
  const stem = stemOf(given);
  const near = namesIn(dirname(file))
    .map((name) => ({ name, wrong: stemOf(name) === stem ? 0 : distance(given, name) }))
    .filter(({ wrong }) => wrong <= Math.min(MAX_WRONG, stem.length / 2))
    .sort((one, other) => one.wrong - other.wrong)[0];
  return near && join(dirname(file), near.name);
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    // A folder that is missing, too, holds nothing that is near.
    return [];
  }
}

/** A name without its ending, whatever its case: rules.json, Rules.json and rules.jsonc are near. */
function stemOf(name: string): string {
  return basename(name, extname(name)).toLowerCase();
}
