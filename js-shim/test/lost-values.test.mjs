// What JSON would drop from rules in silence is an error that names its place, as docs/reference/rules.md writes places.
import assert from "node:assert/strict";
import { test } from "node:test";
import { compile, RulesError } from "../../pkg/dist/compile/compile.js";

const nothing = () => {};

const LOST = {
  "in a list of a list": [{ redirects: [{ from: "/a", to: "/b" }, { from: ["/c", nothing], to: "/d" }] }, ["redirects[1].from[1]"]],
  "several, in their order": [
    { redirects: [{ from: "/a", to: nothing, when: { cookie: { beta: undefined } } }], headers: [{ for: "/*", set: { A: NaN } }] },
    ["redirects[0].to", "redirects[0].when.cookie.beta", "headers[0].set.A"],
  ],
  "under names with points and brackets": [{ ".a": { "[b]": nothing }, c: [{ d: Infinity }] }, [".a.[b]", "c[0].d"]],
  "in a list that is all": [[{ from: nothing }], ["[0].from"]],
  "all": [nothing, ["rules"]],
};

for (const [name, [rules, places]] of Object.entries(LOST)) {
  test(`a value that JSON does not have, ${name}`, () => {
    assert.throws(() => compile(rules, { platform: "cloudfront" }), (error) => {
      assert.ok(error instanceof RulesError);
      assert.deepEqual(error.problems.map(({ place }) => place), places);
      return true;
    });
  });
}

test("a member that is left out by undefined is not there, but for conditions", () => {
  const rules = { redirects: [{ from: "/a", to: "/b", status: undefined }] };
  assert.ok(compile(rules, { platform: "cloudfront" }).length > 0);
});
