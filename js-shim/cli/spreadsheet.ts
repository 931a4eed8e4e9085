/** Workbooks of spreadsheets, read in a process of its own: whatever one is made to do there ends with it. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { InputError } from "./input-error.js";
import type { LoadedSheet } from "./load-sheet.js";

const MAX_MILLISECONDS = 120_000;
/** Its answer: the text of a full sheet, as JSON. */
const MAX_BYTES = 512 << 20;

/** The first bytes of a ZIP archive, and of the older container that also holds what is encrypted. */
const ZIP = Buffer.from("PK\x03\x04", "latin1");
const CONTAINER = Buffer.from("d0cf11e0a1b11ae1", "hex");

export function isSpreadsheet(bytes: Buffer): boolean {
  return startsWith(bytes, ZIP) || startsWith(bytes, CONTAINER);
}

/** A sheet as a table in text, whose lines are the rows. */
export function readSpreadsheet(file: string, bytes: Buffer, sheet: string | undefined): string {
  if (startsWith(bytes, CONTAINER)) {
    throw new InputError("is encrypted, or of an Excel before 2007", { where: file, help: "save it as .xlsx, without a password" });
  }
  const program = fileURLToPath(new URL("./load-sheet.js", import.meta.url));
  const { error, output } = spawnSync(process.execPath, [program, ...(sheet === undefined ? [] : [sheet])], {
    input: bytes,
    stdio: ["pipe", 2, "pipe", "pipe"],
    timeout: MAX_MILLISECONDS,
    maxBuffer: MAX_BYTES,
  });
  if ((error as NodeJS.ErrnoException | undefined)?.code === "ETIMEDOUT") {
    throw new InputError(`was not read within ${MAX_MILLISECONDS / 1000} s`, { where: file, help: "save what you need of it as CSV" });
  }
  const answer = output?.[3]?.toString() ?? "";
  if (answer === "") throw new InputError("cannot be read as a workbook", { where: file, help: "save what you need of it as CSV" });
  const loaded = JSON.parse(answer) as LoadedSheet;
  if ("text" in loaded) return loaded.text;
  throw new InputError(loaded.message, { where: file, help: loaded.help });
}

function startsWith(bytes: Buffer, begin: Buffer): boolean {
  return bytes.subarray(0, begin.length).equals(begin);
}
