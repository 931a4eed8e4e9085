/** A key for one build, which nobody knows. */
export function randomKey(): string {
  return crypto.getRandomValues(new Uint32Array(8)).join("-");
}
