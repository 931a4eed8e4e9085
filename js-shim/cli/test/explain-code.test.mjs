// `selvedge explain-code`: the section of a code, from the document in the package, and codes that there are not.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { folder, selvedge } from "./run.mjs";

const DOCUMENT = readFileSync(new URL("../../../docs/reference/lints.md", import.meta.url), "utf8");
const CODES = [...DOCUMENT.matchAll(/^### (\S+)$/gm)].map(([, code]) => code);
const ADDRESS = "https://github.com/selvedge/selvedge/blob/main/docs/reference/lints.md#";
const explainCode = (...args) => selvedge("explain-code", ...args);

test("a code is explained by its section, and by nothing of the next one", () => {
  const { code, out, err } = explainCode("missing-field");
  assert.deepEqual([code, err], [0, ""]);
  assert.equal(
    out,
    `missing-field

Error. A member is missing without which the rule means nothing.

\`\`\`json
{ "redirects": [{ "from": "/a" }] }
\`\`\`

${ADDRESS}missing-field
`,
  );
});

test("what a person copies from a finding will do", () => {
  for (const copied of ["error[unknown-field]", "[unknown-field]"]) assert.equal(explainCode(copied).out, explainCode("unknown-field").out, copied);
});

test("a code before a heading of another level ends there", () => {
  const { out } = explainCode("too-many-inputs");
  assert.match(out, /<300 names>/);
  assert.doesNotMatch(out, /Errors on a platform/);
});

test("without a code all of them are listed, in the order of the document", () => {
  const { code, out } = explainCode();
  assert.equal(code, 0);
  const lines = out.trimEnd().split("\n");
  assert.deepEqual(lines.map((line) => line.split(" ")[0]), CODES);
  for (const line of lines) assert.match(line, /^[a-z-]+\d* +\S.{10}/);
});

test("JSON, of one and of all", () => {
  const one = explainCode("shadowed-rule", "--json").json();
  assert.deepEqual([one.code, one.address], ["shadowed-rule", `${ADDRESS}shadowed-rule`]);
  assert.match(one.text, /^Warning\. /);
  const all = explainCode("--json").json();
  assert.deepEqual(all.map(({ code }) => code), CODES);
  assert.deepEqual(all.find(({ code }) => code === "shadowed-rule"), one);
});

test("an unknown code is a usage error, with what was probably meant", () => {
  const wrong = {
    "shadowed-rul": "did you mean shadowed-rule?",
    "Unknown-Feild": "did you mean unknown-field?",
    loop: "did you mean redirect-loop?",
    redirect: "did you mean redirect-loop, self-redirect, redirect-chain, open-redirect, permanent-personal-redirect?",
    "zzzzzzzzzzzzzzzzzzzz": "selvedge explain-code lists all codes",
    "": "selvedge explain-code lists all codes",
    constructor: "selvedge explain-code lists all codes",
  };
  for (const [given, help] of Object.entries(wrong)) {
    const { code, out, err } = explainCode(given);
    assert.deepEqual([code, out, err], [2, "", `error: no finding has the code ${given}\n  ${help}\n`]);
    assert.equal(explainCode(given, "--json").json().error.help, help);
  }
});

test("each finding names the address of its section once", (t) => {
  const cwd = folder(t, { "rules.json": { redirects: [{ from: "/a", to: "/b", form: 1, too: 1 }] } });
  const { out } = selvedge("check", "rules.json", { cwd });
  assert.equal(out.split(`   see: ${ADDRESS}unknown-field\n`).length, 2, out);
  const { findings } = selvedge("check", "rules.json", "--json", { cwd }).json();
  assert.deepEqual(findings.map(({ address }) => address), Array(2).fill(`${ADDRESS}unknown-field`));
});
