// What the command line does with outputs that are not plain files, and with readers that go away.
import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { existsSync, lstatSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { folder, PATIENCE, selvedge, SELVEDGE } from "./run.mjs";

const RULES = { "rules.json": { redirects: [{ from: "/a", to: "/b" }] } };
const onWindows = process.platform === "win32" && "Windows has no pipes and devices among its files";

test("a pipe is written into, and stays one", { skip: onWindows }, async (t) => {
  const cwd = folder(t, RULES);
  execFileSync("mkfifo", ["pipe"], { cwd });
  const reader = spawn("cat", ["pipe"], { cwd });
  t.after(() => reader.kill());
  const read = reader.stdout.setEncoding("utf8").toArray();
  const { code, err } = selvedge("convert", "rules.json", "--to", "netlify", "-o", "pipe", { cwd, apart: true });
  assert.equal(code, 0, err);
  assert.ok(lstatSync(join(cwd, "pipe")).isFIFO());
  assert.equal((await read).join(""), "/a /b 301!\n");
});

test("standard output by its name, and a full device", { skip: onWindows }, (t) => {
  const cwd = folder(t, RULES);
  const shell = (command) => spawnSync("sh", ["-c", command], { cwd, encoding: "utf8", timeout: PATIENCE });
  // Through a pipe: what Node gives its children is a socket, which cannot be opened by a name.
  assert.match(shell(`"${process.execPath}" "${SELVEDGE}" convert rules.json --to netlify -o /dev/stdout | cat`).stdout, /^\/a \/b 301!$/m);
  if (!existsSync("/dev/full")) return;
  const full = selvedge("build", "rules.json", "--platform", "fetch", "-o", "/dev/full", { cwd });
  assert.equal(full.code, 2);
  assert.match(full.err, /^error: \/dev\/full: no space left on the disk$/m);
  assert.ok(lstatSync("/dev/full").isCharacterDevice());
  const { status, stderr } = shell(`exec "${process.execPath}" "${SELVEDGE}" check rules.json > /dev/full`);
  assert.equal(status, 2);
  assert.equal(stderr, "error: standard output: no space left on the disk\n");
});

test("--follow-links writes where a link leads, also where nothing is yet", { skip: onWindows }, (t) => {
  const cwd = folder(t, RULES);
  symlinkSync("there.mjs", join(cwd, "link.mjs"));
  const refused = selvedge("build", "rules.json", "--platform", "fetch", "-o", "link.mjs", { cwd });
  assert.equal(refused.code, 2);
  assert.match(refused.err, /is a symbolic link/);
  assert.equal(selvedge("build", "rules.json", "--platform", "fetch", "-o", "link.mjs", "--follow-links", { cwd }).code, 0);
  assert.ok(lstatSync(join(cwd, "link.mjs")).isSymbolicLink());
  assert.match(readFileSync(join(cwd, "there.mjs"), "utf8"), /^export default plan;$/m);
  symlinkSync("round.mjs", join(cwd, "round.mjs"));
  const round = selvedge("build", "rules.json", "--platform", "fetch", "-o", "round.mjs", "--follow-links", { cwd });
  assert.equal(round.code, 2);
  assert.match(round.err, /symbolic links in a circle/);
  assert.match(selvedge("check", "nowhere.json", { cwd: linked(t) }).err, /nowhere\.json: is a symbolic link that leads nowhere\n$/);
});

function linked(t) {
  const cwd = folder(t, {});
  symlinkSync("gone.json", join(cwd, "nowhere.json"));
  return cwd;
}

test("a reader that goes away does not make findings a success", { skip: onWindows }, (t) => {
  const redirects = Array.from({ length: 2000 }, (_, at) => ({ from: `/a${at}`, to: "/b", status: 200 }));
  const cwd = folder(t, { ...RULES, "wrong.json": { redirects } });
  const codeOf = (command) =>
    spawnSync("bash", ["-c", `"${process.execPath}" "${SELVEDGE}" ${command} | head -c1 > one; exit \${PIPESTATUS[0]}`], { cwd, timeout: PATIENCE }).status;
  assert.equal(codeOf("check wrong.json"), 1);
  assert.equal(codeOf("check wrong.json --json"), 1);
  assert.equal(codeOf("check rules.json"), 0);
});
