/** Rules for a site as it was found. */
import type { Platform } from "#dist/generated/names.js";
import type { Rules } from "#dist/rules/rules.js";
import { Engine } from "#dist/tools/engine.js";
import type { Detected } from "./detect.js";
import type { Page, Pages } from "./pages.js";

/** Hosts of static sites that find `index.html` and `404.html` by themselves. */
export const FINDS_PAGES: ReadonlySet<Platform> = new Set(["netlify", "vercel"]);

/** @param given what the files of vendors say already */
export async function rulesFor({ pages }: Detected, platform: Platform, given: Rules): Promise<Rules> {
  const own = FINDS_PAGES.has(platform) ? appOf(pages, platform) : await pathsOf(pages, platform, given.html);
  const immutable = pages.hashed.map(({ folder }) => `${folder}/*`);
  const changing = pages.hashed.flatMap(({ except }) => (except === undefined ? [] : [`${except}/*`]));
  const rules: Rules = {
    ...own,
    security: pages.isBuilt && pages.inlineScript === undefined ? { preset: "basic", csp: { "script-src": "'self'", "object-src": "'none'", "base-uri": "'self'" } } : "basic",
    headers: [
      // Vercel's middleware runs before there is a response to look at.
      { for: "/*", [platform === "vercel" ? "set" : "default"]: { "Cache-Control": "no-cache" } },
      ...(immutable.length > 0 ? [{ for: immutable.length === 1 ? immutable[0]! : immutable, ...(changing.length > 0 && { except: changing }), set: { "Cache-Control": "public, max-age=31536000, immutable" } }] : []),
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
async function pathsOf(pages: Pages, platform: Platform, given: Rules["html"]): Promise<Rules> {
  // On CloudFront a custom error response of the distribution is the page for what is missing.
  const asksAgain = platform !== "cloudfront";
  const { app, isFallback, form, main, slash } = pages;
  const elsewhere = app !== undefined && asksAgain ? [{ from: "/*", except: FILES, to: app, fallback: true } as const] : [];
  const missing = pages.has404 && asksAgain ? [{ from: "/*", to: "/404.html", status: 404, fallback: true } as const] : [];
  if (app !== undefined && !isFallback) return { rewrites: asksAgain ? [{ from: "/", to: app }, ...elsewhere, ...missing] : [{ from: "/*", except: FILES, to: app }] };
  // Where most pages are files, an address with a slash is a folder's: the next folder is found as well.
  const trailingSlash = main === "directory" ? slash : form === "file" ? "remove" : "keep";
  const html = { index: "index.html", ...(form !== "none" && { clean: main, ...(trailingSlash !== "keep" && { trailingSlash }) }) } as const;
  const exceptions = await exceptionsTo(given ?? html, pages);
  const redirects = [...(form === "directory" || form === "both" ? [{ from: "/*/index.html", to: slash === "remove" ? "/:splat" : "/:splat/" }] : []), ...exceptions.redirects];
  const rewrites = [...exceptions.rewrites, ...elsewhere, ...missing];
  return { ...(redirects.length > 0 && { redirects }), ...(rewrites.length > 0 && { rewrites }), html };
}

interface Exceptions {
  readonly redirects: { readonly from: string; readonly to: string }[];
  readonly rewrites: { readonly from: string; readonly to: string }[];
}

/** A rule for each address of the listed pages that is not answered as it should be. */
async function exceptionsTo(html: NonNullable<Rules["html"]>, { exceptions, slash }: Pages): Promise<Exceptions> {
  const found: Exceptions = { redirects: [], rewrites: [] };
  const engine = new Engine({ html });
  for (const page of exceptions) {
    for (const [from, to] of addressesOf(page, page.isFolder ? slash : "remove")) {
      const { asked, headers } = await engine.handle(from);
      if (headers["location"] === to || (asked !== undefined && new URL(asked.url).pathname === to)) continue;
      (to === page.file ? found.rewrites : found.redirects).push({ from, to });
    }
  }
  return found;
}

/** With the slash and without: the page's file, or where it leads. */
function addressesOf({ address, file }: Page, slash: Pages["slash"]): [from: string, to: string][] {
  return [[address, slash === "add" ? `${address}/` : file], [`${address}/`, slash === "remove" ? address : file]];
}
