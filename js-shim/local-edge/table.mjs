// An aligned table on a terminal or in a file; colours on a terminal only.

const CODES = { dim: 2, bold: 1, green: 32, red: 31, cyan: 36 };

/** `paint.red(text)`; plain text where there is no terminal to show colours. */
export function painter(stream) {
  const colours = stream.isTTY && !process.env.NO_COLOR && process.env.TERM !== "dumb";
  return Object.fromEntries(Object.entries(CODES).map(([name, code]) => [name, (text) => (colours && text !== "" ? `\x1b[${code}m${text}\x1b[0m` : text)]));
}

/**
 * @param rows lists of texts
 * @param styles one function per column, applied after the text was aligned
 * @returns lines
 */
export function table(head, rows, styles, dim) {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => width(row[column]))));
  const line = (row, style) => row.map((text, column) => style(column)(column === row.length - 1 ? text : text + " ".repeat(widths[column] - width(text)))).join("  ").trimEnd();
  return [line(head, () => dim), dim(widths.map((count) => "─".repeat(count)).join("  ")), ...rows.map((row) => line(row, (column) => styles[column]))];
}

function width(text) {
  return [...text].length;
}
