/** Rules for a site as it was found, and what requests must come to with them. */
import type { Platform } from "#dist/generated/names.js";
import type { Rules } from "#dist/rules/rules.js";
import type { Detected, Pages } from "./detect.js";

/** More pages with a dot are not listed one by one. */
const MAX_DOTTED = 50;

/** Hosts of static sites that find `index.html` and `404.html` by themselves. */
const FINDS_PAGES: ReadonlySet<Platform> = new Set(["netlify", "vercel"]);

export function rulesFor({ pages }: Detected, platform: Platform): Rules {
  const own = FINDS_PAGES.has(platform) ? {} : pathsOf(pages, platform);
  const immutable = pages.hashed.map((folder) => `${folder}/*`);
  return {
    ...own,
    security: pages.isBuilt && pages.inlineScript === undefined ? { preset: "basic", csp: { "script-src": "'self'", "object-src": "'none'", "base-uri": "'self'" } } : "basic",
    headers: [
      // Vercel's middleware runs before there is a response to look at.
      { for: "/*", [platform === "vercel" ? "set" : "default"]: { "Cache-Control": "no-cache" } },
      ...(immutable.length > 0 ? [{ for: immutable.length === 1 ? immutable[0]! : immutable, set: { "Cache-Control": "public, max-age=31536000, immutable" } }] : []),
    ],
  };
}

/** Addresses of pages, where the platform serves files by their exact names. */
function pathsOf(pages: Pages, platform: Platform): Rules {
  // On CloudFront a custom error response of the distribution is the page for what is missing.
  const asksAgain = platform !== "cloudfront";
  if (pages.isApp) {
    if (asksAgain) return { rewrites: [{ from: "/", to: "/index.html" }, { from: "/*", to: "/index.html", fallback: true }] };
    return { rewrites: [{ from: "/*", except: "*.*", to: "/index.html" }] };
  }
  const isFile = pages.form === "file";
  const dotted = pages.dotted.slice(0, MAX_DOTTED);
  const missing = pages.has404 && asksAgain ? [{ from: "/*", to: "/404.html", status: 404, fallback: true } as const] : [];
  const rewrites = [...(isFile ? dotted.map((address) => ({ from: address, to: `${address}.html` })) : []), ...missing];
  const redirects = [
    ...(pages.form === "directory" ? [{ from: "/*/index.html", to: "/:splat/" }] : []),
    ...(isFile ? [] : dotted.map((address) => ({ from: address, to: `${address}/` }))),
  ];
  return {
    ...(redirects.length > 0 && { redirects }),
    ...(rewrites.length > 0 && { rewrites }),
    html: { index: "index.html", ...(pages.form !== "none" && { clean: isFile ? "file" : "directory" }), ...(pages.form !== "none" && pages.form !== "both" && { trailingSlash: isFile ? "remove" : "add" }) },
  };
}

export function expectationsFor({ pages }: Detected, platform: Platform): string {
  const lines = ["# What must not break. One line is one request: https://github.com/selvedge/selvedge/blob/main/docs/guide/test.md"];
  const finds = FINDS_PAGES.has(platform);
  lines.push(`GET / → ${finds ? "asks /" : "asks /index.html"} | 200 | X-Content-Type-Options: nosniff | Cache-Control: no-cache`);
  const { example, hashedFile } = pages;
  if (example !== undefined && !finds) {
    const isFile = pages.form === "file";
    lines.push(`GET ${example.address}${isFile ? "" : "/"} → asks ${example.file} | 200`);
    if (pages.form !== "both") lines.push(`GET ${example.address}${isFile ? "/" : ""} → asks nobody | 308 | Location: ${example.address}${isFile ? "" : "/"}`);
  }
  if (pages.isApp && !finds) lines.push(platform === "cloudfront" ? "GET /settings/profile → asks /index.html | 200" : "GET /settings/profile | origin 404 → asks /index.html");
  if (hashedFile !== undefined) lines.push(`GET ${hashedFile} → asks ${hashedFile} | Cache-Control: public, max-age=31536000, immutable`);
  return `${lines.join("\n")}\n`;
}
