// `selvedge usage` and `replay`: lines as the vendors document them, and what rules make of them.
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import zlib, { gzipSync } from "node:zlib";
import { folder, selvedge } from "./run.mjs";

const rules = { redirects: [{ from: "/old/*", to: "/new/:splat" }, { from: "/never", to: "/x" }, { from: "/beta", to: "/b", when: { cookie: { beta: true } } }, { from: "/a", to: "/b2" }, { from: "/b2", to: "/a" }] };
const usage = (cwd, ...args) => selvedge("usage", "rules.json", ...args, "--json", { cwd }).json();

// One request each, in every format: GET https://www.example.com/old/page?id=1 → 404 on 2026-03-01.
const V1_FIELDS = "date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) cs(User-Agent) cs-uri-query cs(Cookie) x-edge-result-type x-edge-request-id x-host-header cs-protocol";
const V1 = "2026-03-01\t21:02:31\tLAX1\t392\t192.0.2.100\tGET\td111111abcdef8.cloudfront.net\t/old/page\t404\t-\tMozilla/5.0%20(X)\tid=1\t-\tError\tSOX4xwn4XV6Q4rgb\twww.example.com\thttps";
const FORMATS = {
  "cloudfront.log": `#Version: 1.0\n#Fields: ${V1_FIELDS}\n${V1}\n`,
  "cloudfront-v2.json": `${JSON.stringify({ date: "2026-03-01", time: "21:02:31", "c-ip": "192.0.2.100", "cs-method": "GET", "cs(Host)": "d111111abcdef8.cloudfront.net", "cs-uri-stem": "/old/page", "sc-status": "404", "cs-uri-query": "id=1", "x-host-header": "www.example.com", "cs-protocol": "https" })}\n`,
  "iis.log": "#Software: Microsoft Internet Information Services 10.0\n#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs-host sc-status\n2026-03-01 00:00:01 192.0.2.1 GET /old/page id=1 443 - 192.0.2.100 Mozilla/5.0 www.example.com 404\n",
  "logpush.json": `${JSON.stringify({ ClientIP: "192.0.2.100", ClientRequestHost: "www.example.com", ClientRequestMethod: "GET", ClientRequestURI: "/old/page?id=1", ClientRequestPath: "/old/page", EdgeResponseStatus: 404, EdgeStartTimestamp: 1772398951000000000 })}\n`,
  "vhost.log": 'www.example.com:443 192.0.2.100 - - [01/Mar/2026:21:02:31 +0000] "GET /old/page?id=1 HTTP/2.0" 404 209 "-" "Mozilla/5.0 \\"x\\""\n',
  "drain.json": `[${JSON.stringify({ id: "1", deploymentId: "d", source: "build", host: "x.vercel.app", timestamp: 1772398951000, message: "Built" })},\n${JSON.stringify({ id: "2", deploymentId: "d", source: "static", host: "x.vercel.app", timestamp: 1772398951000, path: "/[slug]", statusCode: 404, proxy: { timestamp: 1772398951000, method: "GET", scheme: "https", host: "www.example.com", path: "/old/page?id=1", statusCode: 404, clientIp: "192.0.2.100" } })}]\n`,
  "netlify.ndjson": `${JSON.stringify({ log_type: "traffic", timestamp: "2026-03-01T21:02:31.000Z", client_ip: "192.0.2.100", method: "GET", url: "https://www.example.com/old/page?id=1", status_code: 404 })}\n${JSON.stringify({ log_type: "functions", message: "hello" })}\n`,
  "caddy.log": `${JSON.stringify({ level: "info", ts: 1772398951.2, request: { remote_ip: "192.0.2.100", method: "GET", host: "www.example.com", uri: "/old/page?id=1" }, status: 404 })}\n`,
  "page.har": JSON.stringify({ log: { version: "1.2", entries: [{ startedDateTime: "2026-03-01T21:02:31Z", request: { method: "GET", url: "https://www.example.com/old/page?id=1" }, response: { status: 404 } }] } }),
  "result.csv": 'host,path,query,method,status,day,count\n"www.example.com","/old/page","id=1",GET,404,2026-03-01,1\n',
};

test("every format tells the same request", (t) => {
  for (const [name, text] of Object.entries(FORMATS)) {
    const cwd = folder(t, { "rules.json": rules, [name]: text });
    const { requests, days, rules: hit, unreadable } = usage(cwd, name, "--queries", "show");
    assert.deepEqual(
      { requests, days, hit: hit.map(({ places, hits, lastHit, days, example }) => ({ places, hits, lastHit, days, example })), unreadable: unreadable.lines + unreadable.files.length },
      { requests: 1, days: { first: "2026-03-01", last: "2026-03-01" }, hit: [{ places: ["redirects[0]"], hits: 1, lastHit: "2026-03-01", days: { "2026-03-01": 1 }, example: "https://www.example.com/old/page?id=1" }], unreadable: 0 },
      name,
    );
  }
});

const VERCEL = ["/old/page", "/old/two", "/old/three"].map((path, at) => ({ id: `${at}`, source: "static", "a\\\"}],[{": "]},{\n", proxy: { timestamp: 1772398951000, method: "GET", host: "www.example.com", path, statusCode: 404, tags: [["{"], "}"] } }));
const NETLIFY = ["/old/page", "/old/two", "/old/three"].map((path) => ({ log_type: "traffic", timestamp: "2026-03-01T21:02:31.000Z", method: "GET", url: `https://www.example.com${path}`, status_code: 404 }));

test("arrays of JSON, however they are written", (t) => {
  // Vercel, "Log Drains": with the delivery format json, the body is an array of objects. Netlify, "Log Drains": JSON is an array, too.
  for (const items of [VERCEL, NETLIFY]) {
    const [one, two, three] = items.map((item) => JSON.stringify(item));
    const forms = {
      "line.json": JSON.stringify(items),
      "indented.json": JSON.stringify(items, null, 2),
      "indented-crlf.json": `\ufeff${JSON.stringify(items, null, "\t").replaceAll("\n", "\r\n")}\r\n`,
      "batches.json": `[${one},${two}]\n[${three}]\n`,
      "joined.json": `[${one}][${two},\n${three}]`,
      "items.json": `[\n${one},\n${two}\n,${three}\n]\n`,
      "lines.json": `${one}\n${two}\n${three}\n`,
    };
    for (const [name, text] of Object.entries(forms)) {
      const { requests, missing, rules: [hit], unreadable } = usage(folder(t, { "rules.json": rules, [name]: text }), name);
      assert.deepEqual([requests, hit?.hits, missing.length, unreadable.lines], [3, 3, 0, 0], `${name}: ${JSON.stringify(unreadable)}`);
    }
    // What is cut off costs itself, and the place is told.
    const cut = folder(t, { "rules.json": rules, "cut.json": `[\n${one},\n${two.slice(0, -3)},\n${three},\n${one.slice(0, 12)}\n]`, "text.json": `[\n${one},\n{"a":"b\n,${three}]` });
    assert.deepEqual([usage(cut, "cut.json"), usage(cut, "text.json")].map(({ requests, unreadable }) => [requests, unreadable.where]), [[2, ["cut.json:3", "cut.json:5"]], [2, ["text.json:3"]]]);
  }
  // Longer than a piece that is read.
  const many = Array.from({ length: 20_000 }, (_, at) => ({ ...NETLIFY[0], url: `https://www.example.com/old/${at}` }));
  for (const text of [JSON.stringify(many), JSON.stringify(many, null, 4)]) assert.equal(usage(folder(t, { "rules.json": rules, "many.json": text }), "many.json").rules[0].hits, 20_000);
});

test("what a format escapes is undone", (t) => {
  // AWS, standard logs, URL encoding: "%" is %25. Apache, mod_log_config, and nginx, log_format: \\xhh for bytes that are not printable; Apache
  // writes a quote as \\" and a backslash as \\\\.
  const fields = "date cs-method cs-uri-stem sc-status cs-uri-query x-host-header";
  const combined = (target) => `192.0.2.7 - - [01/Mar/2026:21:02:31 +0000] "GET ${target} HTTP/1.1" 404 5\n`;
  const logs = {
    "v1.log": [`#Version: 1.0\n#Fields: ${fields}\n2026-03-01\tGET\t/lost/a%2520b\t404\tq=%25C3%25BC\twww.example.com\n`, "https://www.example.com/lost/a%20b?q=%C3%BC"],
    // The viewer had escaped a percent sign; only one level is the log's.
    "v2.json": [`${JSON.stringify({ "cs-method": "GET", "cs-uri-stem": "/lost/100%2525", "cs-uri-query": "x=%252520", "sc-status": "404" })}\n`, "https://example.org/lost/100%25?x=%2520"],
    "table.csv": [`date,cs_method,cs_uri_stem,sc_status\n2026-03-01,GET,/lost/a%2520b,404\n`, "https://example.org/lost/a%20b"],
    // IIS writes what it was asked.
    "iis.log": ["#Fields: date cs-method cs-uri-stem cs-uri-query sc-status\n2026-03-01 GET /lost/a%2520b - 404\n", "https://example.org/lost/a%2520b"],
    "apache.log": [combined(String.raw`/lost/\xc3\xbc\"\\x41\n?q=\xfc`), String.raw`https://example.org/lost/%C3%BC"\x41%0A?q=%FC`],
    "nginx.log": [combined(String.raw`/lost/\xC3\xBC\x22\x5C`), "https://example.org/lost/%C3%BC\"\\"],
  };
  const names = Object.keys(logs);
  const cwd = folder(t, { "rules.json": { redirects: [{ from: "/lost/*", to: "/found" }] }, ...Object.fromEntries(names.map((name) => [name, logs[name][0]])) });
  assert.deepEqual(names.map((name) => usage(cwd, name, "--queries", "show").rules[0]?.example), names.map((name) => logs[name][1]));
});

test("fields without names are named by --fields", (t) => {
  // Real-time logs have the query in cs-uri-stem.
  const cwd = folder(t, { "rules.json": rules, "real-time.log": "1772398951.123\t192.0.2.100\t404\tGET\twww.example.com\t/old/page?id=1\n" });
  assert.deepEqual(usage(cwd, "real-time.log", "--fields", "timestamp,c-ip,sc-status,cs-method,x-host-header,cs-uri-stem").rules.map(({ example, lastHit }) => [example, lastHit]), [["https://www.example.com/old/page", "2026-03-01"]]);
  assert.match(selvedge("usage", "rules.json", "real-time.log", { cwd }).err, /real-time\.log: is in no format that is known; .*--fields/);
});

const line = (path, status = 200, day = "01") => `192.0.2.7 - - [${day}/Mar/2026:21:02:31 +0000] "GET ${path} HTTP/1.1" ${status} 5`;

test("compressed files and folders are read, and what cannot be read is told", (t) => {
  const cwd = folder(t, { "rules.json": rules, "logs/a.log": `${line("/old/1")}\nrubbish\n${line("/old/2")}\n`, "logs/sub/b.log.gz": gzipSync(`${line("/old/3")}\n`), "logs/.hidden": line("/old/9"), "logs/long.log": `${line("/old/4")}\n${"x".repeat(3 << 20)}\n${line("/old/5")}` });
  const whole = gzipSync(Array.from({ length: 20_000 }, (_, at) => line(`/old/${at}-${(at * 7919) % 10007}`)).join("\n"));
  writeFileSync(join(cwd, "logs/cut.gz"), whole.subarray(0, whole.length / 2));
  const found = usage(cwd, "logs");
  assert.ok(found.requests > 1_000, `the lines before the cut count: ${found.requests}`);
  assert.deepEqual([found.unreadable.lines, found.unreadable.where], [2, ["logs/a.log:2", "logs/long.log:2"]]);
  assert.deepEqual(found.unreadable.files, [{ file: "logs/cut.gz", problem: "is cut off; the lines before that are counted" }]);
  assert.match(selvedge("usage", "rules.json", "logs", { cwd }).out, /warning: 2 lines cannot be read: logs\/a\.log:2, logs\/long\.log:2/);
});

// Apache logs "-" with 408 for a connection that sent nothing (mod_reqtimeout), nginx "" with 400: nobody asked for anything.
test("lines without a request are counted apart", (t) => {
  const idle = '192.0.2.7 - - [01/Mar/2026:21:02:31 +0000] "-" 408 -';
  const empty = '192.0.2.7 - - [01/Mar/2026:21:02:31 +0000] "" 400 0 "-" "-"';
  const build = JSON.stringify({ id: "1", source: "build", deploymentId: "d", message: "Build completed", timestamp: 1772398951000 });
  const asked = JSON.stringify({ source: "static", deploymentId: "d", timestamp: 1772398951000, proxy: { method: "GET", host: "example.org", path: "/old/4", statusCode: 200, timestamp: 1772398951000 } });
  const cwd = folder(t, { "rules.json": rules, "logs/a.log": `${[line("/old/1"), idle, empty].join("\n")}\n`, "logs/vercel.jsonl": `${build}\n${asked}\n` });
  const found = usage(cwd, "logs");
  assert.deepEqual([found.requests, found.unreadable.lines], [2, 0]);
  const { out } = selvedge("usage", "rules.json", "logs", { cwd });
  assert.match(out, /^3 lines without a request$/m);
  assert.doesNotMatch(out, /cannot be read/);
});

// RFC 1952, §2.2: a file is members one after the other. What comes after them `gzip -d` leaves out, with a warning.
test("of compressed files that are damaged, the lines before the damage count", (t) => {
  const lines = (count) => Array.from({ length: count }, (_, at) => line(`/old/${at}-${(at * 7919) % 10007}`)).join("\n");
  const members = Buffer.concat([gzipSync(`${line("/old/1")}\n${line("/old/2")}\n`), gzipSync(line("/old/3"))]);
  const cwd = folder(t, { "rules.json": rules, "trail.gz": Buffer.concat([members, Buffer.from("junk\n")]), "zeros.gz": Buffer.concat([members, Buffer.alloc(512)]), "long.gz": Buffer.concat([gzipSync(lines(20_000)), Buffer.from("junk")]) });
  const trailing = (file) => [{ file, problem: "has bytes after the end of what is compressed, which are left out" }];
  const read = (file) => (({ requests, unreadable }) => [requests, unreadable.files])(usage(cwd, file));
  assert.deepEqual(read("trail.gz"), [3, trailing("trail.gz")]);
  assert.deepEqual(read("zeros.gz"), [3, []]);
  assert.deepEqual(read("long.gz"), [20_000, trailing("long.gz")]);
  // The checksum at the end is wrong: every line stands before that, and the last may be cut.
  const broken = gzipSync(lines(20_000));
  broken[broken.length - 8] ^= 1;
  writeFileSync(join(cwd, "sum.gz"), broken);
  assert.deepEqual(read("sum.gz"), [19_999, [{ file: "sum.gz", problem: "is not what its compression needs it to be; the lines before that are counted" }]]);
});

test("Zstandard is read where Node can, and refused clearly where it cannot", (t) => {
  const zstd = Buffer.from("28b52ffd", "hex");
  const can = zlib.zstdCompressSync !== undefined;
  const cwd = folder(t, { "rules.json": rules, "a.log.zst": can ? zlib.zstdCompressSync(Buffer.from(line("/old/1"))) : zstd });
  const { code, out, err } = selvedge("usage", "rules.json", "a.log.zst", "--json", { cwd });
  if (can) assert.equal(JSON.parse(out).requests, 1);
  else assert.deepEqual([code, /this Node cannot read Zstandard/.test(out + err)], [2, true]);
});

test("every missed address is counted and told", (t) => {
  const cwd = folder(t, { "rules.json": rules, "access.log": Array.from({ length: 1_500 }, (_, at) => line(`/gone/${at}`, 404)).join("\n") });
  const found = usage(cwd, "access.log");
  assert.deepEqual([found.missing.length, found.isRough], [1_500, false]);
  assert.match(selvedge("usage", "rules.json", "access.log", "--top", "20", { cwd }).out, /… and 1,480 more; --json has them/);
});

test("rules that are never hit, misses with suggestions, and circles", (t) => {
  const log = [line("/old/1"), line("/old/1", 200, "03"), line("/a", 301), line("/shop/blue-shoes.php", 404), line("/shop/blue-shoes.php?utm=1", 404), line("/old/gone", 404), line("/guide/blue-shoes/"), line("/about")];
  const cwd = folder(t, { "rules.json": rules, "access.log": log.join("\n") });
  const found = usage(cwd, "access.log");
  assert.deepEqual(found.rules.map(({ places: [place], hits, days }) => [place, hits, days]), [["redirects[0]", 3, { "2026-03-01": 2, "2026-03-03": 1 }], ["redirects[3]", 1, { "2026-03-01": 1 }]]);
  assert.deepEqual(found.neverHit.map(({ places: [place], isCertain, reads }) => [place, isCertain, reads]), [["redirects[1]", true, []], ["redirects[2]", false, ["cookie beta"]], ["redirects[4]", true, []]]);
  // A rule answers /old/gone now, whatever the log had.
  assert.deepEqual(found.missing.map(({ url, count, suggestions }) => [url, count, suggestions[0]?.target]), [["https://example.org/shop/blue-shoes.php", 2, "/guide/blue-shoes/"]]);
  assert.deepEqual(found.loops.map(({ url, steps }) => [url, steps]), [["https://example.org/a", ["https://example.org/a", "/b2", "/a"]]]);
  mkdirSync(join(cwd, "dist/products"), { recursive: true });
  writeFileSync(join(cwd, "dist/products/blue-shoes.html"), "");
  assert.equal(usage(cwd, "access.log", "--site", "dist").missing[0].suggestions[0].target, "/products/blue-shoes.html");
  assert.match(selvedge("usage", "rules.json", "access.log", { cwd }).out, /Not hit as far as the log says\n  rules\.json:1  \/beta .* depends on cookie beta/);
});

test("a line of a vendor's file is one rule, whatever it became", (t) => {
  const cwd = folder(t, { _redirects: "/a /b 301\n/app/* /index.html 200\n/c /d\n", "access.log": [line("/app/x", 200), line("/a", 301)].join("\n") });
  const { rules: hit, neverHit } = selvedge("usage", "_redirects", "access.log", "--dialect", "netlify", "--json", { cwd }).json();
  // Where a line gives way to files, a log with 200 does not say whether there was one.
  assert.deepEqual([hit.map(({ line, hits }) => [line, hits]), neverHit.map(({ line, isCertain }) => [line, isCertain])], [[[1, 1]], [[3, true], [2, false]]]);
});

test("reports hold no addresses of clients and no values of queries, unless they are asked for", (t) => {
  const cwd = folder(t, { "rules.json": rules, "access.log": [line("/old/1?email=a%40b.example"), line("/a?token=secret"), line("/lost?token=secret", 404)].join("\n") });
  for (const args of [[], ["--json"], ["--queries", "hash"], ["--queries", "hash", "--json"]]) assert.doesNotMatch(selvedge("usage", "rules.json", "access.log", ...args, { cwd }).out, /192\.0\.2\.7|secret|b\.example/, args.join(" "));
  assert.match(selvedge("usage", "rules.json", "access.log", "--queries", "hash", "--json", { cwd }).out, /old\/1\?email=[0-9a-f]{8}"/);
  const shown = usage(cwd, "access.log", "--queries", "show");
  assert.deepEqual([shown.rules[0].example, shown.missing.map(({ url }) => url)], ["https://example.org/old/1?email=a%40b.example", ["https://example.org/lost?token=secret"]]);
});

test("what stands in a log does not steer a terminal", (t) => {
  const cwd = folder(t, { "rules.json": rules, "result.csv": 'path,status,count\n"/lost\x1b[31m\u202ex",404,3\n' });
  assert.match(selvedge("usage", "rules.json", "result.csv", { cwd }).out, /3 {2}https:\/\/example\.org\/lost\\x1b\[31m\\u202ex/);
});

test("a line that is made to take long does not", (t) => {
  const cwd = folder(t, { "rules.json": rules, "a.json": `{"path":"/old/1","status":200}\n{${",".repeat(900_000)}x\n`, "b.log": `${line("/old/1")}\n${":1".repeat(400_000)}\n` });
  for (const name of ["a.json", "b.log"]) {
    const { requests, unreadable } = usage(cwd, name);
    assert.deepEqual([requests, unreadable.lines], [1, 1], name);
  }
});

test("--sql prints the query whose result is a log", () => {
  for (const engine of ["athena", "bigquery", "duckdb"]) {
    const { code, out } = selvedge("usage", "--sql", engine, "--table", "mine");
    assert.equal(code, 0);
    for (const name of ["host", "path", "query", "method", "status", "day", "count"]) assert.match(out, new RegExp(`AS ${name}\\b`));
    assert.match(out, /mine/);
  }
  const of = (engine, table) => selvedge("usage", "--sql", engine, "--table", table).out;
  // DuckDB, "Literal Types": a quote is written twice. BigQuery, "Lexical structure": quoted identifiers have the escapes of string literals.
  assert.match(of("duckdb", "my'logs/*.gz"), /read_csv\('my''logs\/\*\.gz', /);
  assert.match(of("bigquery", "a`b"), /FROM `a\\`b`\n/);
});

test("what an address comes to goes by the status that the origin answers, and not where a rule answers", (t) => {
  // Further apart than requests that are decided together, and more statuses than are remembered of one address.
  const rounds = [[200, 301], [404, 500], [400, 401, 402, 403, 405, 406, 407, 408, 409, 410]];
  const round = (statuses, number) => [...statuses.flatMap((status) => [line("/page", status), line("/old/1", status)]), ...Array.from({ length: 1_200 }, (_, at) => line(`/${number}/${at}`))];
  const cwd = folder(t, {
    "rules.json": { redirects: [{ from: "/old/*", to: "/new/:splat" }], headers: [{ for: "/page", when: { status: 404 }, set: { "X-Missing": "1" } }, { for: "/page", when: { status: 200 }, set: { "X-There": "1" } }] },
    "access.log": rounds.flatMap(round).join("\n"),
  });
  const hits = Object.fromEntries(usage(cwd, "access.log").rules.map(({ places: [place], hits }) => [place, hits]));
  // What the log has as a redirect may be the rules' own: there the origin answers 200.
  assert.deepEqual(hits, { "redirects[0]": 14, "headers[0]": 1, "headers[1]": 2 });
});

test("replay: what a change of rules changes", (t) => {
  const old = { redirects: [{ from: "/old/*", to: "/new/:splat" }, { from: "/gone", to: "/" }, { from: "/kept", to: "/here" }, { from: "/moved", to: "/one" }] };
  const now = { redirects: [{ from: "/old/*", to: "/newer/:splat" }, { from: "/kept", to: "/here" }, { from: "/x", to: "/y" }, { from: "/y", to: "/x" }] };
  const log = [line("/old/1", 301), line("/old/2", 301), line("/gone", 301), line("/moved", 301), line("/moved", 200), line("/kept", 301), line("/x"), line("/plain")];
  const cwd = folder(t, { "old.json": old, "new.json": now, "access.log": log.join("\n") });
  const { code, out } = selvedge("replay", "old.json", "new.json", "access.log", "--json", { cwd });
  const { requests, changed, changes } = JSON.parse(out);
  assert.deepEqual([code, requests, changed], [1, 8, 6]);
  assert.deepEqual(changes.map(({ kind, count, examples: [example] }) => [kind, count, example]), [
    ["new loop", 1, { url: "https://example.org/x", before: "asks /x", after: "301 /y" }],
    ["may be missing", 3, { url: "https://example.org/moved", before: "301 /one", after: "asks /moved" }],
    ["redirected elsewhere", 2, { url: "https://example.org/old/1", before: "301 /new/1", after: "301 /newer/1" }],
  ]);
  mkdirSync(join(cwd, "dist"));
  for (const page of ["gone.html", "moved.html"]) writeFileSync(join(cwd, "dist", page), "");
  assert.deepEqual(selvedge("replay", "old.json", "new.json", "access.log", "--site", "dist", "--json", { cwd }).json().changes.map(({ kind, count }) => [kind, count]), [["new loop", 1], ["redirected elsewhere", 2], ["no longer redirected", 3]]);
  const same = selvedge("replay", "old.json", "old.json", "access.log", { cwd });
  assert.deepEqual([same.code, same.out], [0, "8 requests, and nothing changes\n"]);
});

test("what cannot be used is one clear error", (t) => {
  const cwd = folder(t, { "rules.json": rules, "bad.json": { redirects: [{ from: "/a" }] }, "note.txt": "hello\n", "broken.har": "{", "empty.log": "" });
  for (const [args, code, message] of [
    [["usage", "rules.json"], 2, /the logs are missing/],
    [["usage", "rules.json", "none.log"], 2, /none\.log: there is no such file/],
    [["usage", "rules.json", "empty.log"], 2, /empty\.log: the logs hold no request/],
    [["replay", "rules.json", "rules.json", "empty.log"], 2, /empty\.log: the logs hold no request/],
    [["usage", "rules.json", "note.txt"], 2, /note\.txt: is in no format/],
    [["usage", "rules.json", "broken.har"], 2, /broken\.har: is not an HTTP archive/],
    [["usage", "bad.json", "note.txt"], 1, /missing-field/],
    ...["x", "-1", "0", "1.5"].map((top) => [["usage", "rules.json", "note.txt", "--top", top], 2, /It is a whole number from 1 on/]),
    [["replay", "rules.json"], 2, /replay takes the old rules, the new ones, and logs/],
  ]) {
    const { code: ended, out, err } = selvedge(...args, { cwd });
    assert.equal(ended, code, args.join(" "));
    assert.match(out + err, message);
  }
});
