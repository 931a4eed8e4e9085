/** The parts of a workbook, which is a ZIP archive. */
import { unzipSync } from "fflate";
import { SheetError } from "./error.js";

/** So much is unpacked in all: a full sheet has a million rows. What holds more was made to fill memory. */
const MAX_BYTES = 400 << 20;

export class Archive {
  readonly #bytes: Uint8Array;
  #left = MAX_BYTES;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** A part, unpacked. */
  part(name: string): Uint8Array | undefined {
    const wanted = name.replace(/^\/+/, "").toLowerCase();
    let taken = false;
    try {
      const parts = unzipSync(this.#bytes, {
        filter: (file) => {
          if (taken || file.name.toLowerCase() !== wanted) return false;
          this.#left -= file.originalSize;
          if (this.#left < 0) throw new SheetError(`unpacks to more than ${MAX_BYTES >> 20} MB`, "save what you need of it as CSV");
          return (taken = true);
        },
      });
      return Object.values(parts)[0];
    } catch (error) {
      if (error instanceof SheetError) throw error;
      throw new SheetError(`is not a whole workbook, or is broken: ${error instanceof Error ? error.message : String(error)}`, "open it in a spreadsheet, and save it again");
    }
  }
}
