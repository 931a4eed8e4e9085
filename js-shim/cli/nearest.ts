/** What a misspelt word was probably meant to be. */
import { closest, distance } from "fastest-levenshtein";

/** The word that is nearest, if it is near enough to be meant. */
export function nearest(given: string, words: readonly string[]): string | undefined {
  const found = closest(given, words);
  return distance(given, found) > found.length / 2 ? undefined : found;
}
