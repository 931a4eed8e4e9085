// Handlers of `selvedge dev` in TypeScript, loaded by the project's own tsx, in the Node that runs this file. Needs SELVEDGE_OUTSIDE,
// the packages of tests/outside.
import assert from "node:assert/strict";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { dev } from "../../../js-shim/cli/test/dev.mjs";
import { folder, selvedge } from "../../../js-shim/cli/test/run.mjs";

/** What no Node loads by itself: an enum, and an import without an ending. */
const HANDLER = `import { hello } from "./lib";
enum Status { Ok = "200" }
export const handler = async (event: { Records: unknown[] }): Promise<object> => ({ status: Status.Ok, body: hello + event.Records.length });
`;
const FILES = { "package.json": {}, "site/index.html": "home", "lib.ts": 'export const hello: string = "hello ";\n', "h.ts": HANDLER, "h.mts": HANDLER };

function project(t) {
  const cwd = folder(t, FILES);
  mkdirSync(join(cwd, "node_modules"));
  symlinkSync(join(process.env.SELVEDGE_OUTSIDE, "node_modules/tsx"), join(cwd, "node_modules/tsx"), "junction");
  return cwd;
}

for (const file of ["h.ts", "h.mts"]) {
  test(`${file} is loaded by tsx, and anew when it changes`, async (t) => {
    const cwd = project(t);
    const edge = await dev(t, cwd, "--origin", "site", "--handler", `viewer-request=${file}`);
    const { status, text } = await edge.get("/");
    assert.deepEqual([status, text], [200, "hello 1"]);
    writeFileSync(join(cwd, "lib.ts"), 'export const hello: string = "changed ";\n');
    await edge.says(/reloaded after a change of .*lib\.ts/);
    assert.equal((await edge.get("/")).text, "changed 1");
  });
}

test("rules are, too", (t) => {
  const cwd = project(t);
  writeFileSync(join(cwd, "edge.rules.ts"), 'enum To { B = "/b" }\nexport const rules = { redirects: [{ from: "/a", to: To.B }] };\n');
  assert.match(selvedge("explain", "edge.rules.ts", "/a", { cwd }).out, /\/a → 301 \/b/);
});
