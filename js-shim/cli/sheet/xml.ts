/** Elements of a part of a workbook, one after the other. */
import { parser as createParser, type SAXOptions } from "sax";
import { SheetError } from "./error.js";

export interface Handlers {
  /** @param name without its prefix */
  readonly open?: (name: string, attributes: Readonly<Record<string, string>>) => void;
  readonly text?: (text: string) => void;
  readonly close?: (name: string) => void;
}

/** Only the entities of XML itself. The types of the library do not know all options. */
const OPTIONS = { strictEntities: true, position: false } as SAXOptions;
/** So much is decoded at a time. */
const PIECE = 1 << 20;

export function readXml(part: Uint8Array, what: string, { open, text, close }: Handlers): void {
  const parser = createParser(true, OPTIONS);
  const fail = (reason: string): never => {
    throw new SheetError(`is broken: ${what}: ${reason}`, "open it in a spreadsheet, and save it again");
  };
  parser.onerror = ({ message }) => fail(message.split("\n")[0] ?? "");
  // Workbooks have no document type; what has one is made to confuse readers.
  parser.ondoctype = () => fail("it has a document type");
  if (open) parser.onopentag = ({ name, attributes }) => open(plain(name), attributes as Record<string, string>);
  if (text) parser.ontext = text;
  if (close) parser.onclosetag = (name) => close(plain(name));
  const decoder = new TextDecoder("utf-8");
  for (let at = 0; at < part.length; at += PIECE) parser.write(decoder.decode(part.subarray(at, at + PIECE), { stream: true }));
  parser.write(decoder.decode()).close();
}

function plain(name: string): string {
  return name.slice(name.indexOf(":") + 1);
}
