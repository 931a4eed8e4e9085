/**
 * The configurations of hosts against the hosts' own servers: random files and requests, their answers against ours.
 *
 *   node tests/oracles/hosts.mjs [--seed N|random] [--files N] [--host NAME]
 *
 * Ours is the package as built, as in run.mjs. A host whose server is not installed is left out; a line says so.
 */
import { request as ask } from "node:http";
import { parseArgs } from "node:util";
import { caddy } from "./caddy.mjs";
import { explained } from "./decisions.mjs";
import { firebase } from "./firebase.mjs";
import { parse, site } from "./ours.mjs";
import { Random } from "./random.mjs";
import { staticWebApp } from "./static-web-app.mjs";

const EVERYBODYS = 14;
const { values } = parseArgs({
  options: {
    seed: { type: "string", default: String(EVERYBODYS) },
    files: { type: "string", default: "200" },
    host: { type: "string" },
    show: { type: "string", default: "10" },
  },
});
const seed = values.seed === "random" ? Math.floor(Math.random() * 2 ** 32) : Number(values.seed);
const FILES = Number(values.files);
const REQUESTS = 12;
/** How many files have their servers at once. */
const AT_ONCE = 50;
const SITE = new Set(["/index.html", "/a.html", "/blog/index.html", "/s.css", "/404.html"]);
const HOSTS = { firebase, caddy, "static-web-app": staticWebApp };

console.log(`seed ${seed}, ${FILES} files of each host`);
let failed = 0;
for (const [name, host] of Object.entries(HOSTS)) {
  if (values.host !== undefined && values.host !== name) continue;
  if (host.missing !== undefined) console.log(`${host.title}: skipped, ${host.missing}`);
  else await compare(name, host);
}
if (failed > 0) {
  console.error(`${failed} differences; node tests/oracles/hosts.mjs --seed ${seed} --files ${FILES} shows them again`);
  process.exit(1);
}

/**
 * A host has a `title`, the `form` of its files, perhaps some that come `first`, `draw` for one of them and `request` for what it is asked; `serve` starts a server
 * for each of several files, on a site that has these files, each with its path in it. `decisions` are as in decisions.mjs.
 */
async function compare(name, { title, form, first = [], draw, request, serve, decisions }) {
  const counts = Object.fromEntries(Object.keys(decisions).map((name) => [name, 0]));
  let [compared, acted, refused, guarded] = [0, 0, 0, 0];
  await asked(first, new Random(seed));
  const random = new Random(seed);
  for (let done = 0; done < FILES; done += AT_ONCE) {
    await asked(Array.from({ length: Math.min(AT_ONCE, FILES - done) }, () => draw(random)), random);
  }
  async function asked(texts, random) {
    const { servers, close } = await serve(texts, SITE);
    for (const { text, port, read = text } of servers) {
      const { rules, findings } = parse(form, read);
      const wrong = findings.filter(({ severity }) => severity === "error");
      if (wrong.length > 0) refused++;
      const ours = site(rules, { has: (path) => SITE.has(fileOf(path)) });
      for (let n = 0; n < REQUESTS; n++) {
        const { path, headers } = request(random);
        const url = `http://${headers?.host ?? "x.example"}${path}`;
        const pair = { text, url, headers, theirs: await theirs(port, path, headers, url), ours: came(await ours(url, headers), url) };
        const shown = () => `${title}:\n${text}\n${url} ${JSON.stringify(headers ?? {})}\n  theirs ${JSON.stringify(pair.theirs)}\n  ours   ${JSON.stringify(pair.ours)}\n${wrong.map(({ message }) => `  ${message}`).join("\n")}`;
        if (wrong.length > 0) {
          // What is left out makes other answers; but what the server keeps in never comes out.
          if (![401, 403, 405].includes(pair.theirs.status)) continue;
          guarded++;
          if (pair.ours.status === 200 && explained(decisions, pair) === undefined) fail(shown());
          continue;
        }
        compared++;
        if (pair.theirs.to !== fileOf(path.split("?")[0])) acted++;
        if (JSON.stringify(pair.theirs) === JSON.stringify(pair.ours)) continue;
        const why = explained(decisions, pair);
        if (why === undefined) fail(shown());
        else counts[why]++;
      }
    }
    await close();
  }
  console.log(`${title}: ${compared} pairs compared, ${acted} that an entry or a missing file decided; ${refused} files not taken as a whole, of which ${guarded} answers are held by guards alone; by decision ${JSON.stringify(counts)}`);
  if (refused * 3 > FILES * 2) fail(`${title}: ${refused} of ${FILES} files are not taken as a whole`);
  for (const [decision, count] of Object.entries(counts)) {
    if (count === 0 && FILES >= 200 && seed === EVERYBODYS) fail(`${name}: the decision ${decision} never came up`);
  }
}

/** What the server answers: to a redirect where it leads, otherwise the file; and the headers that files may set. */
function theirs(port, path, headers, url) {
  return new Promise((resolve, reject) => {
    const sent = ask({ host: "127.0.0.1", port, path, headers: { host: "x.example", ...headers }, agent: false }, (response) => {
      const pieces = [];
      response.on("data", (piece) => pieces.push(piece));
      response.on("end", () => resolve(told(response.statusCode, new Headers(Object.entries(response.headers).flatMap(([name, value]) => [value].flat().map((value) => [name, value]))), Buffer.concat(pieces).toString(), url)));
    });
    // What hangs up lets nobody in.
    sent.on("error", (error) => (error.code === "ECONNRESET" ? resolve({ status: 403, set: "" }) : reject(error))).end();
  });
}

function came({ status, headers, asked }, url) {
  return told(status, headers, fileOf(decodeURI(asked?.pathname ?? "")), url);
}

function told(status, headers, body, url) {
  const location = headers.get("location");
  if (status >= 300 && status < 400) return { status, to: new URL(location, url).href };
  const set = [...headers].filter(([name]) => name.startsWith("x-t")).map(([name, value]) => `${name}: ${value}`);
  return { status, to: SITE.has(body) ? body : undefined, set: set.sort().join(", ") };
}

/** A folder is answered with its page. */
function fileOf(path) {
  const one = decodeURI(path).replace(/\/{2,}/g, "/");
  return one.endsWith("/") ? `${one}index.html` : one;
}

function fail(message) {
  if (failed++ < Number(values.show)) console.error(message);
}
