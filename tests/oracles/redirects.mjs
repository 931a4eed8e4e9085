/** What random `_redirects` files are made of, and requests that have a good chance to match a line. */
const WORDS = ["a", "b", "ab", "c", "blog", "x.html", "café", "two words", "old"];
const HOST = "https://x.example";

export function word(random) {
  const text = random.pick(WORDS);
  return text.includes(" ") ? encodeURIComponent(text) : text;
}

export function segments(random, make) {
  return random.list(0, 3, () => `/${make()}`).join("");
}

export function target(random, from, names, absolute) {
  if (!absolute && random.maybe(0.12)) return above(random, from);
  const piece = () => (names.length > 0 && random.maybe(0.6) ? `:${random.pick(names)}` : random.maybe(0.05) ? ":nobody" : random.pick(["n", "new", "x.html", "t"]));
  const path = random.list(1, 3, piece).map((text) => `/${text}`).join("");
  const query = random.maybe(0.15) ? "?ref=1" : "";
  const fragment = random.maybe(0.05) && query === "" ? "#top" : "";
  return `${absolute ? random.pick(["https://y.example", "https://api.example:8443"]) : ""}${path}${query}${fragment}`;
}

/** A folder that the line's paths are in, as where a part of a site is given up. */
function above(random, from) {
  const folders = from.split("/").filter((segment) => segment !== "" && !segment.includes("*"));
  return `/${folders.slice(0, random.pick([0, 1, 1, 2])).join("/")}`;
}

/** A URL, and what else the platform knows. Most are made from the lines. */
export function request(random, lines) {
  const line = random.pick(lines);
  const from = /^(https?:\/\/[^/]*)?(\S*)/.exec(line);
  let path = random.maybe(0.75) ? filled(random, from[2]) : segments(random, () => random.pick(WORDS));
  if (random.maybe(0.15)) path = path.endsWith("/") ? path.slice(0, -1) : `${path}/`;
  if (random.maybe(0.03)) path += "/";
  if (random.maybe(0.03)) path = path.replace("/a", "//a");
  if (!path.startsWith("/")) path = `/${path}`;
  const query = random.maybe(0.4) ? `?${random.pick(["id=1", "id=2&z=3", "q=a", "id=1&id=5", "q=two+words", "z"])}` : "";
  const url = new URL(`${from[1] && random.maybe(0.7) ? from[1] : HOST}${path.replaceAll(" ", "%20")}${query}`).href;
  const facts = {
    country: random.pick(["", "", "de", "at", "us"]),
    language: random.pick(["", "", "de", "en", "fr", "es"]),
    cookies: random.maybe(0.3) ? { [random.pick(["beta", "gamma", "other"])]: random.pick(["1", "1", ""]) } : {},
  };
  return { url, facts };
}

function filled(random, pattern) {
  return pattern
    .replace(/:[A-Za-z0-9_-]+/g, () => random.pick(["v", "ab", "v2", "café"]))
    .replace(/\*/g, () => random.pick(["", "s", "s/t", "s/", "/evil.example"]));
}
