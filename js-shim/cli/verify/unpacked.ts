/** The text of a file that may be compressed, and is not believed to be as short as it looks. */
import { gunzipSync } from "node:zlib";
import { InputError } from "../input-error.js";

/** Throws an `InputError`, that names the file, where there are more than `max` bytes. */
export function unpacked(bytes: Buffer, max: number, where: string): string {
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  try {
    const plain = isGzip ? gunzipSync(bytes, { maxOutputLength: max }) : bytes;
    if (plain.length <= max) return plain.toString("utf8");
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "";
    if (code.startsWith("Z_")) throw new InputError("cannot be uncompressed: it is not gzip to its end", { where });
    if (code !== "ERR_BUFFER_TOO_LARGE") throw error;
  }
  throw new InputError(`is too long: more than ${max} bytes`, { where });
}
