/**
 * A page in place of what is missing has two paths: that of the viewer, and its own. What caches are told of a file goes by its
 * own, or a missing script would be the page of the app for a year.
 */
import * as Op from "../generated/layout/op.js";
import { type Edits, type HeaderOp, WITHOUT_NOTE } from "./edits.js";

/** What is done to files alone. */
export function ofFiles({ headers, failed }: Edits): Edits {
  const always = [...failed.sets, ...failed.others].map(({ offset }) => offset);
  // `Vary` names what was looked at, whoever did.
  const own = (op: HeaderOp): boolean => !always.includes(op.offset) || op.code === Op.MERGE_VARY;
  return { ...WITHOUT_NOTE, headers: { ...headers, removes: [], wildcards: [], sets: headers.sets.filter(own), others: headers.others.filter(own) } };
}
