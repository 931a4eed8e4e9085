/** What tools want to know of a plan, and no edge does. */
import * as Header from "../generated/layout/header.js";
import * as Note from "../generated/layout/note.js";
import * as Role from "../generated/layout/role.js";
import * as StageRecord from "../generated/layout/record.js";
import { PlanBytes } from "../core/plan.js";

/** The folders of the entries that take plans, from the one with the smallest reader. */
export const COMPILED = ["compiled/small", "compiled", "compiled/regex"] as const;
export type CompiledForm = (typeof COMPILED)[number];

export class PlanFacts extends PlanBytes {
  /** The entries with the smallest reader that can run it. */
  form(): CompiledForm {
    const flags = this.header(Header.FLAGS);
    if ((flags & Header.HAS_REGEX) !== 0) return "compiled/regex";
    return (flags & Header.NEEDS_FULL) !== 0 ? "compiled" : "compiled/small";
  }

  /** It chooses among variants of a file, and so knows the types of files. */
  hasMediaTypes(): boolean {
    return this.header(Header.MEDIA_TYPES) !== 0;
  }

  /** The stage leaves a note for those after it. */
  writesNotes(index: number): boolean {
    const record = this.header(Header.STAGES + index);
    if (record === 0) return false;
    const inputs = StageRecord.INPUT_WORDS * this.word(record + 4 * StageRecord.INPUT_COUNT);
    return (this.word(record + 4 * (StageRecord.INPUTS + inputs + Role.COUNT)) & Note.WRITE) !== 0;
  }
}
