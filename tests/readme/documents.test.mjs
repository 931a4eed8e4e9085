// What the documents say, tried with the package as built: node --test tests/readme/*.test.mjs
//
// In README.md and all documents under docs/, by the info string of a fenced block:
//
//     ```json               rules that compile, for CloudFront or the platform named; kept as rules.json, and run by
//                           lambdaEdge, or by edge where another platform is named
//     ```json error         rules that do not; the `text` block that follows is what the error says
//     ```js                 a program that runs without an error; a first line `// NAME` is the name of its file
//     ```sh run             commands that succeed; `npx selvedge` is the command line as built
//     ```text prints        what the program or the commands before print
//     ```text requests      what the rules or the handler before do, see requests.mjs
//
// `skip` leaves a block out. The blocks of one document share a folder, in which "selvedge" can be imported.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { blocks, documents } from "./blocks.mjs";
import { check, requests, triggers } from "./requests.mjs";

const at = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const dist = (entry) => import(pathToFileURL(at(`pkg/dist/${entry}.js`)));
const { compile, RulesError } = await dist("compile/compile");
const { lambdaEdge } = await dist("plain/lambda-edge");
const { edge } = await dist("plain/fetch");

const folder = mkdtempSync(join(tmpdir(), "selvedge-readme-"));
after(() => rmSync(folder, { recursive: true, force: true }));
mkdirSync(join(folder, "node_modules"));
symlinkSync(at("pkg"), join(folder, "node_modules/selvedge"), "junction");

// The one server that an example asks.
const realFetch = globalThis.fetch;
globalThis.fetch = async (input, ...rest) =>
  String(input).startsWith("https://stock.example.com/") ? Response.json({ metres: 12 }) : realFetch(input, ...rest);

/** What a line of requests tells of the viewer. */
const told = (name) => (_, facts) => facts[name];
const FACTS = { country: told("country"), device: told("device"), clientIp: told("clientIp") };

/** By language; everything else in a document is for people. */
const TRY = { json, js, sh, text };

for (const name of documents()) {
  test(name, async (document) => {
    const own = join(folder, name.slice(0, -".md".length));
    mkdirSync(own, { recursive: true });
    /** What the block before was, for the `text` blocks. */
    let before = {};
    for (const block of blocks(readFileSync(at(name), "utf8"))) {
      const { language, words, line, section } = block;
      const isText = language === "text" && words.length === 0 && before.error === undefined;
      const isShown = isText || (language === "sh" && !words.includes("run"));
      if (TRY[language] === undefined || isShown || words.includes("skip")) continue;
      await document.test(`${name}:${line}: ${section}: ${[language, ...words].join(" ")}`, async () => {
        before = (await TRY[language](block, own, before)) ?? before;
      });
    }
  });
}

function json({ text, words }, own) {
  const platform = words.find((word) => word !== "error") ?? "cloudfront";
  const rules = JSON.parse(text);
  if (words.includes("error")) {
    let error;
    assert.throws(() => compile(rules, { platform }), (thrown) => ((error = thrown), thrown instanceof RulesError));
    return { error };
  }
  compile(rules, { platform });
  writeFileSync(join(own, "rules.json"), text);
  return { passes: async () => (platform === "cloudfront" ? triggers(lambdaEdge(rules)) : requests(edge(rules, { facts: FACTS }))) };
}

function js({ text, line }, own) {
  const [, file = `line-${line}.mjs`] = /^\/\/ (\S+\.[cm]?js)\n/.exec(text) ?? [];
  const path = join(own, file);
  writeFileSync(path, text);
  const { status, stdout, stderr } = spawnSync(process.execPath, [path], { cwd: own, encoding: "utf8" });
  assert.equal(status, 0, stderr);
  // The same name may come again, with other content.
  return { stdout, passes: async () => triggers((await import(`${pathToFileURL(path)}?line=${line}`)).handler) };
}

function sh({ text }, own) {
  const command = text.replaceAll("npx selvedge", `"${process.execPath}" "${at("pkg/dist/cli/selvedge.js")}"`);
  const { status, stdout, stderr } = spawnSync("sh", ["-ec", command], { cwd: own, encoding: "utf8" });
  assert.equal(status, 0, stderr);
  return { stdout };
}

async function text({ text, words }, _, { stdout, passes, error }) {
  if (words.includes("prints")) assert.equal(stdout, text);
  else if (words.includes("requests")) await check(await passes(), text);
  else if (error !== undefined) assert.equal(`${error.message}\n`, text);
  return error === undefined ? undefined : {};
}
