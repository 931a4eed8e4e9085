/**
 * Where Selvedge decides otherwise than a vendor's engine, on purpose. Each decision is a narrow predicate on one pair; a
 * difference that none explains fails the test, and so does a decision that never explains any. The reasons are in
 * docs/reference/dialects.md.
 *
 * `d` holds: text, lines, url, facts, theirs, ours, findings (codes that reading the file gave), files.
 */
const path = ({ url }) => new URL(url).pathname;
const host = ({ to }, { url }) => (to === undefined ? undefined : new URL(to, url).host);
/** The same but for how many slashes stand in a row. */
const slashes = ({ kind, status, to }) => `${kind} ${status} ${to?.replace(/(?<!:)\/{2,}/g, "/")}`;
/** But for how many slashes stand in a row, the target is the request itself, which counts as no match. */
const ledToItself = (d) => d.ours.kind === "none" && slashes(d.theirs).split(/[?#]/)[0].endsWith(path(d));
const HOSTS = ["x.example", "other.example", "y.example", "api.example:8443", undefined];

export const NETLIFY = {
  // A capture, or an empty one, makes of the target's path another host.
  "open-redirect": (d) => d.raw?.startsWith("//") && HOSTS.includes(host(d.ours, d)),
  // The engine skips an empty segment in front of a placeholder, and takes "//" for "/".
  "double-slash": (d) => path(d).includes("//"),
  "slash-runs": (d) => slashes(d.theirs) === slashes(d.ours) || ledToItself(d),
  // The engine's guard against loops does not ask whether the line's conditions hold.
  "loop-guard": (d) => d.raw === undefined && d.lines.some((line) => sparesUnasked(line, decodeURIComponent(path(d)))),
  // Which of several stars takes how much is not documented: here the first one takes what it can.
  "several-stars": (d) => d.findings.includes("several-stars"),
  "self-redirect": (d) => d.theirs.kind === "redirect" && d.theirs.to.split("#")[0] === d.url,
  "placeholder-prefix": (d) => d.findings.includes("placeholder-prefix"),
  // The engine decodes the path, but not a rule that is written encoded, or a URL, which its parser encodes.
  "encoded-rule": (d) => d.lines.some((line) => /%20|https:\S*é\S* /.test(line)) && /%20|%C3%A9/.test(path(d)),
  "repeated-parameter": (d) => d.url.includes("id=1&id=5") && d.lines.some((line) => / id=/.test(line)),
  "plus-in-capture": (d) => d.url.includes("two+words") && d.lines.some((line) => line.includes("q=:x")),
};

/** A line with a condition that ends in a star, a slash after it or not, and whose target the path begins as. */
function sparesUnasked(line, path) {
  const [, target] = /^\S+\*\/?(?: \S+=\S+)* (?:https:\/\/x\.example)?(\/\S*)/.exec(line) ?? [];
  return line.includes("=") && target !== undefined && path.startsWith(target.split("/:splat")[0]);
}

/**
 * Of a page whose path would begin with "//" the first segment is lost, as if it were a host, and another of what is left.
 * A page may be the request's own path.
 */
function lostSegment({ theirs, ours, url, lines }) {
  const own = new URL(url).pathname;
  const [left, led] = [theirs, ours].map(({ kind, to }) => (kind === "none" ? own : to));
  const isPage = ours.kind === "page" || (ours.kind === "none" && lines.some((line) => /^\S+ \/:\S* 200$/.test(line)));
  return isPage && left !== undefined && led.length > left.length && led.endsWith(left === "/" ? "" : left);
}

export const CLOUDFLARE = {
  "open-redirect": (d) => (d.theirs.kind === "invalid" || !HOSTS.includes(host(d.theirs, d))) && HOSTS.includes(host(d.ours, d)),
  "lost-segment": lostSegment,
  "slash-runs": (d) => slashes(d.theirs) === slashes(d.ours) || ledToItself(d),
  "self-redirect": (d) => d.theirs.kind === "redirect" && d.theirs.to.split("#")[0] === d.url,
};

/** Names of headers do not differ by case here, as in HTTP. */
export const NETLIFY_HEADERS = {
  "header-case": (d) => ["x-t1", "X-T1"].every((name) => d.text.includes(`  ${name}:`)),
};

/** The name of the decision that explains a difference. */
export function explained(decisions, difference) {
  return Object.keys(decisions).find((name) => decisions[name](difference));
}

/** The server leads a page to its address with a slash, also where an entry is for the one without. */
function pageIsEntry({ text, url, theirs, ours }) {
  const source = `"source": "${new URL(url).pathname}"`;
  return text.includes(source) && theirs.status === 301 && theirs.to === url.replace(/(?=\?|$)/, "/") && ours.status === 200;
}

const clean = ({ text }) => text.includes('"cleanUrls": true');

export const FIREBASE = {
  // The page for what is missing has the headers of its own path there, here those of the path that was asked for.
  "headers-of-404": (d) => d.theirs.status === 404 && d.ours.status === 404 && d.theirs.to === d.ours.to,
  // Which folders there are is the origin's to know: it leads to them, and finds their pages.
  "folder": (d) => d.theirs.to === "/blog/index.html" && path(d) === "/blog" || /\/blog\/(\?|$)/.test(d.theirs.to ?? "") && d.theirs.status === 301,
  // Slashes at the end are put right wherever the rule set says so, with 308; the server does it for pages that it has.
  "slash": (d) => d.ours.status === 308 && d.text.includes("trailingSlash"),
  // The same for addresses that end in .html; and an entry for one path counts also where that is a page.
  "clean": (d) => clean(d) && ((d.ours.status === 301 && path(d).endsWith(".html")) || d.theirs.to === path(d).replace(/\/?$/, ".html") || pageIsEntry(d)),
  // Redirects compare the decoded path there, rewrites and headers do not; here all compare the normalised one.
  "encoded": (d) => d.text.includes("/café") && /caf%/.test(path(d)) && !d.theirs.to?.includes("new"),
  // A query of the target is followed by a lone `&` there.
  "empty-query": (d) => d.theirs.to === `${d.ours.to}&`,
  // A name without a star takes several segments, as in the example of Firebase's documentation; the server finds no rule then.
  "several-segments": (d) => !path(d).includes("//") && d.text.includes('"/new/:rest"') && d.ours.to?.includes("/new/"),
  // With names the server compares the path before slashes are merged.
  "slash-runs": (d) => path(d).includes("//"),
};
