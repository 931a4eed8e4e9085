/**
 * Fields that ask for a file, or for a part of it, only if something holds of it: not for a page that says that something is
 * not there (RFC 9110 §13.2.1, §14.2).
 */
export const OF_FILES = ["if-match", "if-none-match", "if-modified-since", "if-unmodified-since", "if-range", "range"] as const;
