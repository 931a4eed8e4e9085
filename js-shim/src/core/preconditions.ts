/**
 * Fields that ask for a file, or for a part of it, only if something holds of it (`If-None-Match`, `Range`): not for a page
 * that says that something is not there (RFC 9110 §13.2.1, §14.2).
 */
export function preconditionsIn(names: readonly string[]): string[] {
  return names.filter((name) => /^if-|^range$/.test(name));
}
