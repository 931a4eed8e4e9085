// `defineRules` refuses what rules do not have: in literals, and in variables and spreads, which TypeScript lets pass elsewhere.
import { defineRules, type Rules } from "selvedge";
import { lambdaEdge } from "selvedge/lambda-edge";

// What it returns has the types that were given, and is rules.
const defined = defineRules({ redirects: [{ from: "/a", to: "/b", status: 301 }, { from: "/c", pass: true }] });
export const status: 301 = defined.redirects[0].status;
export const rules: Rules = defined;
export const handler = lambdaEdge(defined);

// Everything that a type can hold: rules of no certain shape, nested conditions, an object of headers, shared parts.
declare const some: Rules;
const shared = { when: { any: [{ host: "a.example" }, { not: { cookie: { a: true } } }] } } as const;
export const good: Rules[] = [
  defineRules(some),
  defineRules({}),
  defineRules({ ...some, security: "basic" }),
  defineRules({ redirects: { from: "/", to: "/a", ...shared }, headers: [{ set: { "X-Any-Name": "1" } }] }),
  defineRules({ precompressed: { for: "*.js", files: { "/any/name.js": ["br"], "/b.js": { br: 1 } } }, security: { csp: { "img-src": "'self'" } } }),
];

// Literals.
// @ts-expect-error did you mean `redirects`?
defineRules({ redirect: [] });
// @ts-expect-error "stauts", in a rule
defineRules({ redirects: [{ from: "/a", to: "/b", stauts: 302 }] });
// @ts-expect-error "too", in a rule that is not in a list
defineRules({ rewrites: { from: "/a", to: "/b", too: "/c" } });
// @ts-expect-error "prefx", in a test
defineRules({ redirects: { from: "/a", to: "/b", when: { header: { a: { prefx: "x" } } } } });
// @ts-expect-error "hots", in a condition in a condition
defineRules({ redirects: { from: "/a", to: "/b", when: { not: { any: [{ hots: "a" }] } } } });
// @ts-expect-error "domianName", in one of two kinds of origin
defineRules({ origins: { for: "/", to: { s3: { domianName: "x" } } } });
// @ts-expect-error "wieght", in a variant
defineRules({ experiments: { name: "a", for: "/", cookie: "c", variants: [{ name: "x" }, { name: "y", wieght: 1 }] } });

// Variables and spreads.
const top = { redirect: [] };
const inRule = { redirects: [{ from: "/a", to: "/b", stauts: 302 }] } as const;
const inCondition = { headers: { when: { not: { any: [{ hots: "a" }] } }, set: { A: "1" } } };
const inUnion = { origins: { for: "/", to: { s3: { domianName: "x" } } } };
// @ts-expect-error "redirect"
defineRules(top);
// @ts-expect-error "redirect", of a spread
defineRules({ ...top, security: "basic" });
// @ts-expect-error "stauts"
defineRules(inRule);
// @ts-expect-error "stauts", of a spread into a list
defineRules({ redirects: [{ from: "/", to: "/a" }, ...inRule.redirects] });
// @ts-expect-error "hots"
defineRules(inCondition);
// @ts-expect-error "domianName"
defineRules(inUnion);

// What else is wrong.
// @ts-expect-error no such status
defineRules({ redirects: [{ from: "/a", to: "/b", status: 305 }] });
// @ts-expect-error a redirect needs a target
defineRules({ redirects: [{ from: "/a" }] });
// @ts-expect-error no such word
defineRules({ onTrap: "stop" });
// @ts-expect-error rules are an object
defineRules(5);
