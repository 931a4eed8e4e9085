/** Files as they are on the disk: read whole while nobody writes to them, and put in place whole or not at all. */
import { createHash } from "node:crypto";
import { closeSync, fdatasyncSync, fstatSync, futimesSync, linkSync, lstatSync, openSync, readSync, realpathSync, renameSync, rmSync, type Stats, statSync, writeSync } from "node:fs";

/** A file's bytes, and what tells whether it has changed since. */
export interface Content {
  readonly bytes: Uint8Array;
  readonly sha256: string;
  readonly mode: number;
  readonly modified: number;
}

/** A file that is being written to. */
export class ChangingError extends Error {}

const PIECE = 1 << 20;

/** Whether a path leads to something in the folder, whose own path is real. */
export function isWithin(path: Buffer, folder: string): boolean {
  // The other one takes a path for text, which need not be UTF-8.
  return realpathSync.native(path, { encoding: "buffer" }).indexOf(`${folder}/`) === 0;
}

/**
 * Opens a file for reading; with `within`, only one that is in this folder, however the path leads there. Looking after
 * opening leaves nobody the time to put a link in between.
 */
export function open(path: Buffer, within: string | undefined): number {
  const descriptor = openSync(path, "r");
  if (within === undefined) return descriptor;
  const [opened, there] = [fstatSync(descriptor, { bigint: true }), statSync(path, { bigint: true })];
  if (opened.ino === there.ino && opened.dev === there.dev && isWithin(path, within)) return descriptor;
  closeSync(descriptor);
  throw new ChangingError("leads out of the folder");
}

/**
 * Reads a whole file.
 * @throws ChangingError where it changes meanwhile
 */
export function read(path: Buffer, within?: string): Content {
  const descriptor = open(path, within);
  try {
    const before = fstatSync(descriptor);
    if (!before.isFile()) throw new ChangingError("is not a file any more");
    // No more than it had at first: who appends without end must not keep us here.
    const bytes = Buffer.alloc(before.size + 1);
    let length = 0;
    for (let count = -1; count !== 0 && length < bytes.length; length += count) {
      count = readSync(descriptor, bytes, length, Math.min(PIECE, bytes.length - length), null);
    }
    const after = fstatSync(descriptor);
    if (length !== before.size || !isSame(before, after)) throw new ChangingError("changes while it is read");
    const whole = bytes.subarray(0, length);
    return { bytes: whole, sha256: sha256(whole), mode: before.mode & 0o777, modified: before.mtimeMs };
  } finally {
    closeSync(descriptor);
  }
}

function isSame(one: Stats, other: Stats): boolean {
  return one.size === other.size && one.mtimeMs === other.mtimeMs;
}

/** Whether a file is still as it was when it was read, as far as size and time tell. */
export function isUnchanged({ path, bytes, modified }: { path: Buffer; bytes: number; modified: number }): boolean {
  const now = statSync(path, { throwIfNoEntry: false });
  return now !== undefined && now.size === bytes && now.mtimeMs === modified;
}

export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** The hash of a file; `undefined` where there is none that could be read. A link is not a file: it leads to somebody else's. */
export function hashOf(path: Buffer): string | undefined {
  try {
    return lstatSync(path).isFile() ? read(path).sha256 : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a name is taken, by whatever. */
export function exists(path: Buffer): boolean {
  try {
    lstatSync(path);
    return true;
  } catch (error) {
    return !["ENOENT", "ENAMETOOLONG"].includes((error as NodeJS.ErrnoException).code ?? "");
  }
}

/**
 * Writes a draft and moves it to its place. It gets the permissions and the time of its original: whoever may read one
 * may read both, and a server says the same `Last-Modified`.
 * @param replace whether there is one of ours to replace; if not, a file that somebody else made meanwhile is left alone
 * @returns whether the place was free
 */
export function place(draft: Buffer, target: Buffer, bytes: Uint8Array, original: Pick<Content, "mode" | "modified">, replace: boolean): boolean {
  try {
    const descriptor = openSync(draft, "wx", original.mode);
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
      futimesSync(descriptor, original.modified / 1000, original.modified / 1000);
      fdatasyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    if (replace) renameSync(draft, target);
    else return moveIfFree(draft, target);
    return true;
  } finally {
    rmSync(draft, { force: true });
  }
}

/** A hard link is never made over another file; where the file system has none, a look before has to do. */
function moveIfFree(draft: Buffer, target: Buffer): boolean {
  try {
    linkSync(draft, target);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    if (exists(target)) return false;
    renameSync(draft, target);
    return true;
  }
}
