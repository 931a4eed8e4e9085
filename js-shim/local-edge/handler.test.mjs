// A handler in its process, by the built local edge in this process: node --test js-shim/local-edge/handler.test.mjs
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { LocalEdge } from "../../pkg/dist/cli/local-edge.js";

const PATIENCE = 60_000;
const HANDLER = `
const { writeFileSync } = require("node:fs");
exports.handler = async (event) => {
  if (event.Records[0].cf.request.uri === "/last") {
    writeFileSync(__dirname + "/asked", "");
    process.on("exit", () => writeFileSync(__dirname + "/ended", ""));
    setTimeout(() => process.exit(4), 1);
  }
  return { status: "200", body: "answered" };
};`;

test("a process that ends before its answer is read fails the next request", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "selvedge-handler-"));
  writeFileSync(join(folder, "h.cjs"), HANDLER);
  const settings = { rules: [], handlers: [{ trigger: "viewer-request", file: join(folder, "h.cjs") }], exported: "handler", origin: folder, missing: 404, includeBody: false, platform: "cloudfront", runtime: "nodejs22.x" };
  const edge = new LocalEdge(settings, { country: undefined, device: [], clientIp: undefined }, { warn: () => {}, reloaded: () => {} });
  t.after(async () => {
    await edge.close();
    rmSync(folder, { recursive: true });
  });
  const url = await edge.listen(0, true);
  const get = async (path) => {
    const answer = await fetch(url + path);
    return { status: answer.status, text: await answer.text() };
  };
  assert.equal((await get("/first")).text, "answered");
  const last = get("/last");
  await there(join(folder, "asked"), () => new Promise((resolve) => setTimeout(resolve, 0)));
  // This process is busy, as on a machine with much to do, until the other has gone.
  await there(join(folder, "ended"), () => pause(5));
  pause(300);
  assert.equal((await last).text, "answered");
  const next = await get("/next");
  assert.equal(next.status, 503);
  assert.match(next.text, /after the answer to an earlier request\.\s+It ended the process with code 4/);
  assert.equal((await get("/next")).text, "answered");
});

/** Waits for a file. Where `turn` gives no promise, nothing else happens in this process meanwhile. */
async function there(file, turn) {
  for (const started = Date.now(); !existsSync(file);) {
    assert.ok(Date.now() - started < PATIENCE, `${file} never came`);
    const turned = turn();
    if (turned !== undefined) await turned;
  }
}

/** Blocks this thread. */
function pause(milliseconds) {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
