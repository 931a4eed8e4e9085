/**
 * Where Selvedge decides otherwise than a vendor's engine, on purpose. Each decision is a narrow predicate on one pair, in the
 * vendor's file; a difference that none explains fails the test, and so does a decision that never explains any. The reasons are
 * in docs/reference/dialects.md.
 *
 * A pair `d` holds: text, lines, url, facts, theirs, ours, findings (codes that reading the file gave), files.
 */
export const path = ({ url }) => new URL(url).pathname;
export const host = ({ to }, { url }) => (to === undefined ? undefined : new URL(to, url).host);
/** The same but for how many slashes stand in a row. */
export const slashes = ({ kind, status, to }) => `${kind} ${status} ${to?.replace(/(?<!:)\/{2,}/g, "/")}`;
/** But for how many slashes stand in a row, the target is the request itself, which counts as no match. */
export const ledToItself = (d) => d.ours.kind === "none" && slashes(d.theirs).split(/[?#]/)[0].endsWith(path(d));
export const HOSTS = ["x.example", "other.example", "y.example", "api.example:8443", undefined];

/** The name of the decision that explains a difference. */
export function explained(decisions, difference) {
  return Object.keys(decisions).find((name) => decisions[name](difference));
}
