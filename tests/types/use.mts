// What users write, as ES modules. Compiled against the installed package, with @types/aws-lambda and without DOM types.
import type { CloudFrontRequestHandler, CloudFrontResponseHandler } from "aws-lambda";
import { check, type CloudFrontFunction, cloudfrontFunction, convert, type Converted, defineProject, defineRules, Engine, expectations, explain, FindingsError, parseHeaders, parseRedirects, type Trace } from "selvedge";
import { compile } from "selvedge/compile";
import { lambdaEdge as compiled } from "selvedge/compiled/lambda-edge";
import { lambdaEdge as compiledRegex } from "selvedge/compiled/regex/lambda-edge";
import { createServer } from "node:http";
import { edge as broughtEdge } from "selvedge/bytes/fetch";
import { worker as brought } from "selvedge/bytes/cloudflare";
import { worker } from "selvedge/cloudflare";
import { worker as compiledWorker } from "selvedge/compiled/cloudflare";
import { edge as compiledEdge } from "selvedge/compiled/regex/fetch";
import { edge } from "selvedge/fetch";
import { lambdaEdge } from "selvedge/lambda-edge";
import { edgeFunction, type NetlifyContext } from "selvedge/netlify";
import { middleware as onNode } from "selvedge/node";
import { middleware as onVercel } from "selvedge/vercel";

const rules = {
  redirects: [{ from: "/old/*", to: "/new/:splat", status: 301 }],
  headers: [{ for: "/*", remove: ["x-amz-meta-*"], set: { "Referrer-Policy": "same-origin" } }],
} as const;

// One handler is both kinds.
export const onRequest: CloudFrontRequestHandler = lambdaEdge(rules);
export const onResponse: CloudFrontResponseHandler = lambdaEdge(rules);

// Rules as JSON text, and as a plan.
export const fromText: CloudFrontRequestHandler = lambdaEdge('{ "security": "strict" }');
const plan: Uint8Array = compile(rules, { platform: "cloudfront" });
export const fromPlan: CloudFrontRequestHandler = lambdaEdge(plan);
export const small: CloudFrontRequestHandler = compiled(plan);
export const smallToo: CloudFrontResponseHandler = compiled(plan);
export const regex: CloudFrontRequestHandler = compiledRegex(plan);
export const regexToo: CloudFrontResponseHandler = compiledRegex(plan);

// An explanation, and what is wrong where there can be none.
export const made: CloudFrontFunction = cloudfrontFunction(rules, { key: "a key of sixteen characters" });
export const trace: Trace = explain(rules, { url: "https://example.org/", headers: [["Cookie", "a=b"]] }, { platform: "fetch" });
export const acted: string[] = trace.stages.flatMap(({ steps }) => steps.filter(({ verdict }) => verdict === "acted").map(({ place }) => place));
export const whereWrong = (error: unknown): (number | undefined)[] => (error instanceof FindingsError ? error.findings.map(({ line }) => line) : []);

// Hooks see typed messages; a request hook may answer.
export const hooked: CloudFrontRequestHandler = lambdaEdge(rules, {
  viewerRequest(request) {
    request.headers["x-greeting"] = [{ key: "X-Greeting", value: request.uri.toUpperCase() }];
  },
  async originRequest(request) {
    return request.method === "GET" ? { status: "200", body: "hello" } : undefined;
  },
  originResponse(response, request) {
    response.headers["x-path"] = [{ value: request.uri }];
    return response;
  },
});

// The root entry: rule files, checks, and rules at work on plain data.
const { rules: fromFile, findings } = parseRedirects("/a /b 301", { dialect: "netlify" });
export const lines: (number | undefined)[] = [...findings, ...parseHeaders("/*", { dialect: "cloudflare" }).findings].map(({ line }) => line);
export const codes: string[] = check(fromFile, { platform: "cloudfront" }).map(({ code }) => code);
const engine = new Engine(defineRules(rules), { platform: "cloudflare" });
export const location: Promise<string | undefined> = engine
  .handle({ url: "/old/a", headers: { Cookie: "a=1" } }, ({ url }) => ({ status: 404, body: url }))
  .then(({ headers }) => headers["location"]);

export const converted: Converted = convert({ form: "redirects", dialect: "netlify", text: "/a /b" }, "vercel");

// @ts-expect-error no such form
convert({ form: "rules", text: "{}" }, "apache");
// @ts-expect-error whose file it is
parseRedirects("/a /b");
// @ts-expect-error no such dialect
parseHeaders("", { dialect: "apache" });
// @ts-expect-error a request has an address
engine.handle({ method: "GET" });
// @ts-expect-error rules are an object, JSON text or a plan
lambdaEdge(5);
export const project = defineProject({ rules: ["edge.rules.ts", "_redirects"], dialect: "netlify", platform: "cloudfront", site: "dist" });
export const differences: Promise<string[]>[] = expectations("GET /old/a → 301", rules, { platform: "cloudfront" }).map(({ run }) => run());
// @ts-expect-error a project has no such member
defineProject({ rule: "rules.json" });

// @ts-expect-error a compiled entry takes plans only
compiled(rules);
// @ts-expect-error a compiled entry takes plans only
compiledRegex("{}");
// @ts-expect-error no such stage
lambdaEdge(rules, { viewerRequests() {} });
// @ts-expect-error a hook is a function
lambdaEdge(rules, { viewerRequest: 5 });
// @ts-expect-error an answer has a status
lambdaEdge(rules, { viewerRequest: () => ({ body: "hello" }) });
// @ts-expect-error no such platform
compile(rules, { platform: "cloudfrnt" });
// @ts-expect-error the platform is needed
compile(rules);
// @ts-expect-error a redirect needs a target
lambdaEdge({ redirects: [{ from: "/a" }] });
// @ts-expect-error did you mean `redirects`?
lambdaEdge({ redirect: [] });

// Adapters over Request and Response. What a platform calls them with reaches hooks and facts.
const site = edge<{ remoteAddr: string }>(rules, {
  origin: new URL("https://origin.example.com"),
  facts: { clientIp: (_, info) => info.remoteAddr, device: () => ["mobile", "ios"] },
  hooks: {
    viewerRequest: (request, info) => (request.headers.get("x-from") === info.remoteAddr ? new Response("no", { status: 403 }) : undefined),
    async viewerResponse(response) {
      response.headers.set("x-hook", "1");
    },
  },
});
export const answers: Promise<Response>[] = [
  site(new Request("https://example.org/"), { remoteAddr: "192.0.2.1" }),
  site(new Request("https://example.org/"), (request) => fetch(request), { remoteAddr: "192.0.2.1" }),
  edge("{}")(new Request("https://example.org/"), async () => new Response()),
  compiledEdge(plan)(new Request("https://example.org/"), fetch),
  broughtEdge(new Uint8Array(), plan)(new Request("https://example.org/"), fetch),
];
interface Env {
  readonly ASSETS: { fetch(request: Request): Promise<Response> };
}
export const workers = [
  worker<Env>(rules, { origin: (request, env) => env.ASSETS.fetch(request), hooks: { originRequest: (_, { ctx }) => ctx.waitUntil(Promise.resolve()) } }),
  compiledWorker(plan),
  brought(new Uint8Array(), plan),
];
interface Netlify extends NetlifyContext {
  readonly account: { readonly id: string };
}
export const onNetlify = edgeFunction<Netlify>(rules, { hooks: { viewerRequest: (_, { account }) => void account.id } });
export const onVercelToo = onVercel(rules, { facts: { device: () => undefined } });
export const server = createServer((request, response) => onNode(rules, { forwarded: false })(request, response, () => response.end()));

// @ts-expect-error a compiled entry takes plans only
compiledWorker(rules);
// @ts-expect-error the reader comes first
brought(plan);
// @ts-expect-error a hook of a response stage returns a response
edge(rules, { hooks: { originResponse: (_, request) => request } });
// @ts-expect-error there is no such fact
edge(rules, { facts: { city: () => "Berlin" } });
