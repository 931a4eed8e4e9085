/** Writing files whole or not at all. */
import { closeSync, fsyncSync, lstatSync, openSync, readlinkSync, realpathSync, renameSync, rmSync, type Stats, statSync, writeSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { InputError, systemError } from "./input-error.js";

/** As many as Linux follows. */
const MAX_LINKS = 40;

/**
 * Writes a file next to its place and moves it there: whoever reads it sees the old or the new one, also after a full disk
 * or Ctrl-C. The file keeps its permissions.
 *
 * A symbolic link in its place is refused, for it may lead to somebody else's file; with `follow` it stays one, and that
 * file is written, which need not be there yet. Should a link come there meanwhile, moving replaces the link itself.
 *
 * A device or a pipe is written into: moved over, it would be gone.
 */
export function writeAtomically(file: string, data: string | Uint8Array | Iterable<string>, follow: boolean): void {
  const there = statOf(file);
  // Links in /dev are the system's: /dev/stdout, /dev/fd/63.
  const isRefused = !follow && isLink(file);
  if (there && !there.isFile() && !there.isDirectory() && (!isRefused || file.startsWith("/dev/"))) return writeInto(file, data);
  if (isRefused) {
    throw new InputError("is a symbolic link", { where: file, help: "remove it, or add --follow-links to write where it leads" });
  }
  const target = ledTo(file);
  const draft = join(dirname(target), `.${basename(target)}.${process.pid}.tmp`);
  try {
    const descriptor = openSync(draft, "wx", modeOf(there));
    try {
      writeAll(descriptor, data);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(draft, target);
  } catch (error) {
    rmSync(draft, { force: true });
    if ((error as NodeJS.ErrnoException).code === "ENOENT") {
      throw new InputError("there is no such folder", { where: dirname(file), help: "make it first" });
    }
    throw systemError(file, error);
  }
}

function writeInto(target: string, data: string | Uint8Array | Iterable<string>): void {
  try {
    const descriptor = openSync(target, "w");
    try {
      writeAll(descriptor, data);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    throw systemError(target, error);
  }
}

function writeAll(descriptor: number, data: string | Uint8Array | Iterable<string>): void {
  for (const bytes of data instanceof Uint8Array ? [data] : encoded(typeof data === "string" ? [data] : data)) {
    for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
  }
}

function statOf(file: string): Stats | undefined {
  try {
    return statSync(file);
  } catch {
    // Not there yet, or out of reach: writing says so.
    return undefined;
  }
}

function modeOf(there: Stats | undefined): number {
  return there === undefined ? 0o666 : there.mode & 0o777;
}

/** Where links lead, also to what is not there yet. */
function ledTo(file: string): string {
  let target = file;
  for (let links = 0; isLink(target); links++) {
    if (links === MAX_LINKS) throw systemError(file, Object.assign(new Error("too many links"), { code: "ELOOP" }));
    try {
      return realpathSync(target);
    } catch {
      target = resolve(dirname(target), readlinkSync(target));
    }
  }
  try {
    return realpathSync(target);
  } catch {
    return target;
  }
}

/** A text as UTF-8, piece by piece: a list of a million rows is not held twice. */
function* encoded(pieces: Iterable<string>): Generator<Uint8Array> {
  const size = 1 << 20;
  for (const text of pieces) {
    for (let at = 0; at < text.length; ) {
      const isSplit = (text.charCodeAt(at + size - 1) & 0xfc00) === 0xd800;
      const end = at + size - (isSplit ? 1 : 0);
      yield Buffer.from(text.slice(at, end));
      at = end;
    }
  }
}

/** Whether an output is a folder: its name ends in a slash, or it is there. */
export function isFolder(output: string | undefined): output is string {
  return output !== undefined && (/[/\\]$/.test(output) || (statOf(output)?.isDirectory() ?? false));
}

function isLink(file: string): boolean {
  try {
    return lstatSync(file).isSymbolicLink();
  } catch {
    return false;
  }
}
