// `selvedge build --store` and `selvedge kvs diff`. What functions do with a store is in tests/runtimes/cloudfront-functions.
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { folder, selvedge } from "./run.mjs";

const KEY = "correct horse battery staple";
const redirects = (count) => Array.from({ length: count }, (_, n) => ({ from: `/old/page-${n}`, to: `/new/page-${n}` }));
const store = (pairs) => ({ data: Object.entries(pairs).map(([key, value]) => ({ key, value })) });
const build = (cwd, ...args) => selvedge("build", "rules.json", "-p", "cloudfront-functions", "--key", KEY, ...args, { cwd });

test("build --store writes the redirects as CloudFront imports them", (t) => {
  const cwd = folder(t, { "rules.json": { redirects: [{ from: "/a/", to: "/b", status: 302 }, { from: "/x/*", to: "/y" }] } });
  const { code, out } = build(cwd, "-o", "function.js", "--store", "store.json");
  assert.equal(code, 0);
  assert.match(out, /function\.js, store\.json[^]*\$0\.13[^]*one key of a KeyValueStore of 1 keys? with 8 of 5,242,880 bytes/);
  // https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/kvs-with-functions-create-s3-kvp.html
  assert.deepEqual(JSON.parse(readFileSync(join(cwd, "store.json"), "utf8")), { data: [{ key: "/a", value: "302 /b" }] });
  assert.match(readFileSync(join(cwd, "function.js"), "utf8"), /^import cf from 'cloudfront'\nconst \$s=cf\.kvs\(\)\n[^]*async function handler\(e\)[^]*\nfunction \$h\(e,\$y\)/);
  assert.match(selvedge("build", "rules.json", "-p", "cloudflare", "-o", "x.mjs", "--store", "s.json", { cwd }).err, /--store is for CloudFront Functions/);
});

test("in a folder the store is there where it is needed", (t) => {
  const cwd = folder(t, { "rules.json": { redirects: redirects(2000) } });
  assert.equal(build(cwd, "-o", "edge/").code, 0);
  assert.equal(JSON.parse(readFileSync(join(cwd, "edge/store.json"), "utf8")).data.length, 2000);
  const few = folder(t, { "rules.json": { redirects: redirects(3) }, "edge/store.json": "of an earlier build" });
  const { file, storeFile, store } = build(few, "-o", "edge", "--json").json();
  assert.deepEqual([file, storeFile, store], [join("edge", "function.js"), undefined, null]);
  assert.equal(existsSync(join(few, "edge/store.json")), false);
});

test("kvs diff prints batches of UpdateKeys: what is new first, what goes last", (t) => {
  const old = store({ "/same": "/1", "/changed": "/1", "/gone": "/1" });
  const cwd = folder(t, { "old.json": old, "new.json": store({ "/same": "/1", "/changed": "/2", "/new": "302 /1" }), "aws.json": { Items: old.data.map(({ key, value }) => ({ Key: key, Value: value })) } });
  const expected = [{ Puts: [{ Key: "/changed", Value: "/2" }, { Key: "/new", Value: "302 /1" }], Deletes: [{ Key: "/gone" }] }];
  for (const before of ["old.json", "aws.json"]) assert.deepEqual(selvedge("kvs", "diff", before, "new.json", { cwd }).json(), expected, before);
  assert.deepEqual(selvedge("kvs", "diff", "new.json", "new.json", { cwd }).json(), []);
});

// https://docs.aws.amazon.com/cloudfront-keyvaluestore/latest/APIReference/API_UpdateKeys.html
test("a batch has 50 keys, and its own file", (t) => {
  const many = store(Object.fromEntries(Array.from({ length: 120 }, (_, n) => [`/${n}`, "/x"])));
  const cwd = folder(t, { "empty.json": { data: [] }, "many.json": many });
  const { code, out } = selvedge("kvs", "diff", "empty.json", "many.json", "-o", "updates", { cwd });
  assert.equal(code, 0);
  assert.match(out, /120 keys to put and 0 keys to delete, in 3 batches[^]*aws cloudfront-keyvaluestore update-keys --kvs-arn ARN --if-match ETAG --cli-input-json file:\/\/updates.0001\.json/);
  const batches = readdirSync(join(cwd, "updates")).map((file) => JSON.parse(readFileSync(join(cwd, "updates", file), "utf8")));
  assert.deepEqual(batches.map(({ Puts, Deletes }) => [Puts.length, Deletes]), [[50, undefined], [50, undefined], [20, undefined]]);
  const { code: again, err } = selvedge("kvs", "diff", "empty.json", "many.json", "-o", "updates", { cwd });
  assert.equal(again, 2);
  assert.match(err, /is not empty/);
});

test("a file that is not a store says where and why", (t) => {
  const cwd = folder(t, { "ok.json": { data: [] }, "text.json": "{", "list.json": [], "member.json": { data: [{ key: 1, value: "" }] }, "twice.json": { data: [{ key: "/a", value: "1" }, { key: "/a", value: "2" }] }, "key.json": store({ [`/${"x".repeat(512)}`]: "/a" }), "value.json": store({ "/a": "x".repeat(1023) }), "half.json": store({ "/\ud800": "/a" }), "empty-key.json": store({ "": "/a" }) });
  mkdirSync(join(cwd, "folder"));
  for (const [file, says] of [["text.json", /is not JSON/], ["list.json", /no list "data"/], ["member.json", /data\[0\][^]*no texts/], ["twice.json", /data\[1\][^]*is there before: "\/a"/], ["key.json", /key of 513 bytes/], ["value.json", /a key and a value of 1025 bytes/], ["half.json", /half a surrogate pair/], ["empty-key.json", /key of 0 bytes/], ["absent.json", /no such file/], ["folder", /is a directory/]]) {
    const { code, err } = selvedge("kvs", "diff", "ok.json", file, { cwd });
    assert.equal(code, 2, file);
    assert.match(err, says, file);
  }
});
