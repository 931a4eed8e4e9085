/** A workbook of Excel's as a table in text: a line for each row, so that a finding names the row. */
import { Archive } from "./archive.js";
import { SheetError } from "./error.js";
import { type Cells, readCells } from "./cells.js";
import { readXml } from "./xml.js";
import { formatCodes, sharedTexts } from "./texts.js";

interface Sheet {
  readonly name: string;
  readonly part: string;
  readonly isHidden: boolean;
}

/** More than any list of addresses; one long text may be in a million cells. */
const MAX_TEXT = 256 << 20;

/** @param wanted the name of a sheet, or its number from 1 */
export function tableOf(bytes: Uint8Array, wanted: string | undefined): string {
  const archive = new Archive(bytes);
  const root = relations(archive, "_rels/.rels").find(({ type }) => type.endsWith("/officeDocument"))?.target ?? "xl/workbook.xml";
  const folder = root.slice(0, root.lastIndexOf("/") + 1);
  const related = relations(archive, `${folder}_rels/${root.slice(folder.length)}.rels`);
  const partOf = (target: string): string => (target.startsWith("/") ? target.slice(1) : folder + target);
  const sheets = sheetsOf(archive, root).flatMap(({ name, id, isHidden }): Sheet[] => {
    const relation = related.find((relation) => relation.id === id);
    return relation?.type.endsWith("/worksheet") ? [{ name, part: partOf(relation.target), isHidden }] : [];
  });
  const part = chosen(sheets, wanted, archive);
  const optional = (kind: string): Uint8Array | undefined => {
    const relation = related.find(({ type }) => type.endsWith(`/${kind}`));
    return relation && archive.part(partOf(relation.target));
  };
  return written(readCells(part, sharedTexts(optional("sharedStrings")), formatCodes(optional("styles"))));
}

/** What --sheet names, or the one sheet that people see something in. */
function chosen(sheets: readonly Sheet[], wanted: string | undefined, archive: Archive): Uint8Array {
  const names = (some: readonly Sheet[]): string => some.map(({ name }) => JSON.stringify(name)).join(", ");
  const partOf = ({ name, part }: Sheet): Uint8Array => {
    const bytes = archive.part(part);
    if (bytes === undefined) throw new SheetError(`is broken: its sheet ${JSON.stringify(name)} is not in it`, "open it in a spreadsheet, and save it again");
    return bytes;
  };
  if (wanted !== undefined) {
    const sheet = sheets.find(({ name }) => name === wanted) ?? (/^[1-9]\d*$/.test(wanted) ? sheets[Number(wanted) - 1] : undefined);
    if (sheet === undefined) throw new SheetError(`has no sheet ${JSON.stringify(wanted)}`, `it has ${names(sheets)}`);
    return partOf(sheet);
  }
  const filled = sheets.flatMap((sheet) => {
    const part = sheet.isHidden ? undefined : partOf(sheet);
    return part !== undefined && hasCells(part) ? [{ sheet, part }] : [];
  });
  const [first, ...more] = filled;
  if (first === undefined) throw new SheetError("has nothing in its sheets", sheets.length > 0 ? `name a hidden one: --sheet NAME, of ${names(sheets)}` : "");
  if (more.length > 0) throw new SheetError(`has ${filled.length} sheets: ${names(filled.map(({ sheet }) => sheet))}`, "say which one: --sheet NAME, or its number");
  return first.part;
}

/** Whether a cell has a value. */
function hasCells(part: Uint8Array): boolean {
  let found = false;
  readXml(part, "a sheet", { open: (name) => void (found ||= name === "v" || name === "is" || name === "f") });
  return found;
}

function relations(archive: Archive, name: string): { readonly id: string; readonly type: string; readonly target: string }[] {
  const part = archive.part(name);
  const found: { id: string; type: string; target: string }[] = [];
  if (part === undefined) return found;
  readXml(part, name, {
    open: (name, { Id: id = "", Type: type = "", Target: target = "" }) => {
      if (name === "Relationship") found.push({ id, type, target });
    },
  });
  return found;
}

function sheetsOf(archive: Archive, name: string): { readonly name: string; readonly id: string; readonly isHidden: boolean }[] {
  const part = archive.part(name);
  if (part === undefined) throw new SheetError("is not a workbook: there is no sheet in this archive", "save it as .xlsx or .csv");
  const sheets: { name: string; id: string; isHidden: boolean }[] = [];
  readXml(part, name, {
    open: (element, attributes) => {
      if (element !== "sheet") return;
      const id = Object.entries(attributes).find(([name]) => /(?:^|:)id$/.test(name))?.[1] ?? "";
      sheets.push({ name: attributes["name"] ?? "", id, isHidden: /hidden/i.test(attributes["state"] ?? "") });
    },
  });
  return sheets;
}

function written({ rows }: Cells): string {
  const lines: string[] = [];
  let size = 0;
  for (let at = 0; at < rows.length; at++) {
    const line = (rows[at] ?? []).map(cell).join(",");
    size += line.length + 1;
    if (size > MAX_TEXT) throw new SheetError(`comes to more than ${MAX_TEXT >> 20} MB of text`, "save what you need of it as CSV");
    lines.push(line);
  }
  return lines.join("\n");
}

/** A line break within would be one of the table: it becomes a control character, which no address may have. */
function cell(value: string | undefined): string {
  const text = (value ?? "").trim().replace(/\r\n|[\r\n]/g, "\v");
  return /[",;\t|]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
