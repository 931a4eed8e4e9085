/** Names of files as bytes: they need not be UTF-8, and may hold line breaks. */
import { printable } from "../printable.js";

/** The path from the folder, with slashes, and one character for each byte. */
export type Name = string;

/** The folder and a name, for the system. */
export function systemPath(folder: string, name: Name): Buffer {
  return Buffer.concat([Buffer.from(`${folder}/`), Buffer.from(name, "latin1")]);
}

/** What a browser asks for: escapes as the URL standard makes them, and of what would mean something else in a URL. */
export function urlPath(name: Name): string {
  return `/${name.replace(/[^!$&-;=@-[\]_a-z|~]/g, (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`)}`;
}

/** The name of the file that a `urlPath` stands for. */
export function nameOf(path: string): Name {
  return path.slice(1).replace(/%([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
}

/** The name as text. */
export function utf8(name: Name): string {
  return Buffer.from(name, "latin1").toString("utf8");
}

/** As people read it, on one line: what is not text is escaped. */
export function shown(name: Name): string {
  const bytes = Buffer.from(name, "latin1");
  const text = isUtf8(bytes) ? bytes.toString("utf8") : name.replace(/[\x80-\xff]/g, hex);
  return printable(text);
}

function hex(character: string): string {
  return `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`;
}

/** The ending, in lower case and without its dot; empty where there is none. */
export function extension(name: Name): string {
  const base = name.slice(name.lastIndexOf("/") + 1);
  const dot = base.lastIndexOf(".");
  return dot <= 0 ? "" : base.slice(dot + 1).toLowerCase();
}

export function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}
