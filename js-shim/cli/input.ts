/** Reading the files of the command line: text of a known form, or one clear error. */
import { isUtf8 } from "node:buffer";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { locator } from "#dist/tools/locate.js";
import type { RuleFile } from "#dist/tools/check.js";
import { columnsOf, type Dialect, dialectOf, type Form, formOf, holdsRules } from "./form.js";
import { withIncludes } from "./include.js";
import { InputError, systemError } from "./input-error.js";
import { isModule, readModule } from "./module.js";
import { compileTwiceIfLong } from "./short.js";
import { bodiesOf, type FileBody, filesOfSite } from "./site.js";
import { isSpreadsheet, readSpreadsheet } from "./spreadsheet.js";

/** A file of rules. */
export interface Source {
  /** As it was given on the command line; `-` is standard input. */
  readonly name: string;
  readonly form: Form;
  readonly dialect: Dialect | undefined;
  /** Without a byte order mark. Of a module, the rules that it exports, as JSON. */
  readonly text: string;
  /** As a person wrote it, where that is not the text. */
  readonly written?: string;
  readonly locate?: RuleFile["locate"];
  /** The files that a server's configuration includes, by their names. */
  readonly included?: ReadonlyMap<string, string>;
  /** Of a table: which columns hold what. */
  readonly columns?: RuleFile["columns"];
  /** What the site has, if that is known. */
  readonly files: readonly string[] | undefined;
  /** What those files hold that rules may answer with. */
  readonly bodies?: readonly FileBody[] | undefined;
}

/** What the command line says about the files. */
export interface SourceOptions {
  readonly dialect?: string | undefined;
  readonly site?: string | undefined;
  readonly form?: Form | undefined;
  /** Whether the verb has --form. */
  readonly takesForm?: boolean;
  readonly columns?: string | undefined;
  /** Which sheet of a workbook. */
  readonly sheet?: string | undefined;
}

/** Reads files of rules. */
export function readSources(names: readonly string[], { dialect, site, form: given, takesForm, columns, sheet }: SourceOptions): Source[] {
  const files = site === undefined ? undefined : filesOfSite(site);
  const sources = names.map((name): Source => {
    if (name !== "-") refuseFolder(name);
    const form = given ?? formOf(name, takesForm);
    const content = contentOf(name, form, sheet);
    const bodies = site === undefined || form !== "rules" ? undefined : bodiesOf(content.text, site, files ?? []);
    return { name, form, dialect: dialectOf(name, form, dialect), ...content, columns: columnsOf(columns), files, bodies };
  });
  compileTwiceIfLong(sources.reduce((sum, { text }) => sum + text.length, 0));
  return sources;
}

function contentOf(name: string, form: Form, sheet: string | undefined): Pick<Source, "text" | "written" | "locate" | "included"> {
  if (form === "table") return { text: readTable(name, sheet, true) };
  const written = readText(name);
  if ((form === "apache" || form === "nginx") && name !== "-") return { written, ...withIncludes(name, written, form, readText) };
  if (!isModule(name)) return { text: written };
  const text = readModule(name, "rules");
  return { text, written, locate: locator(written, text) };
}

/** A folder has no form; what it holds may. Of what is missing the name says nothing, either. */
function refuseFolder(name: string): void {
  if (!isFolder(name)) return;
  const inside = readdirSync(name).filter(holdsRules).sort();
  const files = inside.slice(0, 5).map((file) => join(name, file));
  const help = files.length > 0 ? `name the files in it: ${files.join(" ")}` : "name a file of rules; --site is for the folder that is served";
  throw new InputError("is a directory", { where: name, help });
}

function isFolder(name: string): boolean {
  try {
    return statSync(name).isDirectory();
  } catch (error) {
    throw systemError(name, error);
  }
}

/** Reads a file, which must be text in UTF-8; `-` is standard input. */
export function readText(file: string): string {
  return textOf(file, readBytes(file));
}

/**
 * Reads a table: a sheet of a workbook, or text; spreadsheets write UTF-16 as well, with a byte order mark.
 *
 * @param lossy U+FFFD stands for what is not UTF-8: whoever reads the rows says so of those that have it, and takes the others
 */
export function readTable(file: string, sheet?: string, lossy = false): string {
  const bytes = readBytes(file);
  if (isSpreadsheet(bytes)) return readSpreadsheet(file, bytes, sheet);
  if (sheet !== undefined) throw new InputError("has no sheets", { where: file, help: "--sheet is for *.xlsx" });
  return isUtf16(bytes) ? new TextDecoder(bytes[0] === 0xff ? "utf-16le" : "utf-16be").decode(bytes) : textOf(file, lossy && !isUtf8(bytes) ? Buffer.from(bytes.toString("utf8")) : bytes);
}

function readBytes(file: string): Buffer {
  try {
    return readFileSync(file === "-" ? 0 : file);
  } catch (error) {
    throw systemError(file, error);
  }
}

function textOf(file: string, bytes: Buffer): string {
  if (isUtf16(bytes)) throw new InputError("is UTF-16, not UTF-8", { where: file, help: "save it as UTF-8" });
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    // The first character that decoding replaces and the file does not hold itself.
    const decoded = bytes.toString("utf8");
    let at = decoded.indexOf("\ufffd");
    while (at >= 0 && holdsReplacement(bytes, decoded, at)) at = decoded.indexOf("\ufffd", at + 1);
    throw new InputError("is not UTF-8", { where: position(file, decoded, at), help: "save it as UTF-8" });
  }
  const nul = text.indexOf("\0");
  if (nul >= 0) throw new InputError("holds a NUL character; is this a text file?", { where: position(file, text, nul) });
  return text;
}

function isUtf16(bytes: Buffer): boolean {
  return (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
}

/** Whether the file itself has U+FFFD here. All before is valid, so bytes can be counted. */
function holdsReplacement(bytes: Buffer, decoded: string, at: number): boolean {
  const offset = Buffer.byteLength(decoded.slice(0, at));
  return bytes.subarray(offset, offset + 3).equals(Buffer.from("\ufffd"));
}

function position(file: string, text: string, at: number): string {
  const before = text.slice(0, at).replace(/^\ufeff/, "");
  const line = before.split("\n");
  return `${file}:${line.length}:${[...(line.at(-1) ?? "")].length + 1}`;
}
