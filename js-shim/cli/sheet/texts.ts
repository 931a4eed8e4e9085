/** What cells of a sheet refer to: texts that are kept once, and which formats are dates. */
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

/** The styles whose numbers are dates. */
export function dateStyles(part: Uint8Array | undefined): ReadonlySet<number> {
  const dates = new Set<number>();
  if (part === undefined) return dates;
  const custom = new Map<number, string>();
  let inStyles = false;
  let at = 0;
  readXml(part, "the styles", {
    open: (name, attributes) => {
      if (name === "numFmt") custom.set(Number(attributes["numFmtId"]), attributes["formatCode"] ?? "");
      if (name === "cellXfs") inStyles = true;
      if (name === "xf" && inStyles) {
        const format = Number(attributes["numFmtId"] ?? 0);
        const code = custom.get(format);
        if (code === undefined ? isDate(format) : /[ymdhs]/i.test(code.replace(/"[^"]*"|\[[^\]]*\]|\\./g, ""))) dates.add(at);
        at++;
      }
    },
    close: (name) => {
      if (name === "cellXfs") inStyles = false;
    },
  });
  return dates;
}

/** ECMA-376 part 1, 18.8.30: the formats that are not written down in the file. */
function isDate(format: number): boolean {
  return (format >= 14 && format <= 22) || (format >= 27 && format <= 36) || (format >= 45 && format <= 47) || (format >= 50 && format <= 58);
}
