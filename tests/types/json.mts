// Rules imported from a JSON file: TypeScript says `string` of its words and `number` of its statuses.
import { check, defineRules, Engine, expectations, explain } from "selvedge";
import { worker } from "selvedge/cloudflare";
import { compile } from "selvedge/compile";
import { rulesFrom } from "selvedge/dialect";
import { edge } from "selvedge/fetch";
import { lambdaEdge } from "selvedge/lambda-edge";
import { edgeFunction } from "selvedge/netlify";
import { middleware as onNode } from "selvedge/node";
import { middleware as onVercel } from "selvedge/vercel";
import rules from "./data/rules.json" with { type: "json" };
import unknownKey from "./data/unknown-key.json" with { type: "json" };

export const adapters = [lambdaEdge(rules), edge(rules), worker(rules), edgeFunction(rules), onVercel(rules), onNode(rules)];
export const withOptions = [
  lambdaEdge(rules, { viewerRequest: ({ uri }) => void uri }),
  edge(rules, { origin: "https://origin.example.com" }),
  worker(rules, { origin: (request, env: { ASSETS: { fetch(request: Request): Promise<Response> } }) => env.ASSETS.fetch(request) }),
];
export const tools = [compile(rules, { platform: "fetch" }), check(rules), explain(rules, { url: "https://example.org/" }, { platform: "fetch" })];
export const tests = [new Engine(rules).handle("/"), expectations("GET / → 200", rules, { platform: "cloudfront" }), rulesFrom({ rules }), rulesFrom({ rules: [rules, {}] }, { rules: "{}" })];
export const anyEngine: Engine = new Engine(rules);

// Some of it in the code.
export const spread = lambdaEdge({ ...rules, slashes: "merge" });
export const variable = { redirects: [{ from: "/a", to: "/b", status: 302, at: "viewer-request" }] };
export const fromVariable = lambdaEdge(variable);

// `defineRules` makes `Rules` of it, for what takes nothing wider.
const defined = defineRules(rules);
export const asRules: import("selvedge").Rules = defined;
export const engine = new Engine(defined, { platform: "cloudfront" });
export const explicit = edge<{ readonly ip: string }>(defined, { facts: { clientIp: (_, { ip }) => ip } });

// @ts-expect-error "stauts" is not a key of rules
lambdaEdge(unknownKey);
// @ts-expect-error "stauts" is not a key of rules
new Engine(unknownKey);
// @ts-expect-error "stauts" is not a key of rules
expectations("", unknownKey);
// @ts-expect-error "stauts" is not a key of rules
rulesFrom({ rules: unknownKey });
// @ts-expect-error "stauts" is not a key of rules
defineRules(unknownKey);
// @ts-expect-error a package.json is not a set of rules
lambdaEdge({ name: rules.languages[0]! });
// @ts-expect-error from is text
lambdaEdge({ redirects: [{ from: 5, to: "/", at: variable.redirects[0]!.at }] });
// @ts-expect-error a literal next to imported rules stays exact
lambdaEdge({ ...rules, slashes: "merged" });
