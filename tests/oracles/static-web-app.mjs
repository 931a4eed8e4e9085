/** Azure's own server of static web apps, the one that its command line starts, and random files for it. */
import { createServer } from "node:http";
import { pathToFileURL } from "node:url";
import { join } from "node:path";
import { path } from "./decisions.mjs";
import { folderOf } from "./folder.mjs";

/** The folder whose node_modules has @azure/static-web-apps-cli, as crates/xtask/src/tools.rs installs it. */
const installed = process.env.AZURE;

function draw(random) {
  const file = {};
  const routes = random.list(0, 4, () => ({ route: random.pick(ROUTES), ...random.pick(ACTIONS)(random) }));
  if (routes.length > 0) file.routes = routes;
  if (random.maybe(0.4)) {
    file.navigationFallback = { rewrite: random.pick(["/index.html", "/a.html", "index.html"]) };
    if (random.maybe(0.6)) file.navigationFallback.exclude = random.list(1, 2, () => random.pick(["/blog/*", "*.css", "/*.{css,js}", "/old/*", "/a"]));
  }
  if (random.maybe(0.3)) file.responseOverrides = random.pick(OVERRIDES);
  if (random.maybe(0.3)) file.globalHeaders = random.pick([{ "X-T1": "global" }, { "X-T1": "global", "X-T2": "" }]);
  return JSON.stringify(file, null, 1);
}

const ROUTES = ["/a", "/a.html", "/blog/*", "/blog", "/blog/", "*.css", "/*.{css,js}", "/old/*", "/old*", "/p/12", "/index.html", "/blog/index.html", "/*", "*", "/", "/*.html", "/A"];
const ACTIONS = [
  (random) => ({ redirect: random.pick(["/new", "/new?x=1", "https://other.example/x", "/blog/x"]), ...random.pick([{}, { statusCode: 301 }, { statusCode: 302 }]) }),
  (random) => ({ rewrite: random.pick(["/a.html", "/index.html", "/blog/index.html", "/blog/"]) }),
  (random) => ({ statusCode: random.pick([404, 403, 401]) }),
  (random) => ({ headers: random.pick([{ "X-T1": "a" }, { "X-T1": "b", "X-T2": "c" }, { "X-T1": "" }]) }),
  (random) => ({ allowedRoles: [random.pick(["authenticated", "anonymous"])] }),
  (random) => ({ methods: [random.pick(["GET", "POST"])], ...random.pick(ACTIONS.slice(0, 5))(random) }),
  (random) => ({ rewrite: random.pick(["/a.html", "/index.html"]), headers: { "X-T1": "d" } }),
];
const OVERRIDES = [
  { 404: { rewrite: "/a.html" } },
  { 404: { rewrite: "/a.html", statusCode: 200 } },
  { 404: { redirect: "/new", statusCode: 302 } },
  { 404: { redirect: "https://other.example/x" } },
  { 401: { redirect: "/login", statusCode: 302 } },
  { 403: { rewrite: "/index.html" }, 404: { rewrite: "/index.html" } },
];

const PATHS = ["/", "/a", "/a/", "/a.html", "/ab", "/A", "/blog", "/blog/", "/blog/1", "/blog/1/2", "/BLOG/1", "/blog/x.css", "/old", "/old/", "/old/x", "/old/x.js", "/s.css", "/x/y.css", "/p/12", "/p/1x", "/index.html", "/blog/index.html", "/nothing", "/nothing.html", "/caf%C3%A9"];

function request(random) {
  return { path: random.pick(PATHS) + random.pick(["", "", "?q=1"]) };
}

let answered;

/** The server reads where the site is when it is loaded. */
async function loaded(files) {
  // A page of this name it would serve for what is missing, which Azure does not say.
  const { site, remove } = folderOf("azure", [...files].filter((file) => file !== "/404.html"));
  process.on("exit", remove);
  Object.assign(process.env, { SWA_CLI_OUTPUT_LOCATION: site, SWA_CLI_APP_LOCATION: site, SWA_CLI_DEBUG: "silent", SWA_CLI_HOST: "127.0.0.1" });
  const part = (file) => import(pathToFileURL(join(installed, "node_modules/@azure/static-web-apps-cli/dist", file)));
  const { requestMiddleware } = await part("msha/middlewares/request.middleware.js");
  return requestMiddleware;
}

async function serve(texts, files) {
  answered ??= loaded(files);
  const answer = await answered;
  // It changes what it is given.
  const servers = texts.map((text) => createServer((request, response) => answer(request, response, undefined, JSON.parse(text)).catch((error) => response.writeHead(500).end(error.message))));
  await Promise.all(servers.map((server) => new Promise((resolve) => server.listen(0, "127.0.0.1", resolve))));
  return {
    servers: servers.map((server, at) => ({ text: texts[at], port: server.address().port })),
    close: () => servers.forEach((server) => server.close()),
  };
}

/** Where Selvedge decides otherwise, on purpose. */
const decisions = {
  // Which folders there are is the origin's to know: it leads to them, and finds their pages.
  "folder": (d) => path(d) === "/blog" && (d.theirs.to?.endsWith("/blog/") || d.theirs.to === "/blog/index.html"),
  // The local server leaves headers out of what is missing; Azure says that the global ones are on every answer.
  "headers-of-errors": (d) => same(d) && d.theirs.set === "" && (d.theirs.status >= 400 || d.text.includes("responseOverrides")),
  // The local server makes an expression of `/old*` that is for `/ol` and `/oldd`; Azure documents a star at the end alone.
  "star-in-a-segment": (d) => d.text.includes('"/old*"') && path(d).startsWith("/old"),
  // A page in the place of an error that is the path itself is not looked for there.
  "page-itself": (d) => d.theirs.status === d.ours.status && d.theirs.to === undefined && d.ours.to === path(d),
  // What reads the method rewrites before headers are set, which then see the page's path.
  "headers-after-rewrites": (d) => same(d) && d.text.includes('"methods"'),
};

/** Equal but for the headers. */
function same({ theirs, ours }) {
  return theirs.status === ours.status && theirs.to === ours.to;
}

export const staticWebApp = {
  title: "Azure Static Web Apps",
  form: "static-web-app",
  draw,
  request,
  serve,
  decisions,
  missing: installed === undefined ? "there is no folder with @azure/static-web-apps-cli in the variable AZURE" : undefined,
};
