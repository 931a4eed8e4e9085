// selvedge precompress: what is made of which files, what the next run does, and what is never touched. Expectations come
// from the formats' own decoders, from hashes of what was there before, and from hand counts.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { appendFileSync, chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { isDeepStrictEqual } from "node:util";
import * as zlib from "node:zlib";
import { folder, selvedge } from "./run.mjs";

const MANIFEST = ".selvedge-precompress.json";
const DECODERS = { ".gz": zlib.gunzipSync, ".br": zlib.brotliDecompressSync, ".zst": zlib.zstdDecompressSync };
const SUFFIXES = Object.keys(DECODERS).filter((suffix) => DECODERS[suffix] !== undefined);
/** Text that compresses well, and differs by `seed`. */
const text = (seed, lines = 60) => Array.from({ length: lines }, (_, i) => `line ${i} of ${seed}: ${"ab".repeat(i % 7)}\n`).join("");
/** Text that hardly compresses. */
const noise = Array.from({ length: 50 }, (_, i) => createHash("sha256").update(`${i}`).digest("base64")).join("");
const precompress = (cwd, ...args) => selvedge("precompress", ".", "--iterations", "1", ...args, { cwd });
const manifestOf = (cwd) => JSON.parse(readFileSync(join(cwd, MANIFEST), "utf8"));
const all = (cwd) => readdirSync(cwd, { recursive: true }).sort();
const state = (cwd) => Object.fromEntries(all(cwd).filter((name) => statSync(join(cwd, name)).isFile()).map((name) => [name, `${statSync(join(cwd, name)).ino} ${readFileSync(join(cwd, name), "base64")}`]));

test("variants decode to the originals, have their time and permissions, and are in the manifest with their sizes", (t) => {
  const files = { "app.js": text("js"), "css/a.css": text("css"), "index.html": text("html") };
  const cwd = folder(t, files);
  chmodSync(join(cwd, "app.js"), 0o640);
  utimesSync(join(cwd, "app.js"), 1e9, 1e9);
  const { code, out, err } = precompress(cwd);
  assert.deepEqual([code, err], [0, ""], out);
  const { files: listed } = manifestOf(cwd);
  assert.deepEqual(Object.keys(listed), ["/app.js", "/css/a.css", "/index.html"]);
  for (const [name, content] of Object.entries(files)) {
    const sizes = { identity: Buffer.byteLength(content) };
    for (const suffix of SUFFIXES) {
      const variant = readFileSync(join(cwd, name + suffix));
      assert.equal(DECODERS[suffix](variant).toString(), content);
      sizes[{ ".gz": "gzip", ".br": "br", ".zst": "zstd" }[suffix]] = variant.length;
    }
    assert.deepEqual(listed[`/${name}`], sizes);
  }
  for (const suffix of SUFFIXES) {
    const { mode, mtimeMs } = statSync(join(cwd, `app.js${suffix}`));
    assert.deepEqual([mode & 0o777, mtimeMs], [0o640, 1e12]);
  }
  assert.deepEqual(all(cwd).filter((name) => /lock|draft/.test(name)), []);
  // The rule takes it as it is.
  writeFileSync(join(cwd, "rules.json"), JSON.stringify({ precompressed: [{ for: "/*", encodings: ["br", "gzip"], prefer: "smallest", files: listed }] }));
  assert.equal(selvedge("build", "rules.json", "-p", "fetch", "-o", "plan.bin", { cwd }).code, 0);
});

test("the same folder gives the same bytes, in whatever order the workers finish", (t) => {
  const files = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`f${i}.js`, text(i, 40 + 17 * (i % 5))]));
  const [one, other] = [folder(t, files), folder(t, files)];
  precompress(one, "--jobs", "1");
  precompress(other, "--jobs", "4");
  const bytes = (cwd) => all(cwd).map((name) => [name, readFileSync(join(cwd, name), "base64")]);
  assert.deepEqual(bytes(one), bytes(other));
});

test("gzip is Zopfli's: smaller than gzip -9, with neither time nor name in its header", (t) => {
  const content = readFileSync(new URL("../../src/rules/rules.ts", import.meta.url));
  const cwd = folder(t, { "rules.ts": content });
  precompress(cwd, "--encodings", "gzip");
  const gz = readFileSync(join(cwd, "rules.ts.gz"));
  assert.ok(gz.length < 0.98 * zlib.gzipSync(content, { level: 9 }).length, `${gz.length}`);
  assert.equal(gz.subarray(0, 10).toString("hex"), "1f8b0800000000000203");
});

test("Brotli's window fits the file, and Zstandard's is one that browsers take", (t) => {
  const large = Buffer.alloc(9 << 20, text("large", 3000));
  const cwd = folder(t, { "small.txt": text("small"), "large.txt": large });
  precompress(cwd, "--encodings", "br,zstd");
  // RFC 7932 §9.1: WBITS is the beginning of the stream; 2,0xx bytes need 2^12 − 16.
  const wbits = (byte) => ((byte & 1) === 0 ? 16 : (byte & 0xf) !== 1 ? 17 + (byte >> 1 & 7) : (byte & 0x7f) === 1 ? 17 : 8 + (byte >> 4 & 7));
  const size = statSync(join(cwd, "small.txt")).size;
  assert.equal(wbits(readFileSync(join(cwd, "small.txt.br"))[0]), Math.ceil(Math.log2(size + 16)));
  if (!SUFFIXES.includes(".zst")) return;
  // RFC 8878 §3.1.1.1.2: without Single_Segment the window is in the byte after the descriptor; RFC 9659: 8 MB at most.
  const zst = readFileSync(join(cwd, "large.txt.zst"));
  assert.equal(zst[4] & 0x20, 0);
  const base = 2 ** (10 + (zst[5] >> 3));
  assert.ok(base + (base / 8) * (zst[5] & 7) <= 8 << 20, `${base}`);
});

test("files are chosen by type and content", (t) => {
  const binary = Buffer.from(Array.from({ length: 3000 }, (_, i) => (i * i) % 251));
  const chosen = ["LICENSE", "a.js", "a.mjs", "a.svg", "a.webmanifest", "b.map", "c.xml", "d.ttf", "e.wasm", "feed", "readme.md", ".well-known/assetlinks.json", "types.ts"];
  const not = { "x.png": binary, "x.woff2": Buffer.concat([Buffer.from("wOF2"), binary]), "x.gz": zlib.gzipSync(binary), "x.zip": text("zip"), "tiny.js": "1;", "empty.js": "", "data.bin": binary, "gzipped.svg": zlib.gzipSync(text("z", 3000)) };
  const repeated = Buffer.alloc(3000, "\0\x01glyph");
  const cwd = folder(t, { ...Object.fromEntries(chosen.map((name) => [name, /ttf|wasm/.test(name) ? repeated : text(name)])), ...not, ".git/config": text("git"), "node_modules/x/index.js": text("x") });
  assert.equal(precompress(cwd, "--encodings", "gzip").code, 0);
  assert.deepEqual(Object.keys(manifestOf(cwd).files).sort(), chosen.map((name) => `/${name}`).sort());
});

test("--include, --exclude, --min-size and --min-gain", (t) => {
  const cwd = folder(t, { "a.js": text("a"), "b.css": text("b"), "in/c.js": text("c"), "in/d.dat": Buffer.alloc(2000), "small.js": "x".repeat(600), "noise.txt": noise });
  const kept = (...args) => {
    assert.equal(precompress(cwd, "--encodings", "gzip", ...args).code, 0);
    return Object.keys(manifestOf(cwd).files).join(" ");
  };
  assert.equal(kept(), "/a.js /b.css /in/c.js /noise.txt");
  assert.equal(kept("--exclude", "*.css", "--exclude", "/in/*"), "/a.js /noise.txt");
  assert.equal(existsSync(join(cwd, "b.css.gz")), false, "what is excluded is stale");
  assert.equal(kept("--include", "/in/*"), "/in/c.js /in/d.dat");
  assert.equal(kept("--include", "*.js", "--min-size", "500"), "/a.js /in/c.js /small.js");
  assert.equal(kept("--min-gain", "50"), "/a.js /b.css /in/c.js");
});

test("the second run does nothing, and a change costs what has changed", (t) => {
  const cwd = folder(t, { "a.js": text("a"), "b.js": text("b"), "c.js": text("c") });
  precompress(cwd);
  const before = state(cwd);
  const again = precompress(cwd, "--json").json();
  assert.deepEqual([again.made, again.removed], [[], []]);
  assert.ok(isDeepStrictEqual(state(cwd), before), "not even touched");
  assert.equal(precompress(cwd, "--check").code, 0);

  writeFileSync(join(cwd, "a.js"), text("A"));
  rmSync(join(cwd, "b.js"));
  const checked = precompress(cwd, "--check", "--json");
  assert.equal(checked.code, 1);
  const suffixed = (name) => SUFFIXES.map((suffix) => name + suffix).sort();
  assert.deepEqual(checked.json().missing.sort(), suffixed("a.js"));
  assert.deepEqual(checked.json().stale.sort(), [...suffixed("a.js"), ...suffixed("b.js")]);
  const then = precompress(cwd, "--json").json();
  assert.deepEqual([then.made.sort(), then.removed.sort()], [suffixed("a.js"), [...suffixed("a.js"), ...suffixed("b.js")]]);
  assert.equal(zlib.gunzipSync(readFileSync(join(cwd, "a.js.gz"))).toString(), text("A"));
  assert.deepEqual(Object.keys(manifestOf(cwd).files), ["/a.js", "/c.js"]);
  assert.equal(precompress(cwd, "--check").code, 0);

  // Other settings make other files, and only those.
  assert.deepEqual(selvedge("precompress", ".", "--iterations", "2", "--json", { cwd }).json().made.sort(), ["a.js.gz", "c.js.gz"]);
  const fewer = precompress(cwd, "--encodings", "br", "--json").json();
  assert.ok(fewer.removed.includes("a.js.gz") && !existsSync(join(cwd, "a.js.gz")));
});

test("what is not worth it is remembered, not made again and again", (t) => {
  const cwd = folder(t, { "noise.txt": noise });
  precompress(cwd, "--min-gain", "90");
  assert.deepEqual(all(cwd), [MANIFEST, "noise.txt"]);
  assert.deepEqual(precompress(cwd, "--min-gain", "90", "--json").json().made, []);
  assert.equal(precompress(cwd, "--min-gain", "90", "--check").code, 0);
  assert.ok(precompress(cwd, "--min-gain", "2", "--json").json().made.includes("noise.txt.gz"));
});

test("what selvedge did not make is never touched", (t) => {
  const cwd = folder(t, { "a.js": text("a"), "a.js.gz": "something else", "b.js": text("b"), "b.js.br": zlib.brotliCompressSync(text("b")), "c.js": text("c"), "gone.js.gz": zlib.gzipSync("x") });
  precompress(cwd);
  writeFileSync(join(cwd, "c.js.gz"), "mine now");
  mkdirSync(join(cwd, "d.js.gz"));
  writeFileSync(join(cwd, "d.js"), text("d"));
  const mine = ["a.js.gz", "b.js.br", "c.js.gz", "gone.js.gz"];
  const before = mine.map((name) => state(cwd)[name]);
  for (const name of ["a.js", "b.js", "c.js"]) appendFileSync(join(cwd, name), "// changed\n");
  const { code, out } = precompress(cwd);
  assert.equal(code, 1);
  assert.match(out, /problem: a\.js\.gz: is not the gzip form of a\.js, and selvedge did not make it: remove it, or add --exclude/);
  assert.match(out, /problem: d\.js\.gz: is not the gzip form/);
  for (const name of ["a.js", "b.js", "c.js"]) rmSync(join(cwd, name));
  precompress(cwd);
  assert.deepEqual(mine.map((name) => state(cwd)[name]), before);
});

test("somebody else's variant that is right is listed; one that is wrong is not", (t) => {
  const gz = zlib.gzipSync(text("a"));
  const cwd = folder(t, { "a.js": text("a"), "a.js.gz": gz, "b.js": text("b"), "b.js.gz": zlib.gzipSync("old") });
  assert.equal(precompress(cwd).code, 1);
  const { files } = manifestOf(cwd);
  assert.deepEqual([files["/a.js"].gzip, files["/b.js"].gzip], [gz.length, undefined]);
  assert.deepEqual(readFileSync(join(cwd, "a.js.gz")), gz);
});

test("links to files of the folder are files; those that lead out of it, and links to folders, are not followed", (t) => {
  const cwd = folder(t, { "site/a.js": text("a"), "site/assets/real.js": text("real"), "outside/b.js": text("b") });
  const site = join(cwd, "site");
  symlinkSync("../outside/b.js", join(site, "secret.js"));
  symlinkSync("assets/real.js", join(site, "b.js"));
  symlinkSync("../outside", join(site, "elsewhere"));
  symlinkSync(".", join(site, "loop"));
  symlinkSync("circle", join(site, "circle"));
  symlinkSync("nothing", join(site, "dangling"));
  const { code, out } = precompress(site);
  assert.equal(code, 0, out);
  assert.deepEqual(Object.keys(manifestOf(site).files), ["/a.js", "/assets/real.js", "/b.js"]);
  assert.deepEqual(all(join(cwd, "outside")), ["b.js"]);
  for (const link of ["circle", "dangling", "elsewhere", "loop", "secret.js"]) assert.match(out, new RegExp(`not followed: ${link}, a symbolic link`));
  assert.equal(precompress(site, "--follow-links").code, 0);
  assert.deepEqual(Object.keys(manifestOf(site).files), ["/a.js", "/assets/real.js", "/b.js", "/secret.js"]);
  assert.deepEqual(all(join(cwd, "outside")), ["b.js"]);
  // Without the option again, what was made of it goes.
  assert.equal(precompress(site).code, 0);
  assert.ok(!existsSync(join(site, "secret.js.gz")));
  // A manifest that is a link leads to somebody else's file.
  writeFileSync(join(cwd, "kept.json"), readFileSync(join(site, MANIFEST)));
  rmSync(join(site, MANIFEST));
  symlinkSync("../kept.json", join(site, MANIFEST));
  rmSync(join(site, "a.js"));
  const before = readFileSync(join(cwd, "kept.json"), "utf8");
  assert.match(precompress(site).err, /is a symbolic link\n  remove it, or add --follow-links/);
  assert.equal(readFileSync(join(cwd, "kept.json"), "utf8"), before);
  rmSync(join(site, MANIFEST));
  rmSync(join(site, ".selvedge-precompress.lock"), { force: true });
  writeFileSync(join(site, "a.js"), text("a"));
  // A variant that is a link leads to somebody else's file.
  rmSync(join(site, "a.js.gz"));
  writeFileSync(join(cwd, "precious"), "precious");
  symlinkSync("../precious", join(site, "a.js.gz"));
  assert.equal(precompress(site).code, 1);
  assert.equal(readFileSync(join(cwd, "precious"), "utf8"), "precious");
});

/** What the help says is left out, as filters: `*` takes slashes there. */
const SKIPPED = [".git", ".hg", ".svn", "node_modules"].flatMap((name) => ["--exclude", `${name}/*`, "--exclude", `*/${name}/*`]);

test("--metadata: what each object says, as a script that the shell takes apart rightly", (t) => {
  const cwd = folder(t, {
    "site/index.html": text("html"), "site/app.3f2a9b1c.js": text("js"), "site/it's a \"file\" $HOME.css": text("css"), "site/pic.png": "\x89PNG", "site/latin1.txt": Buffer.from("caf\xe9", "latin1"), "site/data.csv.gz": zlib.gzipSync("1,2"),
    "bin/aws": '#!/bin/sh\nfor word; do printf "%s\\037" "$word"; done >> "$LOG"\necho >> "$LOG"\n',
  });
  chmodSync(join(cwd, "bin/aws"), 0o755);
  const flags = ["site", "--iterations", "1", "--encodings", "gzip", "--cache-control", "*.png=public, max-age=60"];
  assert.equal(selvedge("precompress", ...flags, "--metadata", "upload.sh", { cwd }).code, 0);
  execFileSync("sh", [join(cwd, "upload.sh"), "s3://bucket/pre/", "--quiet"], { cwd: "/", env: { ...process.env, PATH: `${join(cwd, "bin")}:${process.env.PATH}`, LOG: join(cwd, "log") } });
  const calls = readFileSync(join(cwd, "log"), "utf8").trim().split("\n").map((line) => line.split("\x1f").slice(0, -1));
  const call = (names, type, cache, ...rest) => ["s3", "sync", ".", "s3://bucket/pre", "--no-follow-symlinks", "--exclude", "*", ...names.flatMap((name) => ["--include", name]), ...SKIPPED, "--content-type", type, "--cache-control", cache, ...rest.flatMap((coding) => ["--content-encoding", coding]), "--quiet"];
  const [forever, revalidated] = ["public, max-age=31536000, immutable", "public, max-age=0, must-revalidate"];
  assert.deepEqual(calls, [
    call(["*.js.gz"], "text/javascript; charset=utf-8", forever, "gzip"),
    call(["*.css.gz"], "text/css; charset=utf-8", revalidated, "gzip"),
    call(["*.js"], "text/javascript; charset=utf-8", forever),
    call(["*.csv.gz"], "application/gzip", revalidated),
    call(["*.css"], "text/css; charset=utf-8", revalidated),
    call(["*.txt"], "text/plain", revalidated),
    call(["*.png"], "image/png", "public, max-age=60"),
    call(["*.html.gz"], "text/html; charset=utf-8", revalidated, "gzip"),
    call(["*.html"], "text/html; charset=utf-8", revalidated),
  ]);
  assert.equal(selvedge("precompress", ...flags, "--metadata", "objects.json", { cwd }).code, 0);
  const objects = JSON.parse(readFileSync(join(cwd, "objects.json"), "utf8"));
  assert.deepEqual(objects[0], { key: "app.3f2a9b1c.js.gz", contentType: "text/javascript; charset=utf-8", contentEncoding: "gzip", cacheControl: forever });
});

/** What the filters of `aws s3` take, by its documentation: the last that matches a name counts. */
function taken(words, names) {
  const glob = (pattern) => new RegExp(`^${pattern.replace(/\[(.)\]|[*?]|[.+^${}()|\\]/g, (it, one) => (one ? `\\${one}` : it === "*" ? "[^]*" : it === "?" ? "[^]" : `\\${it}`))}$`);
  const filters = words.flatMap((word, at) => (word === "--exclude" || word === "--include" ? [[word, glob(words[at + 1])]] : []));
  return names.filter((name) => filters.findLast(([, pattern]) => pattern.test(name))?.[0] === "--include");
}

test("--metadata: few calls, each object in exactly one of them, and with its own headers", (t) => {
  const names = ["index.html", "a/index.html", "a[1].js", "assets/x-DiwrgTda.js", "assets/y-BkqvT9xA.js", "assets/z.css", "b*.css", "b?.css", "sw.js", "deep/er/c.js", "LICENCE", "it's.txt", "archive.gz"];
  const cwd = folder(t, { ...Object.fromEntries(names.map((name) => [`site/${name}`, text(name)])), "bin/aws": '#!/bin/sh\nfor word; do printf "%s\\037" "$word"; done >> "$LOG"\necho >> "$LOG"\n' });
  chmodSync(join(cwd, "bin/aws"), 0o755);
  const flags = ["site", "--iterations", "1", "--encodings", "gzip"];
  assert.equal(selvedge("precompress", ...flags, "--metadata", "objects.json", { cwd }).code, 0);
  assert.equal(selvedge("precompress", ...flags, "--metadata", "site/upload.sh", { cwd }).code, 0);
  execFileSync("sh", [join(cwd, "site/upload.sh"), "s3://bucket"], { env: { ...process.env, PATH: `${join(cwd, "bin")}:${process.env.PATH}`, LOG: join(cwd, "log") } });
  const calls = readFileSync(join(cwd, "log"), "utf8").trim().split("\n").map((line) => line.split("\x1f").slice(0, -1));
  const objects = JSON.parse(readFileSync(join(cwd, "objects.json"), "utf8"));
  const all = [...objects.map(({ key }) => key), MANIFEST, "upload.sh"];
  const sent = new Map();
  for (const words of calls) {
    const value = (option) => words[words.indexOf(option) + 1];
    for (const name of taken(words, all)) {
      assert.equal(sent.has(name), false, `${name} twice`);
      sent.set(name, { key: name, contentType: value("--content-type"), ...(words.includes("--content-encoding") ? { contentEncoding: value("--content-encoding") } : {}), cacheControl: value("--cache-control") });
    }
  }
  const byKey = (one, other) => (one.key < other.key ? -1 : 1);
  assert.deepEqual([...sent.values()].sort(byKey), objects.sort(byKey));
  assert.ok(calls.length <= 12, String(calls.length));
});

/** What `aws s3` finds in a folder, by its documentation: links are followed unless `--no-follow-symlinks` is given. */
function found(at, follow, inner = "") {
  return readdirSync(join(at, inner), { withFileTypes: true }).flatMap((entry) => {
    const name = inner === "" ? entry.name : `${inner}/${entry.name}`;
    if (entry.isSymbolicLink() && !follow) return [];
    return statSync(join(at, name)).isDirectory() ? found(at, follow, name) : [name];
  });
}

test("--metadata: the script uploads what the site holds, and not what links lead to or what tools keep", (t) => {
  const cwd = folder(t, {
    "site/a.txt": "a", "site/b.html": "b", "site/sub/c.txt": "c", "site/x.sh": "x",
    "site/.git/config.txt": "g", "site/node_modules/m/m.txt": "m", "site/sub/node_modules/n/n.txt": "n", "site/sub/.git/o.html": "o", "site/.hg/h.txt": "h", "site/.svn/s.txt": "s",
    "secret.txt": "SECRET", "outside/k.txt": "k",
    "bin/aws": '#!/bin/sh\nfor word; do printf "%s\\037" "$word"; done >> "$LOG"\necho >> "$LOG"\n',
  });
  chmodSync(join(cwd, "bin/aws"), 0o755);
  symlinkSync("../secret.txt", join(cwd, "site/out.txt"));
  symlinkSync("../outside", join(cwd, "site/out"));
  symlinkSync("b.html", join(cwd, "site/home.html"));
  for (const [follow, expected] of [[[], ["a.txt", "b.html", "home.html", "sub/c.txt", "x.sh"]], [["--follow-links"], ["a.txt", "b.html", "home.html", "out.txt", "sub/c.txt", "x.sh"]]]) {
    assert.equal(selvedge("precompress", "site", "--metadata", "site/up.sh", ...follow, { cwd }).code, 0);
    // What comes between making the script and running it.
    if (follow.length === 0) symlinkSync("../secret.txt", join(cwd, "site/later.txt"));
    rmSync(join(cwd, "log"), { force: true });
    execFileSync("sh", [join(cwd, "site/up.sh"), "s3://bucket"], { env: { ...process.env, PATH: `${join(cwd, "bin")}:${process.env.PATH}`, LOG: join(cwd, "log") } });
    const calls = readFileSync(join(cwd, "log"), "utf8").trim().split("\n").map((line) => line.split("\x1f").slice(0, -1));
    const sent = calls.flatMap((words) => taken(words, found(join(cwd, "site"), !words.includes("--no-follow-symlinks")))).sort();
    assert.deepEqual(sent, expected);
    rmSync(join(cwd, "site/later.txt"), { force: true });
  }
});

test("--metadata: names with a hash are those that bundlers write, and no words, dates or versions", (t) => {
  const hashed = [
    // Vite, as its template builds; Rollup; VitePress; Docusaurus; esbuild
    "assets/index-DiwrgTda.css", "assets/index-BkqvT9xA.js", "assets/x-BxWqabcd.js", "main.2023abc1.js", "assets/react-CHdo91hT.svg", "assets/guide_intro.md.BfF3kQ9a.lean.js", "assets/chunks/theme.Cx-9aBcD.js", "assets/js/main.3f2a9c01.js", "assets/js/3f2a9c01.5d6e7f80.js", "main-5KQ2XJ7T.js",
    // Astro, SvelteKit, Next, Nuxt
    "_astro/index.DfG7hJ2k.css", "_astro/penguin.DmCvVl4g_1rN9GF.webp", "_app/immutable/chunks/DkQ1tQ2c.js", "_app/immutable/entry/start.DHxJ3vKX.js", "docs/_next/static/chunks/webpack-3f2a9c0b1d2e3f4a.js", "_next/static/KxW3dF1mQ/_buildManifest.js", "_next/static/media/e4af272ccee01ff0-s.p.woff2", "_nuxt/vewCdABM.js", "_nuxt/entry.DqIuoFZc.css",
    // webpack, Create React App, Gatsby, Hugo
    "d40a2745950ca7c24de1.png", "main.8a3d6b1e.chunk.js", "runtime.3f2a9c01b2c3d4e5f6a7.js.map", "static/d1b2a59fbea7e20077af9f91b27e95e8/photo.jpg", "app-3f2a9c01b2c3d4e5f6a7.js", "css/main.min.3f2a9c01b2c3d4e5f6a73f2a9c01b2c3d4e5f6a73f2a9c01b2c3d4e5f6a7ab12.css",
  ];
  const others = [
    "index.html", "about-DiwrgTda.html", "_app/version.json", "_nuxt/builds/latest.json", "12345678901234567890.png", "5f3e9a7b2c1d4e6f8a0b9c7d.png", "app-settings.js", "some-download.js", "book-Chapter1.pdf", "photo-20240101.jpg", "IMG-PICT2345.jpg", "jquery-3.7.1.min.js", "assets/app-userName.js", "report-2024sept.csv",
    "page-data/index/page-data.json", "static/logo.png", "data.deadbeef.json", "sw.js", "photo-Photo123.png", "assets/logo-original.svg",
    "assets/Header-DarkMode.js", "js/i18n-de_DE-ab.js", "css/x.DataGrid.css", "report-2023abcd.pdf", "menu-cafe2024.pdf",
  ];
  const cwd = folder(t, { ...Object.fromEntries([...hashed, ...others].map((name) => [`site/${name}`, "1"])), "site/.well-known/apple-app-site-association": "{}", "site/apple-app-site-association": "{}" });
  assert.equal(selvedge("precompress", "site", "--metadata", "objects.json", { cwd }).code, 0);
  const objects = JSON.parse(readFileSync(join(cwd, "objects.json"), "utf8"));
  assert.deepEqual(objects.filter(({ cacheControl }) => /immutable/.test(cacheControl)).map(({ key }) => key).sort(), [...hashed].sort());
  for (const { key, contentType } of objects) if (key.endsWith("apple-app-site-association")) assert.equal(contentType, "application/json");
});

test("the table adds up, and --json has the same numbers", (t) => {
  const cwd = folder(t, { "a.js": text("a"), "b.js": text("b"), "c.css": text("c") });
  const { out } = precompress(cwd);
  const { summary, total } = precompress(cwd, "--json").json();
  const size = (name) => statSync(join(cwd, name)).size;
  assert.deepEqual(summary.map(({ type, files }) => [type, files]), [[".js", 2], [".css", 1]]);
  assert.equal(total.original, size("a.js") + size("b.js") + size("c.css"));
  assert.equal(total.variants.gzip, size("a.js.gz") + size("b.js.gz") + size("c.css.gz"));
  const gzip9 = (name) => zlib.gzipSync(readFileSync(join(cwd, name)), { level: 9 }).length;
  assert.equal(summary[0].gzip9, gzip9("a.js") + gzip9("b.js"));
  assert.match(out, /^type +files +original +gzip -9 +zopfli +brotli 11/m);
  assert.match(out, new RegExp(`^all +3 +${total.original.toLocaleString("en")} `, "m"));
  assert.doesNotMatch(out, /\x1b/);
});

test("--manifest, --base, and wrong usage", (t) => {
  const cwd = folder(t, { "site/a.js": text("a"), file: "" });
  const { code } = selvedge("precompress", "site", "--iterations", "1", "--manifest", "made.json", "--base", "/static/", { cwd });
  assert.equal(code, 0);
  assert.deepEqual(Object.keys(JSON.parse(readFileSync(join(cwd, "made.json"), "utf8")).files), ["/static/a.js"]);
  assert.equal(existsSync(join(cwd, "site", MANIFEST)), false);
  const wrong = [
    [["none"], /^error: none: there is no such file/],
    [["file"], /^error: file: a part of this path is a file, not a directory/],
    [["site", "--encodings", "gzip,deflate"], /"deflate" is none of gzip, br, zstd/],
    [["site", "--jobs", "0"], /whole number from 1 to/],
    [["site", "--iterations", "1.5"], /whole number/],
    [["site", "--base", "static"], /is not a URL path\n  write it as/],
    [["site", "--cache-control", "x"], /must be pattern=value/],
  ];
  for (const [args, message] of wrong) {
    const { code, err } = selvedge("precompress", ...args, { cwd });
    assert.equal(code, 2, args.join(" "));
    assert.match(err, message);
  }
  for (const damaged of ["{", "[]", '{"version":7}', '{"version":1,"made":{"/a.js":{}}}']) {
    writeFileSync(join(cwd, "site", MANIFEST), damaged);
    const { code, err } = precompress(join(cwd, "site"));
    assert.equal(code, 2);
    assert.match(err, /is not a manifest of this version of selvedge: .*\n  if nobody else made it/);
    assert.equal(readFileSync(join(cwd, "site", MANIFEST), "utf8"), damaged);
  }
});
