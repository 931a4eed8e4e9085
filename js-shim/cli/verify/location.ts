/** Where an answer leads, as browsers read it. */
import { isUtf8 } from "node:buffer";

/** Node gives a field a character for each byte; those of a Location are UTF-8 (Fetch, "location URL"), where they can be. */
export function locationOf(field: string | null | undefined): string | undefined {
  if (field === null || field === undefined) return undefined;
  const bytes = Buffer.from(field, "latin1");
  return isUtf8(bytes) ? bytes.toString("utf8") : field;
}
