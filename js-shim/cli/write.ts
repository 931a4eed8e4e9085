/** Writing files whole or not at all. */
import { closeSync, fsyncSync, lstatSync, openSync, realpathSync, renameSync, rmSync, statSync, writeSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { InputError, systemError } from "./input-error.js";

/**
 * Writes a file next to its place and moves it there: whoever reads it sees the old or the new one, also after a full disk
 * or Ctrl-C. The file keeps its permissions.
 *
 * A symbolic link in its place is refused, for it may lead to somebody else's file; with `follow` it stays one, and that
 * file is written. Should one come there meanwhile, moving replaces the link itself.
 */
export function writeAtomically(file: string, data: string | Uint8Array | Iterable<string>, follow: boolean): void {
  if (!follow && isLink(file)) {
    throw new InputError("is a symbolic link", { where: file, help: "remove it, or add --follow-links to write where it leads" });
  }
  let target = file;
  let mode = 0o666;
  try {
    target = realpathSync(file);
    mode = statSync(target).mode & 0o777;
  } catch {
    // Not there yet.
  }
  const draft = join(dirname(target), `.${basename(target)}.${process.pid}.tmp`);
  try {
    const descriptor = openSync(draft, "wx", mode);
    try {
      for (const bytes of data instanceof Uint8Array ? [data] : encoded(typeof data === "string" ? [data] : data)) {
        for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
      }
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
  return output !== undefined && (/[/\\]$/.test(output) || (statSync(output, { throwIfNoEntry: false })?.isDirectory() ?? false));
}

function isLink(file: string): boolean {
  try {
    return lstatSync(file).isSymbolicLink();
  } catch {
    return false;
  }
}
