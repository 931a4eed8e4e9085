/**
 * The configurations of hosts against the hosts' own servers: random files and requests, their answers against ours.
 *
 *   node tests/oracles/hosts.mjs [--seed N|random] [--files N]
 *
 * Ours is the package as built, as in run.mjs.
 */
import { request as ask } from "node:http";
import { parseArgs } from "node:util";
import { explained } from "./decisions.mjs";
import { DECISIONS, firebaseFile, firebasePath, firebaseServer } from "./firebase.mjs";
import { parse, site } from "./ours.mjs";
import { Random } from "./random.mjs";

const EVERYBODYS = 14;
const { values } = parseArgs({ options: { seed: { type: "string", default: String(EVERYBODYS) }, files: { type: "string", default: "200" }, show: { type: "string", default: "10" } } });
const seed = values.seed === "random" ? Math.floor(Math.random() * 2 ** 32) : Number(values.seed);
const FILES = Number(values.files);
const REQUESTS = 12;
const SITE = new Set(["/index.html", "/a.html", "/blog/index.html", "/s.css", "/404.html"]);

console.log(`seed ${seed}, ${FILES} files of each host`);
let failed = 0;
await compare("Firebase Hosting", DECISIONS, { form: "firebase", draw: firebaseFile, path: firebasePath, serve: firebaseServer });
if (failed > 0) {
  console.error(`${failed} differences; node tests/oracles/hosts.mjs --seed ${seed} --files ${FILES} shows them again`);
  process.exit(1);
}

async function compare(title, decisions, { form, draw, path, serve }) {
  const random = new Random(seed);
  const counts = Object.fromEntries(Object.keys(decisions).map((name) => [name, 0]));
  let [compared, acted] = [0, 0];
  for (let n = 0; n < FILES; n++) {
    const text = draw(random);
    const { rules, findings } = parse(form, text);
    const wrong = findings.filter(({ severity }) => severity === "error");
    if (wrong.length > 0) fail(`${title}: ${text}\n${wrong.map(({ message }) => message).join("\n")}`);
    const ours = site(rules, { has: (path) => SITE.has(fileOf(path)) });
    const server = await serve(text, SITE);
    for (let n = 0; n < REQUESTS; n++) {
      const asked = path(random);
      const url = `http://x.example${asked}`;
      const pair = { text, url, theirs: await theirs(server.port, asked), ours: came(await ours(url), url) };
      compared++;
      if (pair.theirs.to !== fileOf(asked.split("?")[0])) acted++;
      if (JSON.stringify(pair.theirs) === JSON.stringify(pair.ours)) continue;
      const why = explained(decisions, pair);
      if (why === undefined) fail(`${title}:\n${text}\n${url}\n  theirs ${JSON.stringify(pair.theirs)}\n  ours   ${JSON.stringify(pair.ours)}`);
      else counts[why]++;
    }
    server.close();
  }
  console.log(`${title}: ${compared} pairs compared, ${acted} that an entry or a missing file decided; by decision ${JSON.stringify(counts)}`);
  for (const [name, count] of Object.entries(counts)) {
    if (count === 0 && FILES >= 200 && seed === EVERYBODYS) fail(`${title}: the decision ${name} never came up`);
  }
}

/** What the server answers: to a redirect where it leads, otherwise the file; and the headers that files may set. */
function theirs(port, path) {
  return new Promise((resolve, reject) => {
    const sent = ask({ host: "127.0.0.1", port, path, headers: { host: "x.example" }, agent: false }, (response) => {
      const pieces = [];
      response.on("data", (piece) => pieces.push(piece));
      response.on("end", () => resolve(told(response.statusCode, new Headers(Object.entries(response.headers).flatMap(([name, value]) => [value].flat().map((value) => [name, value]))), Buffer.concat(pieces).toString(), `http://x.example${path}`)));
    });
    sent.on("error", reject).end();
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
