/** What tools want to know of a plan, and no edge does. */
import * as Header from "../generated/layout/header.js";
import * as Note from "../generated/layout/note.js";
import * as Role from "../generated/layout/role.js";
import * as StageRecord from "../generated/layout/record.js";
import { PlanBytes } from "../core/plan.js";

export class PlanFacts extends PlanBytes {
  /** It has regular expressions. */
  hasRegexes(): boolean {
    return (this.header(Header.FLAGS) & Header.HAS_REGEX) !== 0;
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
