/** Writing files whole or not at all. */
import { closeSync, fsyncSync, openSync, realpathSync, renameSync, rmSync, statSync, writeSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { InputError, systemError } from "./input-error.js";

/**
 * Writes a file beside its place and moves it there: whoever reads it sees the old or the new one, also after a full disk
 * or Ctrl-C. A symbolic link stays one, and the file keeps its permissions.
 */
export function writeAtomically(file: string, data: string | Uint8Array): void {
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
      const bytes = typeof data === "string" ? Buffer.from(data) : data;
      for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
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
