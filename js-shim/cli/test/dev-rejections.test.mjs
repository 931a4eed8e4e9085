// The documented rejections, each as a handler in `selvedge dev`: tests/validation/README.md.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { dev } from "./dev.mjs";
import { folder } from "./run.mjs";

const TABLE = new URL("../../../tests/validation/rejections.json", import.meta.url);
const ROWS = JSON.parse(readFileSync(TABLE, "utf8"));

/** Does at one trigger what the row says whose number is in the viewer's address. */
const HANDLER = `
import { readFileSync } from "node:fs";
import { resultOf } from ${JSON.stringify(new URL("result.mjs", TABLE))};
const rows = JSON.parse(readFileSync(new URL(${JSON.stringify(pathToFileURL(TABLE.pathname).href)})));
export const handler = async (event) => {
  const { request, response } = event.Records[0].cf;
  return resultOf(rows[Number(/(\\d+)$/.exec(request.uri)[1])], response ?? request);
};`;

for (const trigger of ["viewer-request", "origin-request", "origin-response", "viewer-response"]) {
  test(`every rejection at ${trigger} is a 502 that says why`, async (t) => {
    const numbers = ROWS.flatMap((row, i) => (row.trigger === trigger && row.severity === "error" ? [i] : []));
    assert.ok(numbers.length > 10);
    const cwd = folder(t, { "h.mjs": HANDLER, ...Object.fromEntries(numbers.map((i) => [`site/${i}`, "x"])) });
    const edge = await dev(t, cwd, "--origin", "site", "--handler", `${trigger}=h.mjs`, "--quiet");
    for (const i of numbers) {
      const { name, message } = ROWS[i];
      const answer = await edge.get(`/${i}`);
      assert.deepEqual([answer.status, answer.headers["x-cache"]], [502, "LambdaValidationError from cloudfront"], name);
      const text = answer.text.replaceAll("&quot;", '"');
      assert.ok(text.includes(message), `${name}: ${text}`);
      assert.match(text, /\n {2}rule: {3}.+\n {2}do: {5}.+/, name);
    }
  });
}
