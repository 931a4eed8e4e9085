// The engine of Cloudflare's `_redirects` and `_headers`. Its package has it in one bundle for workerd that exports nothing of it,
// next to a source map with the sources: rules-engine.ts stands by itself.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { root } from "../package.mjs";
import { peerFile } from "./packages.mjs";

/** What `rules-engine.ts` takes from the rest: the version of the configuration that it reads. */
const REDIRECTS_VERSION = 1;

const map = JSON.parse(readFileSync(peerFile("@cloudflare/workers-shared", "dist/asset-worker.mjs.map"), "utf8"));
const source = map.sourcesContent[map.sources.findIndex((name) => name.endsWith("/rules-engine.ts"))];
if (source === undefined) throw new Error("@cloudflare/workers-shared has no rules-engine.ts any more: look where its engine is now");
const { transformSync } = createRequire(join(root, "js-shim", "/"))("esbuild");
const { code } = transformSync(source, { loader: "ts", format: "cjs" });
const module = { exports: {} };
new Function("module", "require", code)(module, () => ({ REDIRECTS_VERSION }));

export const { generateRulesMatcher, staticRedirectsMatcher, generateRedirectsMatcher } = module.exports;

/** A redirect for a request, as its asset worker looks one up, but with the matcher built once: there it is built for each request. */
export function redirectsMatcher(rules) {
  const isStatic = ({ from }) => !/[:*]/.test(from);
  const of = (some) => some.map(({ from, to }, line) => [from, { status: 301, to, lineNumber: line + 1 }]);
  const redirects = {
    version: REDIRECTS_VERSION,
    staticRules: Object.fromEntries(of(rules.filter(isStatic))),
    rules: Object.fromEntries(of(rules.filter((rule) => !isStatic(rule)))),
  };
  const matcher = generateRedirectsMatcher({ redirects });
  return (request) => {
    const { hostname, pathname } = new URL(request.url);
    return staticRedirectsMatcher({ redirects }, hostname, pathname) ?? matcher({ request })[0];
  };
}
