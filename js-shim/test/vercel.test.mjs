// vercel.json against Vercel's own @vercel/routing-utils, run alongside: random rules and paths from a seeded generator,
// the expressions and targets that it makes against what our rules decide.
import assert from "node:assert/strict";
import { test } from "node:test";
import { convertHeaders, convertRedirects } from "@vercel/routing-utils/dist/superstatic.js";
import { Engine } from "../../pkg/dist/index.js";
import { ask } from "../../pkg/dist/load/tools.js";
import { convert } from "../../pkg/dist/tools/rule-files.js";

const ROUNDS = Number(process.env.ROUNDS ?? 200);
const PATHS = 12;

/** Numbers below `count`, the same in each run. */
function generator(seed) {
  return (count) => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % count;
  };
}

const WORDS = ["a", "b", "docs", "api", "apis", "A", "x-1", "1", "22", "f.html"];
const PIECES = ["/:p", "/:q", "/:p(\\d+)", "/:p(a|b)", "/:p?", "/:p+", "/:p*", "/x-:p", "/(.*)", "/(\\d+)", "/((?!api).*)", "/:p((?!api|docs/).*)", "/:p((?!(?:api|docs)(?:/|$)).+)", "/((?!a)(?!x-|f\\.h).+)", "{/:p}?"];
/** These end a source: what comes behind would only be found by going back. */
const ENDS = ["/:p*", "/(.*)", "/((?!api).*)", "/:p((?!api|docs/).*)"];

function randomSource(random) {
  const pieces = Array.from({ length: 1 + random(3) }, () => (random(2) ? `/${WORDS[random(WORDS.length)]}` : PIECES[random(PIECES.length)]));
  if (pieces[0].startsWith("{")) pieces[0] = "/a" + pieces[0];
  // A lookahead is honoured only after something that ends at one place.
  const looks = pieces.findLastIndex((piece) => piece.includes("(?!"));
  if (pieces.slice(0, looks).some((piece) => /[?+*}]$|\.[+*]/.test(piece))) return randomSource(random);
  const end = pieces.findIndex((piece) => ENDS.includes(piece));
  const source = pieces.slice(0, end < 0 ? pieces.length : end + 1).join("");
  let names = 0;
  return source.replace(/:[pq]/g, () => `:n${names++}`);
}

function randomDestination(random, source) {
  const names = [...source.matchAll(/(?<!\?):(\w+)/g)].map(([, name]) => name);
  const parts = ["/t"];
  for (const name of names) if (random(3)) parts.push(random(2) ? `/:${name}` : `-:${name}/z`);
  return parts.join("");
}

function randomPath(random) {
  return `/${Array.from({ length: random(4) }, () => WORDS[random(WORDS.length)]).join("/")}${random(4) ? "" : "/"}`.replace("//", "/");
}

/** What Vercel's routes do: the first that matches, without regard to case. */
function expected(routes, path) {
  for (const { src, headers, status } of routes) {
    const match = new RegExp(src, "i").exec(path);
    if (match) return `${status} ${headers.Location.replace(/\$(\d+)/g, (_, number) => match[number] ?? "")}`;
  }
  return "200";
}

/** A capture that is empty leaves two slashes with Vercel's dollars, and one here. */
const normal = (text) => text.replace(/\/{2,}/g, "/").replace(/(?<=.)\/$/, "");

// The library tells its makers where another version of a parser differs.
const { error } = console;
console.error = (line, ...rest) => String(line).startsWith("[vc]") || error(line, ...rest);

test(`${ROUNDS * PATHS} redirects are what @vercel/routing-utils makes of them`, async (t) => {
  const random = generator(1);
  let compared = 0;
  let redirected = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const redirects = Array.from({ length: 1 + random(3) }, () => {
      const source = randomSource(random);
      return { source, destination: randomDestination(random, source), permanent: random(2) === 0 };
    });
    const { rules, findings } = ask("parse", { form: "vercel-json", text: JSON.stringify({ redirects }) });
    assert.deepEqual(findings, [], JSON.stringify(redirects));
    const engine = new Engine(rules);
    const routes = convertRedirects(structuredClone(redirects));
    for (let i = 0; i < PATHS; i++) {
      const path = randomPath(random);
      const { status, headers } = await engine.handle({ url: path });
      const ours = headers.location === undefined ? `${status}` : `${status} ${normal(headers.location)}`;
      const theirs = normal(expected(routes, path));
      assert.equal(ours, theirs, `${path} by ${JSON.stringify(redirects)} as ${JSON.stringify(rules)}`);
      compared++;
      redirected += Number(ours !== "200");
    }
  }
  assert.ok(redirected > compared / 10 && redirected < compared, `${redirected} of ${compared} are redirects`);
  t.diagnostic(`${compared} compared, ${redirected} of them redirects`);
});

// https://vercel.com/docs/project-configuration#routes: `src` is an expression that the whole path matches.
test("routes with lookaheads are what RegExp makes of them", async () => {
  const outs = ["api", "api/", "api|docs", "x-1|A", "(?:a|1)(?:/|$)", "(a|docs)/", ".*\\.html", "f\\.html$"];
  const before = ["", "/a", "/(a|docs)", "/[a-z]+", "/x-\\d", "/([^/]+)"];
  const forms = [(out) => `/((?!${out}).*)`, (out) => `/(?!${out}).*`, (out) => `/(?!${out})(.*)`, (out) => `/(?:(?!${out})([^/]+))/?`];
  const random = generator(3);
  let redirected = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const routes = Array.from({ length: 1 + random(2) }, (_, place) => {
      const src = before[random(before.length)] + forms[random(forms.length)](outs[random(outs.length)]);
      const groups = new RegExp(`${src}|`).exec("").length - 1;
      const location = `/t${place}${Array.from({ length: groups }, (_, group) => `/$${group + 1}`).join("")}`;
      return { src: random(2) ? src : `^${src}$`, status: 302, headers: { Location: location } };
    });
    const { rules, findings } = ask("parse", { form: "vercel-json", text: JSON.stringify({ routes }) });
    assert.deepEqual(findings, [], JSON.stringify(routes));
    const engine = new Engine(rules);
    for (let i = 0; i < PATHS; i++) {
      const path = randomPath(random);
      const { status, headers } = await engine.handle({ url: path });
      const ours = headers.location === undefined ? `${status}` : `${status} ${normal(headers.location)}`;
      const whole = routes.map((route) => ({ ...route, src: `^(?:${route.src})$` }));
      assert.equal(ours, normal(expected(whole, path)), `${path} by ${JSON.stringify(routes)} as ${JSON.stringify(rules)}`);
      redirected += Number(status === 302);
    }
  }
  assert.ok(redirected > (ROUNDS * PATHS) / 10 && redirected < ROUNDS * PATHS, `${redirected}`);
});

test("headers, with captures in their values", async () => {
  const headers = [
    { source: "/(.*)", headers: [{ key: "X-All", value: "1" }, { key: "X-Path", value: "p-$1" }] },
    { source: "/docs/:page", headers: [{ key: "X-Page", value: "is :page!" }, { key: "X-All", value: "2" }] },
  ];
  const { rules, findings } = ask("parse", { form: "vercel-json", text: JSON.stringify({ headers }) });
  assert.deepEqual(findings, []);
  const engine = new Engine(rules);
  for (const path of ["/", "/a/b", "/docs/intro", "/docs/a/b"]) {
    const theirs = {};
    for (const { src, headers: made } of convertHeaders(structuredClone(headers))) {
      const match = new RegExp(src, "i").exec(path);
      for (const [key, value] of Object.entries(match ? made : {})) theirs[key.toLowerCase()] = value.replace(/\$(\d+)/g, (_, n) => match[n]);
    }
    const ours = Object.fromEntries(Object.entries((await engine.handle({ url: path })).headers).filter(([name]) => name.startsWith("x-")));
    assert.deepEqual(ours, theirs, path);
  }
});

test("rules written as vercel.json do there what they do here", async () => {
  const patterns = ["/a", "/a/", "/", "/docs/*", "/*", "/a/:p", "/:p/b", "/x-:p", "/a/*/b", "*.html", "/:p/docs/*"];
  const random = generator(2);
  let redirected = 0;
  for (let round = 0; round < 60; round++) {
    const redirects = Array.from({ length: 1 + random(3) }, () => {
      const from = patterns[random(patterns.length)];
      const to = `/t${from.includes(":p") ? "/:p" : ""}${from.startsWith("/") && from.includes("*") ? "/s:splat" : ""}`;
      return { from, to, status: 302, ...(random(4) ? {} : { ignoreTrailingSlash: false }) };
    });
    const rules = { ignoreCase: true, redirects };
    const { files, findings } = convert({ form: "rules", text: JSON.stringify(rules) }, "vercel");
    assert.deepEqual(findings, []);
    const routes = convertRedirects(JSON.parse(files[0].text).redirects);
    const engine = new Engine(rules);
    for (let i = 0; i < PATHS; i++) {
      // A star at the end also takes a slash at the end, which cannot be said there.
      const path = redirects.some(({ from }) => /.\/\*$/.test(from)) ? normal(randomPath(random)) : randomPath(random);
      const { status, headers } = await engine.handle({ url: path });
      const ours = headers.location === undefined ? `${status}` : `${status} ${normal(headers.location)}`;
      assert.equal(normal(expected(routes, path)), ours, `${path} by ${JSON.stringify(rules)} as ${files[0].text}`);
      redirected += Number(status === 302);
    }
  }
  assert.ok(redirected > 100, `${redirected}`);
});

test("exceptions, rules that pass and expressions do there what they do here", async () => {
  const patterns = ["/*", "/docs/*", "/:p/*", "/:p", "/docs/:p", { regex: "(?i)^/x-(\\d+)$" }, { regex: "(?i)^/(?<p>docs|api)/[a-f.]+$" }];
  const excepts = ["/api/*", "/docs/a", "/docs", "*.html", "/a", "/x-:p", "/docs/api*", "/docs/:p/b"];
  const random = generator(4);
  let [redirected, compared, written] = [0, 0, 0];
  for (let round = 0; round < 200; round++) {
    const redirects = Array.from({ length: 1 + random(3) }, () => {
      const from = patterns[random(patterns.length)];
      if (random(4) === 0) return { from: excepts[random(excepts.length)], pass: true };
      const to = typeof from === "string" ? `/t${from.includes(":p") ? "/:p" : ""}${from.includes("*") ? "/s:splat" : ""}` : "/t/{1}";
      const except = Array.from({ length: random(3) }, () => excepts[random(excepts.length)]);
      return { from, to: to.replace("{1}", from.regex?.includes("<p>") ? "{p}" : "{1}"), status: 302, ...(except.length > 0 && typeof from === "string" ? { except } : {}) };
    });
    const rules = { ignoreCase: true, redirects };
    const { files, findings } = convert({ form: "rules", text: JSON.stringify(rules) }, "vercel");
    // What cannot be written is told, and what an exception cannot say is a note.
    if (findings.length > 0 || files.length === 0) continue;
    written++;
    const routes = convertRedirects(JSON.parse(files[0].text).redirects);
    const engine = new Engine(rules);
    for (let i = 0; i < PATHS; i++) {
      const path = normal(randomPath(random));
      const { status, headers } = await engine.handle({ url: path });
      const ours = headers.location === undefined ? `${status}` : `${status} ${normal(headers.location)}`;
      assert.equal(normal(expected(routes, path)), ours, `${path} by ${JSON.stringify(rules)} as ${files[0].text}`);
      compared++;
      redirected += Number(status === 302);
    }
  }
  assert.ok(written > 60 && redirected > compared / 10, `${written} written, ${redirected} of ${compared} are redirects`);
});
