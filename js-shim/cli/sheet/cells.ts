/** The cells of a sheet as people see them. What is not an address to anybody begins with "=", as a formula does. */
import { SheetError } from "./error.js";
import { shownNumber } from "./number.js";
import { textReader } from "./texts.js";
import { readXml } from "./xml.js";

export interface Cells {
  /** By row and column, from 0; both have holes. */
  readonly rows: (string | undefined)[][];
}

const MAX_ROWS = 1_048_576;
/** A list has a dozen. */
const MAX_COLUMNS = 256;
/** Cells that merged ones fill in all. */
const MAX_FILLED = 5_000_000;

export function readCells(part: Uint8Array, texts: readonly string[], formats: readonly string[]): Cells {
  const rows: (string | undefined)[][] = [];
  const merged: string[] = [];
  let [row, column] = [-1, -1];
  let [type, style] = ["n", 0];
  let [value, formula] = ["", ""];
  let hasFormula = false;
  let inside = "";
  const inline = textReader();
  readXml(part, "the sheet", {
    open: (name, attributes) => {
      inside = name;
      if (name === "row") {
        row = attributes["r"] === undefined ? row + 1 : Number(attributes["r"]) - 1;
        column = -1;
        if (!(row >= 0 && row < MAX_ROWS)) throw new SheetError("is broken: it has a row that no sheet has", "open it in a spreadsheet, and save it again");
      } else if (name === "c") {
        column = attributes["r"] === undefined ? column + 1 : columnOf(attributes["r"]);
        if (column >= MAX_COLUMNS) throw new SheetError(`has more than ${MAX_COLUMNS} columns`, "save the columns of the list as a sheet of its own");
        [type, style] = [attributes["t"] ?? "n", Number(attributes["s"] ?? 0)];
        [value, formula, hasFormula] = ["", "", false];
        inline.start();
      } else if (name === "f") hasFormula = true;
      else if (name === "mergeCell") merged.push(attributes["ref"] ?? "");
      inline.open(name);
    },
    text: (text) => {
      if (inside === "v") value += text;
      else if (inside === "f") formula += text;
      inline.text(text);
    },
    close: (name) => {
      inside = "";
      inline.close(name);
      if (name !== "c" || row < 0) return;
      if (type === "inlineStr") value = inline.end();
      const shown = value === "" && hasFormula ? `=${formula}` : shownAs(value, type, formats[style] ?? "General", texts);
      if (shown !== "") (rows[row] ??= [])[column] = shown;
    },
  });
  fill(rows, merged);
  return { rows };
}

function shownAs(value: string, type: string, format: string, texts: readonly string[]): string {
  if (value === "") return "";
  switch (type) {
    case "s":
      return texts[Number(value)] ?? "=#REF!";
    case "b":
      return value === "1" ? "TRUE" : "FALSE";
    case "e":
      return `=${value}`;
    case "n":
      return shownNumber(value, format);
    default:
      return value;
  }
}

/** Merged cells show what the first of them has: all have it. */
function fill(rows: (string | undefined)[][], merged: readonly string[]): void {
  let filled = 0;
  for (const range of merged) {
    const [, first = "", last = ""] = /^(\w+):(\w+)$/.exec(range) ?? [];
    const [top, left] = [rowOf(first), columnOf(first)];
    const value = rows[top]?.[left];
    if (value === undefined) continue;
    const right = Math.min(columnOf(last), MAX_COLUMNS - 1);
    for (let row = top; row <= Math.min(rowOf(last), MAX_ROWS - 1); row++) {
      for (let column = left; column <= right; column++) {
        if (++filled > MAX_FILLED) throw new SheetError("has too many merged cells", "take the merges away, and fill the cells");
        (rows[row] ??= [])[column] ??= value;
      }
    }
  }
}

/** `B` of `B3` is 1. */
function columnOf(reference: string): number {
  const letters = /^[A-Z]{1,3}/.exec(reference)?.[0] ?? "";
  let column = 0;
  for (const letter of letters) column = column * 26 + letter.charCodeAt(0) - 64;
  return column - 1;
}

function rowOf(reference: string): number {
  return Number(/\d+$/.exec(reference)?.[0] ?? NaN) - 1;
}
