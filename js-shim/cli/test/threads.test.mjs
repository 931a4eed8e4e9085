// Logs in blocks and threads: with any number of threads comes out what one comes to, and lines count from the beginning of their file.
import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { folder, selvedge } from "./run.mjs";

const rules = { redirects: [{ from: "/old/*", to: "/new/:splat" }, { from: "/a", to: "/b" }, { from: "/b", to: "/a" }] };
const changed = { redirects: [{ from: "/old/1*", to: "/newer/:splat" }, { from: "/a", to: "/c" }] };

/** More than three blocks of 1 MiB. The names of the fields change twice, far from where blocks end, and long lines need no block. */
const COUNT = 60_000;
const SECOND = 20_000;
const THIRD = 41_000;
const LONG = 30_000;
const AGENT = "Mozilla/5.0%20(X11;%20Linux%20x86_64)%20AppleWebKit/537.36%20".repeat(4);

/** The lines of the log, and what is in it, counted here. */
function logOf() {
  const lines = ["\ufeff#Version: 1.0", "#Fields: date cs-method cs-uri-stem sc-status cs(User-Agent)"];
  const told = { requests: 0, old: 0, loops: 0, missing: 0, unreadable: [] };
  for (let at = 0; at < COUNT; at++) {
    if (at === SECOND) lines.push("# the server was started anew", "#Fields: sc-status cs-uri-stem cs-method cs(User-Agent) date", "#Remark: none");
    if (at === THIRD) lines.push("", "#fields: cs-method cs-uri-stem date sc-status cs(User-Agent)");
    if (at === LONG) told.unreadable.push(lines.push("x".repeat(9 << 20)));
    if (at % 5_000 === 4_999) told.unreadable.push(lines.push("rubbish"));
    const [path, status] = at % 3 === 0 ? [`/old/${at % 1_009}`, 301] : at % 1_000 === 1 ? ["/a", 301] : at % 7 === 0 ? [`/lost/${at % 499}.html`, 404] : [`/page/${at}`, 200];
    const day = `2026-03-${at < SECOND ? "01" : "02"}`;
    if (at < SECOND) lines.push([day, "GET", path, status, AGENT].join("\t"));
    else if (at < THIRD) lines.push([status, path, "GET", AGENT, day].join("\t"));
    else lines.push(["GET", path, day, status, "-"].join(" "));
    told.requests++;
    if (path.startsWith("/old/")) told.old++;
    else if (path === "/a") told.loops++;
    else if (status === 404) told.missing++;
  }
  return { text: lines.join("\r\n"), told };
}

test("threads come to what one thread comes to", (t) => {
  const { text, told } = logOf();
  assert.ok(text.length > 3 * (1 << 20));
  const cwd = folder(t, { "rules.json": rules, "new.json": changed, "access.log": text, "access.log.gz": gzipSync(text) });
  const runs = [["access.log", "1"], ["access.log", "3"], ["access.log.gz", "1"], ["access.log.gz", "2"]];
  const named = (found, name) => JSON.parse(JSON.stringify(found).replaceAll(`"${name}:`, '"LOG:'));
  const usage = runs.map(([name, jobs]) => named(selvedge("usage", "rules.json", name, "--jobs", jobs, "--json", { cwd }).json(), name));
  const [first, ...others] = usage;
  assert.equal(first.requests, told.requests);
  assert.deepEqual(first.rules.map(({ places: [place], hits }) => [place, hits]), [["redirects[0]", told.old], ["redirects[1]", told.loops]]);
  assert.equal(Object.values(first.rules[0].days).reduce((sum, count) => sum + count), told.old);
  assert.equal(first.missing.reduce((sum, { count }) => sum + count, 0), told.missing);
  assert.deepEqual(first.loops.map(({ url, count, steps }) => [url, count, steps.slice(1)]), [["https://example.org/a", told.loops, ["/b", "/a"]]]);
  assert.deepEqual([first.unreadable.lines, first.unreadable.where], [told.unreadable.length, told.unreadable.slice(0, 10).map((line) => `LOG:${line}`)]);
  for (const [at, other] of others.entries()) assert.deepEqual(other, first, runs[at + 1].join(" "));
  const [one, ...more] = runs.map(([name, jobs]) => named(selvedge("replay", "rules.json", "new.json", name, "--jobs", jobs, "--json", { cwd }).json(), name));
  assert.equal(one.requests, told.requests);
  assert.equal(one.changed, told.old + told.loops);
  for (const [at, other] of more.entries()) assert.deepEqual(other, one, runs[at + 1].join(" "));
});

test("what is given up of too many addresses is the same with any number of threads", (t) => {
  // 150,000 addresses are lost, of which 50,000 are told apart; one is asked for again and again, and stays.
  const lines = Array.from({ length: 150_000 }, (_, at) => `/lost/${at}-${"x".repeat(60)},404,1\n/often,404,2`);
  const cwd = folder(t, { "rules.json": rules, "result.csv": `path,status,count\n${lines.join("\n")}\n` });
  const [one, two] = ["1", "2"].map((jobs) => selvedge("usage", "rules.json", "result.csv", "--jobs", jobs, "--json", { cwd }).json());
  assert.deepEqual([one.isRough, one.requests, one.missing[0].url, one.missing[0].count], [true, 450_000, "https://example.org/often", 300_000]);
  assert.deepEqual(two, one);
});

test("a compressed log that is cut in its middle tells the whole lines before that, with any number of threads", (t) => {
  const { text } = logOf();
  const whole = gzipSync(text, { level: 1 });
  const cwd = folder(t, { "rules.json": rules, "cut.gz": whole.subarray(0, Math.floor(whole.length * 0.7)) });
  const [one, two] = ["1", "2"].map((jobs) => selvedge("usage", "rules.json", "cut.gz", "--jobs", jobs, "--json", { cwd }).json());
  assert.ok(one.requests > 30_000 && one.requests < COUNT, `${one.requests}`);
  assert.deepEqual(one.unreadable.files, [{ file: "cut.gz", problem: "is cut off; the lines before that are counted" }]);
  assert.deepEqual(two, one);
});
