/**
 * A page in place of what is missing has two paths: that of the viewer, and its own. What caches are told of a file goes by its
 * own, or a missing script would be the page of the app for a year.
 */
import * as Op from "../generated/layout/op.js";
import type { Edits, HeaderEdits, HeaderOp } from "./edits.js";

const NOTHING: HeaderEdits = { removes: [], wildcards: [], sets: [], others: [] };

/** What is done to files alone. */
export function ofFiles({ headers, failed }: Edits): Edits {
  const always = new Set([...failed.sets, ...failed.others].map(({ offset }) => offset));
  // `Vary` names what was looked at, whoever did.
  const own = (op: HeaderOp): boolean => !always.has(op.offset) || op.code === Op.MERGE_VARY;
  const removes = headers.removes.filter((name) => !failed.removes.includes(name));
  const edits = { removes, wildcards: [], sets: headers.sets.filter(own), others: headers.others.filter(own) };
  return { uri: [], origin: undefined, answer: undefined, status: undefined, headers: edits, failed: NOTHING };
}
