/** Tables as text (RFC 4180): values separated by commas, semicolons or tabs, quoted where they hold one. */

/** What separates the values of a line: that which it has most of outside quotes. */
export function separatorOf(line: string): string {
  const plain = line.replace(/"[^"]*"/g, "");
  const counts = [",", ";", "\t"].map((separator) => ({ separator, count: plain.split(separator).length }));
  return counts.reduce((most, other) => (other.count > most.count ? other : most)).separator;
}

/** The values of one line. */
export function cells(line: string, separator: string): string[] {
  return rowAt(line, 0, separator).row;
}

/** The rows of a table, each with the line that it begins in, from 1. Empty lines are none. */
export function* rows(text: string, separator: string): Generator<{ readonly line: number; readonly row: readonly string[] }> {
  let line = 1;
  for (let at = 0; at < text.length; ) {
    const { row, end } = rowAt(text, at, separator, true);
    if (row.length > 1 || row[0] !== "") yield { line, row };
    for (let i = text.indexOf("\n", at); i >= 0 && i < end; i = text.indexOf("\n", i + 1)) line++;
    at = end;
  }
}

function rowAt(text: string, start: number, separator: string, hasLines = false): { readonly row: string[]; readonly end: number } {
  const row: string[] = [];
  let lineEnd = hasLines ? text.indexOf("\n", start) : -1;
  if (lineEnd < 0) lineEnd = text.length;
  for (let at = start; ; ) {
    let value: string;
    let end = at;
    if (text[at] === '"') {
      for (end = text.indexOf('"', at + 1); end >= 0 && text[end + 1] === '"'; ) end = text.indexOf('"', end + 2);
      if (end < 0) end = text.length;
      value = text.slice(at + 1, end).replaceAll('""', '"');
      // The quotes may have held the end of the line.
      if (end >= lineEnd) lineEnd = hasLines && text.indexOf("\n", end) >= 0 ? text.indexOf("\n", end) : text.length;
      end = nextOf(text, end, lineEnd, separator);
    } else {
      end = nextOf(text, at, lineEnd, separator);
      const last = end < 0 || end > lineEnd ? lineEnd : end;
      value = text.slice(at, last > at && text[last - 1] === "\r" && last === lineEnd ? last - 1 : last);
    }
    row.push(value);
    if (end < 0 || end >= lineEnd) return { row, end: Math.min(lineEnd + 1, text.length) };
    at = end + 1;
  }
}

/** Never past the line: a table of one column would be searched to its end for each line. */
function nextOf(text: string, from: number, lineEnd: number, separator: string): number {
  const found = text.slice(from, lineEnd).indexOf(separator);
  return found < 0 ? -1 : from + found;
}

/** A value as it is written. Programs for tables run what begins like a formula: such a value gets an apostrophe. */
export function csvCell(value: string): string {
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",;\r\n\t]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
