// Tables of redirects on the command line: what spreadsheets write, and lists that say the same.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { folder, selvedge } from "./run.mjs";

const RULES = { redirects: [{ from: "/a", to: "/b", status: 301 }, { from: "/é", to: "/c", status: 302 }] };
const TEXT = "Alt;Neu;Status\r\n/a;/b;301\r\n/é;/c;302\r\n";

const rulesOf = (out) => {
  const { $schema, ...rules } = JSON.parse(out);
  return rules;
};

test("a table is read in the encodings of spreadsheets, by names of columns that the caller gives", (t) => {
  const utf16 = Buffer.from(`\ufeff${TEXT}`, "utf16le");
  const files = { "utf8.csv": TEXT, "bom.csv": `\ufeff${TEXT}`, "le.csv": utf16, "be.csv": Buffer.from(utf16).swap16() };
  const cwd = folder(t, files);
  for (const file of Object.keys(files)) {
    const { code, out, err } = selvedge("convert", file, "--columns", "from=Alt,to=2", "--to", "selvedge", { cwd });
    assert.deepEqual([code, err], [0, ""], file);
    assert.deepEqual(rulesOf(out), { redirects: [RULES.redirects[0], { ...RULES.redirects[1], from: "/%C3%A9" }] });
  }
  assert.equal(selvedge("convert", "utf8.csv", "--to", "selvedge", { cwd }).code, 2);
  assert.match(selvedge("convert", "utf8.csv", "--columns", "from", "--to", "selvedge", { cwd }).err, /--columns has "from"/);
  assert.match(selvedge("convert", "utf8.csv", "--columns", "frm=1,to=2", "--to", "selvedge", { cwd }).err, /--columns has "frm", which no column holds\n  did you mean "from"\?/);
  // Of a file in two encodings, the rows that can be read are taken. What stands in other columns does not count.
  const mixed = folder(t, { "mixed.csv": Buffer.from("from;to;note\n/\xe9;/c;\n/caf\xc3\xa9;/d;\n/f;/g;\xe9\n", "latin1") });
  const { code, out, err } = selvedge("convert", "mixed.csv", "--to", "selvedge", { cwd: mixed });
  assert.deepEqual([code, rulesOf(out)], [1, { redirects: [{ from: "/caf%C3%A9", to: "/d", status: 301 }, { from: "/f", to: "/g", status: 301 }] }]);
  assert.match(err, /^mixed\.csv:2:1: error\[invalid-row\]: the cell holds bytes that are not UTF-8/);
});

test("other verbs take tables, and findings have the row and the column", (t) => {
  const cwd = folder(t, { "moved.csv": "from,to\n/a,/b\n/b,/c\n/a,/d\n", "rules.json": { redirects: { from: "/c", to: "/a" } } });
  const { code, json } = selvedge("check", "moved.csv", "--json", { cwd });
  const found = json().findings.map(({ code, line, column }) => [code, line, column]);
  assert.deepEqual([code, found], [1, [["redirect-chain", 2, 4], ["conflicting-rows", 4, 1]]]);
  // A file whose name says nothing.
  const unnamed = folder(t, { "moved.txt": "from,to\n/a,/b\n/a,/d\n" });
  assert.match(selvedge("check", "moved.txt", { cwd: unnamed }).err, /or say --form\n/);
  assert.deepEqual(selvedge("check", "moved.txt", "--form", "table", "--json", { cwd: unnamed }).json().findings.map(({ code }) => code), ["conflicting-rows"]);
  const codes = selvedge("check", "moved.csv", "rules.json", "--json", { cwd }).json().findings.map(({ code }) => code);
  assert.ok(codes.includes("redirect-loop"), codes.join());
  const { out } = selvedge("explain", "moved.csv", "/a", "--stage", "viewer-request", { cwd });
  assert.match(out, /location: \/b/);
});

test("lists are written by their names, and come back as the same rules", (t) => {
  const cwd = folder(t, { "rules.json": RULES });
  for (const list of ["csv", "cloudflare-bulk", "vercel-bulk"]) {
    const { code, err } = selvedge("convert", "rules.json", "--to", list, "--host", "www.example.org", "-o", "list.csv", { cwd });
    assert.deepEqual([code, err], [0, ""]);
    const { out } = selvedge("explain", "list.csv", "https://www.example.org/%C3%A9/?x=1", "--stage", "viewer-request", { cwd });
    assert.match(out, /HTTP 302[^]*location: (?:https:\/\/www\.example\.org)?\/c\?x=1/, `${list}: ${readFileSync(join(cwd, "list.csv"), "utf8")}`);
  }
  for (const host of ["https://www.example.com/", "bad host/", "a.example/x", "a@b", "a.example:x"]) {
    const refused = selvedge("convert", "rules.json", "--to", "cloudflare-bulk", "--host", host, { cwd });
    assert.deepEqual([refused.code, /It is a host such as/.test(refused.err)], [2, true], host);
  }
  const { code, err } = selvedge("convert", "rules.json", "--to", "cloudflare-bulk", { cwd });
  assert.equal(code, 1);
  assert.match(err, /say whose it is by --host/);
});

test("a sitemap says which pages there are", (t) => {
  const page = (path) => `<url><loc>https://www.example.com${path}</loc></url>`;
  const cwd = folder(t, {
    "list.csv": "from,to\n/old,/about\n/older,/missing\n/blog/,/about\n/doc.pdf,/file.pdf\n",
    "sitemap.xml": `<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">${["/", "/about", "/blog/", "/file.pdf"].map(page).join("")}</urlset>`,
  });
  const { code, out } = selvedge("check", "list.csv", "--sitemap", "sitemap.xml", "--json", { cwd });
  const found = JSON.parse(out).findings.map(({ code, line }) => [line, code]);
  assert.deepEqual([code, found], [0, [[3, "missing-target"], [4, "hidden-page"]]]);
  const none = selvedge("check", "list.csv", "--sitemap", "none.xml", { cwd });
  assert.deepEqual([none.code, none.out], [2, ""], none.err);
});
