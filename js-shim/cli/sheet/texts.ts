/** What cells of a sheet refer to: texts that are kept once, and formats of numbers. */
import { readXml } from "./xml.js";

export function sharedTexts(part: Uint8Array | undefined): readonly string[] {
  const texts: string[] = [];
  if (part === undefined) return texts;
  const reader = textReader();
  readXml(part, "the shared texts", {
    open: (name) => {
      if (name === "si") reader.start();
      reader.open(name);
    },
    text: reader.text,
    close: (name) => {
      reader.close(name);
      if (name === "si") texts.push(reader.end());
    },
  });
  return texts;
}

export interface TextReader {
  readonly start: () => void;
  readonly open: (name: string) => void;
  readonly text: (text: string) => void;
  readonly close: (name: string) => void;
  readonly end: () => string;
}

/** A text in runs of one format each, without what says how it is pronounced. */
export function textReader(): TextReader {
  let whole = "";
  let inText = false;
  let phonetic = 0;
  return {
    start: () => void (whole = ""),
    open: (name) => {
      if (name === "rPh") phonetic++;
      inText = name === "t" && phonetic === 0;
    },
    text: (text) => {
      if (inText) whole += text;
    },
    close: (name) => {
      if (name === "rPh") phonetic--;
      if (name === "t") inText = false;
    },
    end: () => whole,
  };
}

/** The codes of the formats of numbers, by style. */
export function formatCodes(part: Uint8Array | undefined): readonly string[] {
  const codes: string[] = [];
  if (part === undefined) return codes;
  const custom = new Map<number, string>();
  let inStyles = false;
  readXml(part, "the styles", {
    open: (name, attributes) => {
      if (name === "numFmt") custom.set(Number(attributes["numFmtId"]), attributes["formatCode"] ?? "");
      if (name === "cellXfs") inStyles = true;
      if (name === "xf" && inStyles) {
        const format = Number(attributes["numFmtId"] ?? 0);
        codes.push(custom.get(format) ?? codeOf(format));
      }
    },
    close: (name) => {
      if (name === "cellXfs") inStyles = false;
    },
  });
  return codes;
}

/** ECMA-376 part 1, 18.8.30: the formats that are not written down in the file. Dates are `d`, and what a language decides is `?`. */
function codeOf(format: number): string {
  if ((format >= 14 && format <= 22) || (format >= 27 && format <= 36) || (format >= 45 && format <= 47) || (format >= 50 && format <= 58)) return "d";
  return ({ 0: "General", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?", 13: "# ??/??", 37: "#,##0_)", 38: "#,##0_)", 39: "#,##0.00_)", 40: "#,##0.00_)", 48: "##0.0E+0", 49: "@" } as Record<number, string>)[format] ?? "?";
}
