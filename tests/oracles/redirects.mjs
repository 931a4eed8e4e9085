/** Random `_redirects` files, and requests that have a good chance to match a line. */
const WORDS = ["a", "b", "ab", "c", "blog", "x.html", "café", "two words", "old"];
const HOST = "https://x.example";

/** What Netlify's lines are made of. */
export function netlifyFile(random) {
  // What a country decides is known later than what the viewer's request says: one file has lines of one of the two.
  const viewer = random.maybe(0.8);
  const lines = random.list(1, 6, () => netlifyLine(random, viewer));
  return { text: `${lines.join("\n")}\n`, lines };
}

function netlifyLine(random, viewer) {
  const names = [];
  const from = segments(random, () => {
    if (random.maybe(0.28)) {
      const name = random.pick(["x", "x", "xy", "xy", "y", "id", "1", "a-b"]);
      names.push(name);
      return `:${name}`;
    }
    if (random.maybe(0.08)) return "*";
    if (random.maybe(0.04)) return random.pick(["*.html", "a*b", "File:Map"]);
    return word(random);
  });
  let path = from;
  if (random.maybe(0.3)) path += "/*";
  else if (path !== "" && random.maybe(0.06)) path += "*";
  else if (random.maybe(0.15)) path += "/";
  // An empty segment at the beginning, in the middle or at the end.
  if (random.maybe(0.03)) path = random.pick([`/${path}`, path.replace(/\/(?=[^/]+$)/, "//"), `${path}//`]);
  if (path.includes("*")) names.push("splat");
  const host = viewer && random.maybe(0.12) ? random.pick(["https://x.example", "https://other.example"]) : "";
  const query = [];
  if (viewer && random.maybe(0.12)) {
    query.push(random.pick(["id=1", "id=:id", "q=:x", "q=a"]));
    if (query[0].includes(":")) names.push(query[0].split(":")[1]);
  }
  const status = random.pick([301, 301, 302, 307, 308, 200, 200, 404, 410]);
  const to = target(random, from, names, status === 200 && random.maybe(0.2));
  const force = random.maybe(0.4) ? "!" : "";
  const known = viewer ? ["Language=de", "Language=en,fr", "Cookie=beta", "Cookie=beta,gamma"] : ["Country=de", "Country=de,at"];
  const conditions = random.maybe(0.2) ? [random.pick(known)] : [];
  const withStatus = status !== 301 || force || conditions.length > 0 || random.maybe(0.5);
  return [host + (path || "/"), ...query, to, ...(withStatus ? [`${status}${force}`] : []), ...conditions].join(" ");
}

/** What Cloudflare's lines are made of. */
export function cloudflareFile(random) {
  const lines = random.list(1, 6, () => cloudflareLine(random));
  return { text: `${lines.join("\n")}\n`, lines };
}

function cloudflareLine(random) {
  const names = [];
  let stars = 0;
  let path = segments(random, () => {
    if (random.maybe(0.22)) {
      const name = random.pick(["x", "y", "xy", "id", "b1"]);
      names.push(name);
      return random.pick([`:${name}`, `v:${name}`, `:${name}.html`, `:${name}-z`]);
    }
    if (random.maybe(0.12)) {
      stars++;
      return random.pick(["*", "a*", "*.html", "a*b"]);
    }
    return random.maybe(0.04) ? "File:_a" : word(random);
  });
  if (stars === 0 && random.maybe(0.3)) path += "/*";
  else if (random.maybe(0.2)) path += "/";
  if (path.includes("*")) names.push("splat");
  const status = random.pick([301, 302, 302, 303, 307, 308, 200]);
  const to = target(random, path, names, status !== 200 && random.maybe(0.2));
  return [path || "/", to, ...(status !== 302 || random.maybe(0.5) ? [status] : [])].join(" ");
}

function word(random) {
  const text = random.pick(WORDS);
  return text.includes(" ") ? encodeURIComponent(text) : text;
}

function segments(random, make) {
  return random.list(0, 3, () => `/${make()}`).join("");
}

function target(random, from, names, absolute) {
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
