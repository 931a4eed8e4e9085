/** Old addresses, and where they are expected to lead: from rules, tables, sitemaps, logs, or a plain list. */
import { extname } from "node:path";
import { ADDRESS_COLUMNS } from "#dist/generated/address-columns.js";
import { usable } from "#dist/tools/rule-files.js";
import { rows, separatorOf } from "../csv.js";
import { formOf, hasForm } from "../form.js";
import { readSources, readTable } from "../input.js";
import { InputError } from "../input-error.js";
import type { Entry } from "../logs/entry.js";
import { readerOf } from "../logs/formats.js";
import { readBlock } from "../logs/block.js";
import { piecesOf } from "../logs/blocks.js";
import { logFiles } from "../logs/files.js";
import { Reading } from "../logs/reading.js";
import { Rooms } from "../logs/rooms.js";
import type { Client } from "./client.js";
import type { Item } from "./item.js";
import { isAddress, readSitemap } from "./sitemap.js";

export interface List {
  readonly items: readonly Item[];
  readonly skipped: readonly Skipped[];
}

/** What of the list is not asked. */
export interface Skipped {
  readonly text: string;
  /** The row, where it is one that was meant to be asked: the list has a fault. */
  readonly row?: { readonly from: string; readonly to?: string | undefined; readonly where: string };
}

/** So many are told apart. */
const MAX_ITEMS = 1_000_000;

export async function readList(name: string, { dialect, sheet }: { readonly dialect?: string | undefined; readonly sheet?: string | undefined }, client: Client): Promise<List> {
  if (isAddress(name)) return found(await readSitemap(name, client));
  if (/\.xml(?:\.gz)?$/i.test(name)) return found(await readSitemap(name, client));
  if (/\.(?:gz|zst|log|har|ndjson|jsonl)$/i.test(name)) return ofLog(name);
  // A table is a list even where its rows have no targets, and so are not rules.
  if (hasForm(name) && name !== "-" && formOf(name) !== "table") return ofRules(name, dialect);
  const text = readTable(name, sheet).replace(/^\ufeff/, "");
  const first = text.split(/\r?\n/).find((line) => line.trim() !== "") ?? "";
  if ([".csv", ".tsv", ".xlsx", ".xlsm"].includes(extname(name).toLowerCase()) || columnsOf(first) !== undefined) return ofTable(name, text, first);
  if (!/^\S+$/.test(first) && readerOf(first, undefined) !== undefined) return ofLog(name);
  return ofLines(name, text);
}

function found(addresses: readonly string[]): List {
  return { items: addresses.map((from) => ({ from })), skipped: [] };
}

/** An address on each line; a second one is where it must lead, and a number the status. */
function ofLines(name: string, text: string): List {
  const items: Item[] = [];
  const skipped: Skipped[] = [];
  for (const [index, whole] of text.split(/\r?\n/).entries()) {
    const line = whole.trim();
    if (line === "" || line.startsWith("#")) continue;
    const [from = "", ...rest] = line.split(/\s+/);
    const where = `${name}:${index + 1}`;
    if (!isPlace(from)) skipped.push(notAsked(from, { from, where }));
    else items.push({ from, to: rest.find(isPlace), status: statusOf(rest.find((word) => /^\d{3}$/.test(word))), where });
  }
  return { items, skipped };
}

/** A list without targets calls its column so. */
const COLUMNS = { ...ADDRESS_COLUMNS, from: [...ADDRESS_COLUMNS.from, "url", "address", "request"] };

function columnsOf(first: string): { readonly from: number; readonly to: number; readonly status: number } | undefined {
  const [{ row = [] } = {}] = rows(first, separatorOf(first));
  // An address names no column: `/old` is one that is to be asked.
  const names = row.map((name) => (isPlace(name.trim()) ? "" : name.toLowerCase().replace(/[^a-z0-9]+/g, "")));
  const at = (column: keyof typeof COLUMNS): number => names.indexOf(COLUMNS[column].find((known) => names.includes(known)) ?? "-");
  const columns = { from: at("from"), to: at("to"), status: at("status") };
  return columns.from < 0 || (columns.to < 0 && names.length > 1) ? undefined : columns;
}

function ofTable(name: string, text: string, first: string): List {
  const columns = columnsOf(first) ?? { from: 0, to: 1, status: 2 };
  const hasHeader = columnsOf(first) !== undefined;
  const items: Item[] = [];
  const skipped: Skipped[] = [];
  let number = 0;
  for (const { line, row } of rows(text, separatorOf(first))) {
    if (number++ === 0 && hasHeader) continue;
    const [from = "", to = "", status = ""] = [row[columns.from], row[columns.to], row[columns.status]].map((value) => value?.trim());
    const where = `${name}:${line}`;
    const wrong = [from, ...(to === "" ? [] : [to])].find((address) => !isPlace(address));
    if (wrong !== undefined) skipped.push(notAsked(wrong, { from, to, where }));
    else items.push({ from, to: to === "" ? undefined : to, status: statusOf(status), where });
  }
  if (items.length === 0) throw new InputError("holds no address", { where: name, help: "a table has the columns from, to and, if need be, status" });
  return { items, skipped };
}

function notAsked(wrong: string, row: NonNullable<Skipped["row"]>): Skipped {
  return { text: `${row.where}: ${JSON.stringify(wrong)} is not an address`, row };
}

function statusOf(text: string | undefined): number | undefined {
  return text !== undefined && /^[34]\d\d$/.test(text) ? Number(text) : undefined;
}

/** The redirects from one address to another. A pattern is not an address. */
function ofRules(name: string, dialect: string | undefined): List {
  const { rules, findings } = usable(readSources([name], { dialect }), { platform: "fetch" });
  if (rules === null) throw new InputError(findings[0]?.message ?? "cannot be used", { where: name, help: `see: selvedge check ${name}` });
  const items: Item[] = [];
  let patterns = 0;
  const { redirects = [] } = rules as { redirects?: unknown };
  for (const rule of (Array.isArray(redirects) ? redirects : [redirects]) as readonly Record<string, unknown>[]) {
    if (rule["pass"] === true) continue;
    const { from, to, status, when } = rule;
    for (const each of Array.isArray(from) ? (from as unknown[]) : [from]) {
      if (typeof each !== "string" || typeof to !== "string" || when !== undefined || /[*:{}]/.test(each) || /[{}]|(?:^|\/):/.test(to) || !each.startsWith("/")) patterns++;
      else items.push({ from: each, to, status: typeof status === "number" ? status : undefined, where: name });
    }
  }
  return { items, skipped: patterns === 0 ? [] : [{ text: `${name}: ${patterns} ${patterns === 1 ? "redirect is" : "redirects are"} for patterns or under conditions, and not for one address` }] };
}

/** What was asked for with success, without queries. */
async function ofLog(name: string): Promise<List> {
  const addresses = new Set<string>();
  const take = ({ scheme, host, path, status, method }: Entry): void => {
    const isThere = method === "GET" && ((status >= 200 && status < 300) || status === 304);
    if (isThere && addresses.size < MAX_ITEMS) addresses.add(host === "" ? path : `${scheme}://${host}${path}`);
  };
  const reading = new Reading(0);
  const rooms = new Rooms();
  for await (const { file, ...piece } of piecesOf(logFiles([name]), undefined, reading, rooms)) {
    if ("problem" in piece) {
      reading.files.push({ file, problem: piece.problem });
      continue;
    }
    // Nobody asks for the lines.
    reading.saw(file, 0, readBlock(piece.block, undefined, take));
    rooms.give(piece.block.bytes);
  }
  if (reading.requests === 0) throw new InputError(reading.files[0]?.problem ?? "holds no request", { where: name });
  return { items: [...addresses].map((from) => ({ from })), skipped: reading.unreadable === 0 ? [] : [{ text: `${name}: ${reading.unreadable} lines cannot be read` }] };
}

/** An address, or a path of the site. Spaces are percent-encoded, as rules do; what breaks a line would be left out. */
function isPlace(text: string): boolean {
  return (text.startsWith("/") || isAddress(text)) && URL.canParse(text, "https://example.org") && !/[\x00-\x1f\x7f]/.test(text);
}

