import { lstatSync } from "node:fs";
import { nearestFile } from "./nearest-file.js";

/** An input or an option that cannot be used: one clear error, exit code 2. */
export class InputError extends Error {
  override readonly name = "InputError";
  /** The file, or `file:line:column`. */
  readonly where: string | undefined;
  /** What to do about it. */
  readonly help: string | undefined;

  constructor(message: string, { where, help }: { where?: string | undefined; help?: string | undefined } = {}) {
    super(message);
    this.where = where;
    this.help = help;
  }
}

/** What the system says about a file, in words. */
export function systemError(file: string, error: unknown): InputError {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "ENOENT" && file !== "" && lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink()) {
    return new InputError("is a symbolic link that leads nowhere", { where: file });
  }
  const near = code === "ENOENT" && file !== "" ? nearestFile(file) : undefined;
  return new InputError(REASONS[code ?? ""] ?? message, { where: file, help: near && `did you mean ${near}?` });
}

const REASONS: Record<string, string> = {
  EACCES: "permission denied",
  EDQUOT: "no space left for this user",
  EISDIR: "is a directory",
  ELOOP: "symbolic links in a circle",
  ENAMETOOLONG: "the name is too long",
  ENOENT: "there is no such file or folder",
  ENOSPC: "no space left on the disk",
  ENOTDIR: "a part of this path is a file, not a directory",
  EIO: "the disk fails",
  EPERM: "operation not permitted",
  EROFS: "the file system is read-only",
};
