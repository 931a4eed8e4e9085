// selvedge precompress when all goes wrong: the originals are never harmed, no broken variant remains, nothing of others is
// touched, and the exit code tells. Each case is a process of its own, on a real file system.
import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { appendFileSync, chmodSync, chownSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as after } from "node:timers/promises";
import * as zlib from "node:zlib";
import { folder, selvedge, SELVEDGE } from "./run.mjs";

const LOCK = ".selvedge-precompress.lock";
const MANIFEST = ".selvedge-precompress.json";
const DECODERS = { ".gz": zlib.gunzipSync, ".br": zlib.brotliDecompressSync, ".zst": zlib.zstdDecompressSync };
const CODINGS = { gzip: ".gz", br: ".br", zstd: ".zst" };
const isRoot = process.getuid?.() === 0;
const text = (seed, lines = 400) => Array.from({ length: lines }, (_, i) => `line ${i * i} of ${seed}: ${"ab".repeat(i % 7)}\n`).join("");
const site = (count) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`f${i}.js`, text(`file ${i}`)]));
const precompress = (cwd, ...args) => selvedge("precompress", ".", "--iterations", "1", ...args, { cwd });

/** A run that goes on while the test does something. */
function start(cwd, ...args) {
  const child = spawn(process.execPath, [SELVEDGE, "precompress", ".", ...args], { cwd, stdio: ["ignore", "pipe", "pipe"] });
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (piece) => (printed += piece));
  const ended = new Promise((resolve) => child.on("close", (code, signal) => resolve({ code, signal, printed })));
  return { child, ended };
}

/** What must hold at every end: `originals` are as they were, variants are of what the manifest says, and nothing else is there. */
function assertSound(cwd, originals, { lock = false, before = [] } = {}) {
  for (const [name, content] of Object.entries(originals)) assert.equal(readFileSync(join(cwd, name), "utf8"), content, `${name} was harmed`);
  const names = readdirSync(cwd);
  assert.deepEqual(names.filter((name) => name.endsWith("draft")), []);
  if (!lock) assert.equal(names.includes(LOCK), false);
  for (const name of names) {
    const suffix = Object.keys(DECODERS).find((it) => name.endsWith(it));
    if (suffix === undefined || DECODERS[suffix] === undefined) continue;
    const original = name.slice(0, -suffix.length);
    const decoded = DECODERS[suffix](readFileSync(join(cwd, name))).toString();
    // `before`: what runs that did not come to the file have left of it.
    if (!before.some((files) => files[original] === decoded)) assert.equal(decoded, readFileSync(join(cwd, original), "utf8"), `${name} is broken`);
  }
  if (!existsSync(join(cwd, MANIFEST))) return;
  for (const [path, { identity, ...sizes }] of Object.entries(JSON.parse(readFileSync(join(cwd, MANIFEST), "utf8")).files)) {
    for (const [coding, bytes] of Object.entries(sizes)) assert.equal(statSync(join(cwd, path + CODINGS[coding])).size, bytes, `${path} ${coding}`);
  }
}

test("names with line breaks, of no encoding, and with what URLs are made of", (t) => {
  const cwd = folder(t, {});
  const names = { "line\nbreak.js": "/line%0Abreak.js", "a b%20?#.js": "/a%20b%2520%3F%23.js", "back\\slash.js": "/back%5Cslash.js", "-rf.js": "/-rf.js", "é.js": "/%C3%A9.js", "(1)[x]'~.js": "/(1)[x]'~.js" };
  for (const name of Object.keys(names)) writeFileSync(join(cwd, name), text(name));
  const raw = Buffer.concat([Buffer.from(`${cwd}/`), Buffer.from([0x66, 0xff, 0xfe, 0x2e, 0x6a, 0x73])]);
  writeFileSync(raw, text("raw"));
  const { code, out } = precompress(cwd);
  assert.equal(code, 0, out);
  const { files } = JSON.parse(readFileSync(join(cwd, MANIFEST), "utf8"));
  assert.deepEqual(Object.keys(files).sort(), [...Object.values(names), "/f%FF%FE.js"].sort());
  for (const name of Object.keys(names)) assert.equal(zlib.gunzipSync(readFileSync(join(cwd, `${name}.gz`))).toString(), text(name));
  assert.equal(zlib.gunzipSync(readFileSync(Buffer.concat([raw, Buffer.from(".gz")]))).toString(), text("raw"));
  assert.equal(precompress(cwd, "--check").code, 0);
  // What is said of them is one line each, and uploading says that a key cannot be such bytes.
  rmSync(join(cwd, "line\nbreak.js"));
  assert.ok(precompress(cwd, "--json").json().removed.includes("line\\nbreak.js.gz"));
  const { code: told, out: said } = precompress(cwd, "--metadata", "up.sh");
  assert.equal(told, 1);
  assert.match(said, /problem: f\\xff\\xfe\.js: cannot be uploaded to S3: keys are UTF-8/);
});

test("unreadable files and folders: the others are done, the exit code is 1, and their variants stay", (t) => {
  const cwd = folder(t, { ...site(2), "secret.js": text("s"), "closed/x.js": text("x") });
  const identity = isRoot ? { uid: 65534, gid: 65534 } : {};
  const run = (...args) => spawnSync(process.execPath, [SELVEDGE, "precompress", ".", "--iterations", "1", ...args], { cwd, encoding: "utf8", ...identity });
  if (isRoot) for (const name of ["", ...readdirSync(cwd, { recursive: true })]) chownSync(join(cwd, name), 65534, 65534);
  const first = run();
  if (first.error || /EACCES|Cannot find module/.test(first.stderr)) return t.skip("root's files cannot be reached by another user");
  assert.equal(first.status, 0, first.stdout + first.stderr);
  chmodSync(join(cwd, "secret.js"), 0);
  chmodSync(join(cwd, "closed"), 0);
  const { status, stdout } = run();
  assert.equal(status, 1);
  assert.match(stdout, /problem: secret\.js: permission denied/);
  assert.match(stdout, /problem: closed: permission denied/);
  chmodSync(join(cwd, "secret.js"), 0o644);
  chmodSync(join(cwd, "closed"), 0o755);
  for (const name of ["secret.js.gz", "closed/x.js.gz", "f1.js.br"]) assert.ok(existsSync(join(cwd, name)), name);
  assert.match(run("--check").stdout, /out of date/, "what cannot be read is not listed as servable");
  assert.deepEqual(JSON.parse(run("--json").stdout).made, [], "nothing was forgotten");
  assert.equal(run("--check").status, 0);

  chmodSync(cwd, 0o555);
  const closed = run();
  assert.equal(closed.status, 2);
  assert.match(closed.stderr, /permission denied/);
  chmodSync(cwd, 0o755);
});

test("files that vanish and files that grow while at work", async (t) => {
  const files = site(24);
  const cwd = folder(t, { ...files, "log.txt": text("log", 40_000) });
  const { child, ended } = start(cwd, "--iterations", "3", "--jobs", "2");
  const gone = [];
  for (let i = 0; child.exitCode === null && child.signalCode === null; i++) {
    appendFileSync(join(cwd, "log.txt"), "one more line\n");
    if (i % 10 === 9 && gone.length < 8 && existsSync(join(cwd, LOCK))) {
      const name = `f${gone.length}.js`;
      rmSync(join(cwd, name));
      gone.push(name);
    }
    await after(5);
  }
  const { code, printed } = await ended;
  assert.ok(code === 0 || code === 1, printed);
  if (code === 1) assert.match(printed, /problem: .*: (changes while|vanished while)/);
  const second = precompress(cwd);
  assert.equal(second.code, 0, second.out);
  for (const name of gone) delete files[name];
  assertSound(cwd, files);
  for (const name of gone) for (const suffix of Object.keys(DECODERS)) assert.equal(existsSync(join(cwd, name + suffix)), false, name);
});

test("Ctrl-C and kill at any moment", async (t) => {
  const files = site(30);
  const cwd = folder(t, files);
  const ends = new Set();
  const before = [];
  for (const [round, signal] of ["SIGINT", "SIGKILL", "SIGINT", "SIGTERM", "SIGKILL", "SIGINT", "SIGINT", "SIGKILL"].entries()) {
    // What a round has made would leave the next nothing to do.
    if (round % 3 === 2) {
      before.push({ ...files });
      for (const name of Object.keys(files).slice(0, 20)) writeFileSync(join(cwd, name), (files[name] = text(`${name} ${round}`)));
    }
    const { child, ended } = start(cwd, "--iterations", "2", "--jobs", "2");
    await after(40 + ((round * 211) % 700));
    child.kill(signal);
    const end = await ended;
    ends.add(end.code ?? end.signal);
    const orderly = { SIGINT: 130, SIGTERM: 143, SIGKILL: undefined }[signal];
    assert.ok(end.code === 0 || end.signal === signal || end.code === orderly, `${signal}: ${JSON.stringify(end)}`);
    // A run that is killed leaves its lock, and perhaps a draft; and stale variants only as what the next run removes.
    if (signal !== "SIGKILL" && end.code === orderly) assertSound(cwd, files, { lock: true, before });
    else for (const name of Object.keys(files)) assert.equal(readFileSync(join(cwd, name), "utf8"), files[name]);
  }
  const last = precompress(cwd, "--iterations", "2");
  assert.equal(last.code, 0, `${last.out}${[...ends]}`);
  assertSound(cwd, files);
  assert.equal(precompress(cwd, "--iterations", "2", "--check").code, 0);
});

test("two runs at once: one works, the other says so", async (t) => {
  const files = site(12);
  const cwd = folder(t, files);
  const ends = await Promise.all([start(cwd, "--iterations", "2").ended, start(cwd, "--iterations", "2").ended]);
  const codes = ends.map(({ code }) => code).sort();
  assert.ok(codes[0] === 0 && (codes[1] === 2 || codes[1] === 0), JSON.stringify(ends));
  assertSound(cwd, files);

  // Held by a process that lives, by one that does not, and by nobody knows whom.
  const holder = (process, host = hostname()) => writeFileSync(join(cwd, LOCK), `${JSON.stringify({ process, host, token: "0123456789abcdef" })}\n`);
  holder(process.pid);
  const { code, err } = precompress(cwd);
  assert.equal(code, 2);
  assert.match(err, new RegExp(`another run \\(process ${process.pid} on .*\\) is at work in this folder\n  wait for it`));
  assert.ok(existsSync(join(cwd, LOCK)));
  holder(process.pid, "another.host");
  assert.equal(precompress(cwd).code, 2);
  holder(spawnSync(process.execPath, ["-e", ""]).pid);
  assert.equal(precompress(cwd).code, 0);
  assertSound(cwd, files);
});

test("empty files, and a folder without any", (t) => {
  const cwd = folder(t, { "empty.js": "", "empty.css": "" });
  assert.equal(precompress(cwd, "--min-size", "0").code, 0);
  assert.deepEqual(readdirSync(cwd).sort(), [MANIFEST, "empty.css", "empty.js"]);
  mkdirSync(join(cwd, "none"));
  assert.equal(precompress(join(cwd, "none")).code, 0);
});

/** A file system of our own, or why there is none. */
function mounted(t, size) {
  const at = folder(t, {});
  if (!isRoot) return { reason: "only root can mount a small file system" };
  const mount = spawnSync("mount", ["-t", "tmpfs", "-o", `size=${size}`, "tmpfs", at], { encoding: "utf8" });
  if (mount.status !== 0) return { reason: `no file system can be mounted here: ${mount.stderr ?? mount.error}` };
  // Before the folder is removed, which happens after.
  return { at, done: () => execFileSync("umount", [at]) };
}

test("a full disk", (t) => {
  const { at, done, reason } = mounted(t, "256k");
  if (reason) return t.skip(reason);
  try {
    const files = site(6);
    for (const [name, content] of Object.entries(files)) writeFileSync(join(at, name), content);
    const filler = Buffer.alloc(4096, 1);
    try {
      for (;;) appendFileSync(join(at, "filler.bin"), filler);
    } catch (error) {
      assert.equal(error.code, "ENOSPC");
    }
    // Not even room for the lock; then for some variants; then for all.
    for (const room of [0, 4096, 5 * 4096]) {
      const size = statSync(join(at, "filler.bin")).size;
      execFileSync("truncate", ["-s", String(size - room), join(at, "filler.bin")]);
      const { code, out, err } = precompress(at);
      assert.equal(code, 2, out + err);
      assert.match(err, /no space left on the disk/);
      assertSound(at, files, { lock: true });
    }
    rmSync(join(at, "filler.bin"));
    assert.equal(precompress(at).code, 0);
    assertSound(at, files);
  } finally {
    done();
  }
});

test("a read-only file system", (t) => {
  const { at, done, reason } = mounted(t, "1m");
  if (reason) return t.skip(reason);
  try {
    const files = site(2);
    for (const [name, content] of Object.entries(files)) writeFileSync(join(at, name), content);
    execFileSync("mount", ["-o", "remount,ro", at]);
    const { code, err } = precompress(at);
    assert.equal(code, 2);
    assert.match(err, /the file system is read-only/);
    assertSound(at, files);
    assert.equal(precompress(at, "--check").code, 1, "looking is possible");
  } finally {
    done();
  }
});
