/** Firebase's own server, superstatic, and random files for it. */
import { createServer } from "node:http";
import { path } from "./decisions.mjs";
import { requireTool, toolPath } from "./tools.mjs";

const superstatic = requireTool("superstatic").default;
const memory = requireTool(toolPath("superstatic", "lib/providers/memory.js"));

/** A `firebase.json` of these redirects, rewrites and headers. */
function draw(random) {
  const hosting = {};
  const some = (name, most, make) => {
    const list = random.list(0, most, make);
    if (list.length > 0) hosting[name] = list;
  };
  some("redirects", 3, () => random.pick(REDIRECTS)(random));
  some("rewrites", 3, () => ({ source: random.pick(GLOBS), destination: random.pick(PAGES) }));
  some("headers", 2, () => ({ source: random.pick(GLOBS), headers: [{ key: random.pick(["X-T1", "X-T2"]), value: random.pick(["a", "b{c}"]) }] }));
  if (random.maybe(0.3)) hosting.cleanUrls = random.maybe(0.7);
  if (random.maybe(0.2)) hosting.trailingSlash = random.maybe(0.5);
  return JSON.stringify({ hosting }, null, 1);
}

const GLOBS = ["**", "/**", "/a", "/blog/**", "/blog/*", "/old/**/x", "**/*.@(css|js)", "/*.html", "/{a,b}", "/@(a|p*)/*", "!/blog/**", "/.well-known/**", "/p/[0-9]*", "/caf\u00e9", "/a+(b)", "/p?(ost)"];
const PAGES = ["/index.html", "/a.html", "/blog/index.html"];
const TYPES = [301, 302, 307];
const REDIRECTS = [
  (random) => ({ source: random.pick(GLOBS.slice(2)), destination: random.pick(["/new", "/new?x=1", "https://other.example/x"]), type: random.pick(TYPES) }),
  (random) => ({ source: "/blog/:post", destination: random.pick(["/news/:post", "https://other.example/:post"]), type: random.pick(TYPES) }),
  (random) => ({ source: "/old/:rest*", destination: "/new/:rest", type: random.pick(TYPES) }),
  (random) => {
    const rest = random.pick([":rest?", ":rest*"]);
    return { source: `/opt/${rest}`, destination: random.pick([`/new/${rest}`, `https://other.example/x/${rest}`]), type: random.pick(TYPES) };
  },
  (random) => ({ source: "/u/:id/:name", destination: "/:name/:id", type: random.pick(TYPES) }),
  (random) => ({ regex: "^/p/(?<id>[0-9]+)$", destination: "/post/:id", type: random.pick(TYPES) }),
  (random) => ({ regex: "/x(.)y", destination: "/z/:1", type: random.pick(TYPES) }),
];

const PATHS = ["/", "/a", "/a/", "/a.html", "/b", "/A", "/blog", "/blog/", "/blog/1", "/blog/1/", "/blog/1/2", "/blog/.x", "/opt", "/opt/", "/opt/1", "/opt/1/2", "/old/x", "/old/a/x", "/old/1/2/3", "//old//x", "/s.css", "/d/s.js", "/p/12", "/p/1x", "/post", "/u/1/n", "/q/xay/1", "/.well-known/a", "/caf%C3%A9", "/caf%c3%a9", "/ab", "/index.html", "/blog/index.html"];

function request(random) {
  return { path: random.pick(PATHS) + random.pick(["", "", "?q=1"]) };
}

async function serve(texts, files) {
  const store = Object.fromEntries([...files].map((file) => [file, file]));
  const servers = texts.map((text) => {
    const run = superstatic({ config: JSON.parse(text).hosting, provider: memory({ store }), fallthrough: false });
    return createServer((request, response) => run(request, response, (error) => response.writeHead(500).end(error?.message)));
  });
  await Promise.all(servers.map((server) => new Promise((resolve) => server.listen(0, "127.0.0.1", resolve))));
  return {
    servers: servers.map((server, at) => ({ text: texts[at], port: server.address().port })),
    close: () => servers.forEach((server) => server.close()),
  };
}

/** Where Selvedge decides otherwise, on purpose. */
const decisions = {
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

/** The server leads a page to its address with a slash, or to the one without, also where an entry is for it. */
function pageIsEntry({ text, url, theirs, ours }) {
  const [bare, query = ""] = url.replace(/\/(?=\?|$)/, "").split(/(?=\?)/);
  const source = `"source": "${new URL(bare).pathname}"`;
  return text.includes(source) && theirs.status === 301 && [`${bare}${query}`, `${bare}/${query}`].includes(theirs.to) && ours.status === 200;
}

function clean({ text }) {
  return text.includes('"cleanUrls": true');
}

export const firebase = { title: "Firebase Hosting", form: "firebase", draw, request, serve, decisions };
