// Results as an aligned table.

/** Prints what was measured against what was to be reached. */
export function print(title, figures) {
  const rows = figures.map((figure) => [
    figure.title,
    bound(figure.target),
    bound(figure.aim),
    figure.measured === undefined ? "skipped" : `${number(figure.measured)} ${figure.unit}`,
    figure.low === undefined ? "" : `${number(figure.low)} … ${number(figure.high)}`,
    verdict(figure),
    figure.detail ?? "",
  ]);
  const all = [["", "target", "aim", "measured", "middle half", "", ""], ...rows];
  const widths = all[0].map((_, column) => Math.max(...all.map((row) => row[column].length)));
  const line = (row) => row.map((cell, column) => cell.padEnd(widths[column])).join("  ").trimEnd();
  console.log(`\n${title}\n${all.map(line).join("\n")}`);
}

/** Whether a figure is within its target; `undefined` without a target or a measurement. */
export function met({ target, measured }) {
  return target === undefined || measured === undefined ? undefined : measured <= target;
}

function verdict(figure) {
  const { target, aim, measured } = figure;
  switch (met(figure)) {
    case undefined:
      return "";
    case true:
      return aim !== undefined && measured <= aim ? "met, and the aim" : "met";
    default:
      return `MISSED by ${Math.round((measured / target - 1) * 100)} %`;
  }
}

function bound(value) {
  return value === undefined ? "" : `≤ ${value}`;
}

function number(value) {
  return value < 10 ? value.toFixed(2) : value.toFixed(1);
}
