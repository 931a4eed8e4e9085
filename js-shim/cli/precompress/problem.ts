import { systemError } from "../input-error.js";
import { ChangingError } from "./file.js";

/** Something that kept a file from being treated as it should; the others are. */
export interface FileProblem {
  readonly file: string;
  readonly message: string;
}

export function reasonOf(error: unknown): string {
  if (error instanceof ChangingError) return error.message;
  if ((error as NodeJS.ErrnoException).code === "ENOENT") return "vanished while at work";
  return systemError("", error).message;
}
