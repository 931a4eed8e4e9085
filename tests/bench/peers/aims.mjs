// What the project set out to reach next to other packages, as ratios of the results.
import { RUNTIME } from "./responses.mjs";

/** Rules; fewer where fewer were measured. */
const COUNT = 1_000;
const LAST = "hit, last rule";
const EVENT = "selvedge, a whole Lambda@Edge event";

/** Each aim with its `ratio`, and the `floor` where there is one. */
export function aims({ rows, encodings }) {
  const of = (what, kind, place, name) => {
    const own = rows.filter((row) => row.what === what && row.kind === kind && row.place === place && row.name === name && row.count <= COUNT);
    return own.at(-1)?.ns;
  };
  const ratio = (title, aim, what, kind, place, ours, theirs) => {
    const their = of(what, kind, place, theirs);
    const over = (ns) => (ns === undefined || their === undefined ? undefined : ns / their);
    return { title, aim, ratio: over(of(what, kind, place, ours)), floor: over(of(what, kind, place, RUNTIME)) };
  };
  const [prepared, ...negotiators] = encodings.rows.filter(({ name }) => name !== "selvedge, negotiateEncoding");
  const negotiation = (title, aim, key) => ({ title, aim, ratio: prepared[key] / Math.min(...negotiators.map((row) => row[key])) });
  return [
    ratio("an exact redirect in fetch, against Hono", 0.35, "Request to Response", "exact", LAST, "selvedge/fetch", "Hono"),
    ratio("the same with a query", 0.5, "Request to Response", "exact", `${LAST}, with a query`, "selvedge/fetch", "Hono"),
    ...["exact", "placeholder", "splat"].map((kind) =>
      ratio(`a whole event with rules that are ${kind}, against find-my-way's look-up alone`, "1.00", "look-up", kind, LAST, EVENT, "find-my-way"),
    ),
    negotiation("a prepared negotiator on usual values, against the fastest other", 0.33, "usual"),
    negotiation("the same on values not seen before", 0.67, "unseen"),
  ];
}
