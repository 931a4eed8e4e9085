// A `_redirects` file of 45,000 lines: from its text to rules, and to a plan.
import { pathToFileURL } from "node:url";
import { compile, entry } from "../package.mjs";
import { times } from "../statistics.mjs";

const LINES = 45_000;
const { parseRedirects, rulesFrom } = await import(pathToFileURL(entry("tools/dialect")).href);
const text = Array.from({ length: LINES }, (_, n) => `/old/section-${n % 97}/page-${n} /new/page-${n} 301`).join("\n");

export const figures = [
  {
    name: "rule-file-parse",
    title: "_redirects of 45,000 lines, text to rules",
    unit: "ms",
    measure: ({ quick }) => times(quick ? 3 : 7, () => parseRedirects(text, { dialect: "netlify" })),
  },
  {
    name: "rule-file-check",
    title: "the same by rulesFrom, which checks them too",
    unit: "ms",
    measure: ({ quick }) => times(quick ? 3 : 7, () => rulesFrom({ dialect: "netlify", redirects: text })),
  },
  {
    name: "rule-file-compile",
    title: "the same, rules to a plan",
    unit: "ms",
    measure: ({ quick }) => {
      const { rules } = parseRedirects(text, { dialect: "netlify" });
      return times(quick ? 3 : 7, () => compile(rules, { platform: "cloudfront" }));
    },
  },
];
