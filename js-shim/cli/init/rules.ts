/** Rules for a site as it was found. */
import type { Platform } from "#dist/generated/names.js";
import type { Rules } from "#dist/rules/rules.js";
import type { Detected, Pages } from "./detect.js";

/** More pages with a dot are not listed one by one. */
const MAX_DOTTED = 50;

/** Hosts of static sites that find `index.html` and `404.html` by themselves. */
export const FINDS_PAGES: ReadonlySet<Platform> = new Set(["netlify", "vercel"]);

/** @param given what the files of vendors say already */
export function rulesFor({ pages }: Detected, platform: Platform, given: Rules): Rules {
  const own = FINDS_PAGES.has(platform) ? appOf(pages, platform) : pathsOf(pages, platform);
  const immutable = pages.hashed.map((folder) => `${folder}/*`);
  const rules: Rules = {
    ...own,
    security: pages.isBuilt && pages.inlineScript === undefined ? { preset: "basic", csp: { "script-src": "'self'", "object-src": "'none'", "base-uri": "'self'" } } : "basic",
    headers: [
      // Vercel's middleware runs before there is a response to look at.
      { for: "/*", [platform === "vercel" ? "set" : "default"]: { "Cache-Control": "no-cache" } },
      ...(immutable.length > 0 ? [{ for: immutable.length === 1 ? immutable[0]! : immutable, set: { "Cache-Control": "public, max-age=31536000, immutable" } }] : []),
    ],
  };
  // Lists are joined; of all else there can be one.
  return Object.fromEntries(Object.entries(rules).filter(([name, value]) => Array.isArray(value) || !(name in given)));
}

/** An app's other addresses: hosts that find pages by themselves have no page there. */
function appOf({ app, isFallback, hasFront }: Pages, platform: Platform): Rules {
  if (app === undefined) return {};
  if (platform !== "vercel") return { rewrites: [{ from: "/*", except: FILES, to: app, fallback: true }] };
  // Vercel's middleware sees no response, so its own rewrites, which do, are for pages among others. Functions are below /api/.
  return isFallback ? {} : { rewrites: [{ from: "/*", except: [...(hasFront ? ["/"] : []), "/api/*", FILES], to: app }] };
}

/** A script that is gone is 404, and not the app. */
const FILES = { files: true } as const;

/** Addresses of pages, where the platform serves files by their exact names. */
function pathsOf(pages: Pages, platform: Platform): Rules {
  // On CloudFront a custom error response of the distribution is the page for what is missing.
  const asksAgain = platform !== "cloudfront";
  const { app, isFallback } = pages;
  const elsewhere = app !== undefined && asksAgain ? [{ from: "/*", except: FILES, to: app, fallback: true } as const] : [];
  const missing = pages.has404 && asksAgain ? [{ from: "/*", to: "/404.html", status: 404, fallback: true } as const] : [];
  if (app !== undefined && !isFallback) return { rewrites: asksAgain ? [{ from: "/", to: app }, ...elsewhere, ...missing] : [{ from: "/*", except: FILES, to: app }] };
  const isFile = pages.form === "file";
  const dotted = pages.dotted.slice(0, MAX_DOTTED);
  const rewrites = [...(isFile ? dotted.map((address) => ({ from: address, to: `${address}.html` })) : []), ...elsewhere, ...missing];
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
