// The recipes of docs/guide/test.md in the test runners that they are for. Needs SELVEDGE_OUTSIDE, this folder's packages.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { folder } from "../../js-shim/cli/test/run.mjs";
import { blocks } from "../readme/blocks.mjs";

const MODULES = join(process.env.SELVEDGE_OUTSIDE, "node_modules");
const found = blocks(readFileSync(new URL("../../docs/guide/test.md", import.meta.url), "utf8"));
const only = (what) => {
  const [block, ...more] = found.filter(what);
  assert.ok(block !== undefined && more.length === 0);
  return block.text;
};
const RULES = only(({ language }) => language === "json");
const EXPECTATIONS = only(({ words }) => words.includes("requests"));

const RUNNERS = {
  vitest: { recipe: only(({ text }) => text.includes('from "vitest"')), program: ["vitest/vitest.mjs", "run"], files: { "package.json": { type: "module" }, "edge.rules.js": `export const rules = ${RULES};\n` } },
  jest: { recipe: only(({ language, text }) => language === "js" && text.includes("require(") && text.includes("test.each(")), program: ["jest/bin/jest.js"], files: { "package.json": {} } },
};

for (const [name, { recipe, program: [file, ...args], files }] of Object.entries(RUNNERS)) {
  const run = (t, expectations) => {
    const cwd = folder(t, { ...files, "edge.test.js": recipe, "rules.json": RULES, "edge.requests.txt": expectations });
    mkdirSync(join(cwd, "node_modules"));
    symlinkSync(new URL("../../pkg", import.meta.url), join(cwd, "node_modules/selvedge"), "junction");
    symlinkSync(join(MODULES, name), join(cwd, "node_modules", name), "junction");
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(MODULES, file), ...args], { cwd, encoding: "utf8", env: { ...process.env, CI: "1", NO_COLOR: "1" } });
    return { status, printed: stdout + stderr };
  };

  test(`${name}: each line is a test`, (t) => {
    const { status, printed } = run(t, EXPECTATIONS);
    assert.equal(status, 0, printed);
    assert.match(printed, /Tests:? +4 passed/);
  });

  test(`${name}: a line that does not hold fails, and says what came`, (t) => {
    const { status, printed } = run(t, `${EXPECTATIONS}GET /old/x → 404\n`);
    assert.notEqual(status, 0);
    assert.match(printed, /404: got 301/);
    assert.match(printed, /GET \/old\/x → 404/);
  });
}
