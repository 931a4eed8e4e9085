// Rules of every kind, so that every part of the reader is used again and again.
export const rules = {
  languages: ["en", "de"],
  responses: [{ for: "/secret/*", status: 403, body: "no", headers: { "X-Who": "{cookie.user}" } }],
  redirects: [
    { from: "/old/:year/*", to: "/blog/:year/:splat" },
    { from: "/p/:id.html", to: "/products/:id", when: { query: { ref: { prefix: "mail" } } } },
    { from: "/", to: "/de/", when: { language: "de" } },
    { from: { regex: "^/(?<y>\\d{4})/(.*)$" }, to: "/archive/:y/{2}" },
    ...Array.from({ length: 500 }, (_, n) => ({ from: `/moved/${n}`, to: `/now/${n}` })),
  ],
  experiments: [{ name: "home", for: "/home", cookie: "ab", variants: [{ name: "a", weight: 1 }, { name: "b", weight: 1, to: "/home-b" }] }],
  query: [{ for: "/*", drop: ["utm_*", "fbclid", "*_id"], sort: true }],
  rewrites: [{ from: "/app/*", except: ["*.*"], to: "/app/index.html" }],
  html: { index: "index.html", clean: "file" },
  precompressed: [{ for: ["*.html", "*.js"], encodings: ["br", "gzip"] }],
  headers: [
    { for: "/*", remove: ["x-amz-meta-*", "Server"], set: { "Referrer-Policy": "same-origin" } },
    { on: "request", at: "viewer-request", replace: { Cookie: { regex: "session=[^;]*;? ?", with: "" } } },
    { for: "/u/:name", set: { "X-User": "{name}" }, append: { Vary: "Cookie" } },
  ],
  downloads: [{ for: "/files/:name", filename: "{name}.pdf" }],
  security: "basic",
};

/** A path that some rule is for, or none. */
export function path(random) {
  const n = random.below(1000);
  return random.pick([
    `/moved/${n}`,
    `/old/${n}/a/b`,
    `/p/${n}.html`,
    `/${1000 + n}/x`,
    `/app/${n}`,
    `/app/${n}.js`,
    `/u/zo%c3%ab-${n}`,
    `/files/${n}`,
    `/secret/${n}`,
    `/a/${n}/../%2e%2e/%41//b`,
    "/home",
    "/",
    `/unknown/${n}/${random.below(1e6)}.html`,
  ]);
}

export function query(random) {
  return random.pick(["", "", "a=1", `b=2&utm_source=x&a=${random.below(1000)}`, "ref=mail-7", "x_id=1&fbclid=2&%zz=%", "a&".repeat(random.below(200))]);
}

/** Lines of a viewer's headers. */
export function headers(random) {
  const lines = [["Host", "www.example.org"]];
  if (random.maybe(0.8)) lines.push(["Accept-Encoding", random.pick(["gzip, deflate, br", "br;q=0.5, gzip", "*;q=0", "identity"])]);
  if (random.maybe(0.3)) lines.push(["Accept-Language", random.pick(["de-AT, en;q=0.5", "fr", "en"])]);
  if (random.maybe(0.5)) lines.push(["Cookie", `user=${random.below(1e6)}; session=${"s".repeat(random.below(60))}; ab=${random.pick(["a", "b", "c"])}`]);
  if (random.maybe(0.02)) lines.push(["Cookie", "user=\u00e9\u00ff; x=" + "y".repeat(random.below(4000))]);
  if (random.maybe(0.05)) lines.push(["x-selvedge", "e=0.00"]);
  return lines;
}
