// The usual rules as a CloudFront Function next to one written by hand, and those of the story: bytes, and instructions of njs for
// one call with a cold start, over those for a function that returns the request. `node tests/bench/function.mjs`
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import vm from "node:vm";
import { output, root } from "./package.mjs";
import { tool } from "./tools.mjs";

const { cloudfrontFunction } = await import(pathToFileURL(join(root, "pkg/dist/index.js")).href);
const { transformSync } = await tool("esbuild");

const read = (name) => readFileSync(new URL(name, import.meta.url), "utf8");
const EMPTY = "function handler(e){return e.request}";

/** Sources by name; what is written by hand is minified, as the other is. */
export function sources() {
  const sourceOf = (rules) => cloudfrontFunction(rules, { key: "the usual rules, by hand" }).source;
  const made = sourceOf(JSON.parse(read("function.json")));
  const { redirects, downloads, experiments } = JSON.parse(read("../../examples/story/rules.json"));
  const { code } = transformSync(read("function-by-hand.js"), { minify: true, target: "es2018" });
  agree(made, code);
  return { function: made, "function-by-hand": code, "function-of-story": sourceOf({ redirects, downloads, experiments }) };
}

const request = (uri, cookies = {}) => ({ method: "GET", uri, querystring: {}, headers: { host: { value: "example.org" } }, cookies });
const event = (uri, cookies, response) => ({ version: "1.0", context: { eventType: response ? "viewer-response" : "viewer-request", requestId: "x8Qm2cE1b9v7T3mZrT0G3qv4" }, viewer: { ip: "198.51.100.24" }, request: request(uri, cookies), ...(response && { response }) });

/** Both decide the same, for requests as they should be and for others. */
function agree(...both) {
  const handlers = both.map((source) => vm.runInNewContext(`${source}\nhandler`, { Buffer }));
  const lines = (value, ...more) => ({ value, multiValue: [{ value }, ...more] });
  const responses = [
    undefined,
    () => ({ statusCode: 200, headers: { "content-type": { value: "text/html" } }, cookies: {} }),
    () => ({ statusCode: 206, headers: { vary: lines("a", { value: " cookie" }), "surrogate-control": { value: "x" } } }),
    () => ({ statusCode: 304, headers: { vary: lines("a", { value: "b" }), "cdn-cache-control": { value: "x" } }, cookies: { ab_home: { value: "1", attributes: "" } } }),
    () => ({ statusCode: 301, headers: { vary: { value: "*" } }, cookies: { ab_home: lines("1", { value: "2", attributes: "Path=/" }) } }),
  ];
  const cookies = [undefined, {}, { ab_home: { value: "control" } }, { ab_home: { value: " bold" } }, { ab_home: { value: "else" } }, { ab_home: lines("else", { value: "bold" }) }];
  const paths = [
    "/", "//", "/about-us.html", "/plans.php", "/pricing.php/", "/blog/2024/05/hello.html", "/blog/2024/05/a%20b.html", "/blog/../about%2Dus.html", "/docs/v1", "/docs/v1/a/b", "/docs/v1/caf\u00e9", "/images/a.png", "/index-bold.html", "/other",
    "/docs/v1/..;/x", "/docs/v1/%2F..", "/docs/v1/%5c.%2E", "/blog/a/b/%", "/blog/a/b/%2%66.html", "/blog/a/b/%zz.html", "/docs\\v1/./../v1/%41%", "/docs/v1/[x]/\ud800", "/images", "/imagesx", "/../images/./a/..",
  ];
  const queries = [undefined, "a=1", "download=true", "x=1&download=%74rue", "downloa%64=true&", "download%3Dtrue", "download=true=", "download=tru+e", "a=%&b=\u00e9[]", `a=${"x".repeat(8180)}`];
  for (const uri of paths) for (const cookie of cookies) for (const raw of queries) for (const response of responses) {
    const [one, other] = handlers.map((handler) => {
      const asked = event(uri, cookie, response?.());
      asked.request.headers["x-selvedge"] = { value: "x" };
      asked.request.rawQueryString = () => raw;
      return JSON.parse(JSON.stringify(handler(asked)));
    });
    assert.deepEqual(one, other, `${uri} ${JSON.stringify(cookie)} ${raw} ${JSON.stringify(response?.())}`);
  }
}

/** The instructions of njs for one call of each, over those for an empty function. */
export function countFunctions() {
  const counts = Object.entries({ empty: EMPTY, ...sources() }).map(([name, source]) => [name, instructions(name, source)]);
  const [[, empty], ...others] = counts;
  return Object.fromEntries(others.map(([name, counted]) => [name, counted - empty]));
}

function instructions(name, source) {
  const file = join(output, `${name}.js`);
  const asked = JSON.stringify(JSON.stringify(event("/blog/2024/05/hello.html")));
  writeFileSync(file, `${source}\nvar asked = JSON.parse(${asked});\nasked.request.rawQueryString = function () {};\nhandler(asked);\n`);
  const { status, stderr, error } = spawnSync("valgrind", ["--tool=callgrind", "--callgrind-out-file=/dev/null", "njs", file], { encoding: "utf8", timeout: 120_000 });
  const counted = /Collected : (\d+)/.exec(stderr)?.[1];
  if (status !== 0 || counted === undefined) throw error ?? new Error(`valgrind failed (${status}):\n${stderr}`);
  return Number(counted);
}

/** What of the one by hand it may take, in bytes and in instructions; and how much each generated one may take at all. The story's has an aim of 4e6. */
const MAX = { ofBytes: 1.5, ofInstructions: 1.3, bytes: 3000, instructions: { function: 4e6, "function-of-story": 5e6 } };

function check() {
  for (const [program, option] of [["valgrind", "--version"], ["njs", "-v"]]) {
    const { error } = spawnSync(program, [option]);
    if (error !== undefined) return console.log(`skipped: ${program} cannot be run: ${error.message}`);
  }
  const counts = countFunctions();
  const made = Object.entries(sources()).map(([name, { length }]) => ({ name, bytes: length, instructions: counts[name] }));
  for (const { name, bytes, instructions } of made) console.log(`${name.padEnd(18)} ${String(bytes).padStart(6)} bytes ${(instructions / 1e6).toFixed(2).padStart(6)} million instructions`);
  const [usual, byHand, story] = made;
  const [ofBytes, ofInstructions] = [usual.bytes / byHand.bytes, usual.instructions / byHand.instructions];
  assert(ofBytes <= MAX.ofBytes && ofInstructions <= MAX.ofInstructions, `${ofBytes.toFixed(2)} of the bytes, ${ofInstructions.toFixed(2)} of the instructions: more than ${JSON.stringify(MAX)}`);
  for (const { name, bytes, instructions } of [usual, story]) assert(bytes <= MAX.bytes && instructions <= MAX.instructions[name], `${name}: more than ${JSON.stringify(MAX)}`);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) check();
