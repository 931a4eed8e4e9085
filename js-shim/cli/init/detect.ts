/** What lies in a folder: how the site is made, what its pages are called, where it is deployed to. */
import { existsSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Dialect, Platform } from "#dist/generated/names.js";
import { InputError } from "../input-error.js";
import { readJsonc } from "../jsonc.js";
import { NETLIFY_FILE } from "../netlify.js";
import { filesOfSite } from "../site.js";
import { WRANGLER_FILES } from "../wrangler.js";

/** Vercel builds it by a way of its own. */
export const NEXT = "Next.js";

/** Where frameworks leave the site that they build: by a dependency, or by a file of theirs. */
const FRAMEWORKS: readonly (readonly [name: string, mark: string, folders: readonly string[]])[] = [
  [NEXT, "next", ["out"]],
  ["Nuxt", "nuxt", [".output/public", "dist"]],
  ["SvelteKit", "@sveltejs/kit", ["build"]],
  ["Astro", "astro", ["dist"]],
  ["Gatsby", "gatsby", ["public"]],
  ["Eleventy", "@11ty/eleventy", ["_site"]],
  ["Docusaurus", "@docusaurus/core", ["build"]],
  ["VitePress", "vitepress", [".vitepress/dist", "docs/.vitepress/dist"]],
  ["Create React App", "react-scripts", ["build"]],
  ["Vue CLI", "@vue/cli-service", ["dist"]],
  ["Parcel", "parcel", ["dist"]],
  ["Vite", "vite", ["dist"]],
  ["Hugo", "hugo.toml", ["public"]],
  ["Jekyll", "_config.yml", ["_site"]],
  ["MkDocs", "mkdocs.yml", ["site"]],
  ["mdBook", "book.toml", ["book"]],
];
/** Where a site is, if nothing says how it was made. */
const FOLDERS = ["dist", "build", "out", "public", "_site", "site", "www", "html"];

/** Files of platforms, which say that the project is deployed there. */
const DEPLOYS: readonly (readonly [platform: Platform, files: readonly string[]])[] = [
  ["cloudflare", WRANGLER_FILES],
  ["netlify", [NETLIFY_FILE, ".netlify"]],
  ["vercel", ["vercel.json", ".vercel"]],
  ["cloudfront", ["samconfig.toml", "cdk.json"]],
];

export interface Detected {
  readonly framework: string | undefined;
  /** The folder that is served; it may not be built yet. */
  readonly site: string;
  /** Files that say where the project is deployed to, by platform. */
  readonly deploys: ReadonlyMap<Platform, string>;
  /** Files of rules that vendors read, and whose they are. */
  readonly ruleFiles: readonly { readonly file: string; readonly vendor: Dialect | "vercel" }[];
  readonly pages: Pages;
}

export interface Pages {
  /** Whether there are any. */
  readonly isBuilt: boolean;
  /** The page of an app that routes by itself: the only page, or `200.html`, which answers where no page lies. */
  readonly app: string | undefined;
  /** Whether the app's page answers where nothing else lies: there are other pages. */
  readonly isFallback: boolean;
  readonly hasFront: boolean;
  readonly has404: boolean;
  /** `directory`: `a/index.html`; `file`: `a.html`; `both` where neither is rare. */
  readonly form: "directory" | "file" | "both" | "none";
  /** Addresses of pages whose last segment has a dot, without the slash at the end. */
  readonly dotted: readonly string[];
  /** A page, other than the first one: its address without slash, and its file. */
  readonly example: { readonly address: string; readonly file: string } | undefined;
  /** Folders whose files have hashes in their names. */
  readonly hashed: readonly string[];
  /** A file in one of them. */
  readonly hashedFile: string | undefined;
  /** The first page with a script of its own in it, or one from elsewhere. */
  readonly inlineScript: string | undefined;
}

/** @param dialect whose `_redirects` and `_headers` lie here; without it, that of the vendor whose other files do */
export function detect(given: string | undefined, dialect: Dialect | undefined): Detected {
  const manifest = existsSync("package.json") ? (readJsonc("package.json") as Record<string, unknown> | null) : null;
  const dependencies = new Set([manifest?.["dependencies"], manifest?.["devDependencies"]].flatMap((list) => Object.keys(list ?? {})));
  const found = FRAMEWORKS.find(([, mark]) => dependencies.has(mark) || (mark.includes(".") && existsSync(mark)));
  const site = given ?? siteOf(found?.[2] ?? []);
  if (given !== undefined && !isFolder(given)) throw new InputError("there is no such folder", { where: given, help: "--site names the folder that is served" });
  const deploys = new Map(DEPLOYS.flatMap(([platform, files]) => files.filter((file) => existsSync(file)).slice(0, 1).map((file) => [platform, file] as const)));
  if (!deploys.has("cloudfront") && isTemplate("template.yaml")) deploys.set("cloudfront", "template.yaml");
  return { framework: found?.[0], site, deploys, ruleFiles: ruleFilesOf(site, dialect ?? (deploys.has("cloudflare") && !deploys.has("netlify") ? "cloudflare" : "netlify")), pages: pagesOf(site) };
}

function siteOf(usual: readonly string[]): string {
  const built = [...usual, ...FOLDERS].find((folder) => existsSync(join(folder, "index.html")));
  return built ?? (usual[0] === undefined && existsSync("index.html") ? "." : (usual[0] ?? "dist"));
}

function isTemplate(file: string): boolean {
  return existsSync(file) && /AWS::|AWSTemplateFormatVersion/.test(readFileSync(file, "utf8"));
}

function ruleFilesOf(site: string, vendor: Dialect): Detected["ruleFiles"] {
  // A build copies them from its sources: those are what people edit.
  const first = (name: string): string[] => [".", "public", "static", site].map((folder) => join(folder, name)).filter((file) => existsSync(file)).slice(0, 1);
  return [
    ...["_redirects", "_headers"].flatMap((name) => first(name).map((file) => ({ file, vendor }) as const)),
    ...first("netlify.toml").slice(0, 1).filter((file) => /^\s*\[\[(?:redirects|headers)\]\]/m.test(readFileSync(file, "utf8"))).map((file) => ({ file, vendor: "netlify" }) as const),
    ...(existsSync("vercel.json") ? [{ file: "vercel.json", vendor: "vercel" } as const] : []),
  ];
}

const FRONT = "/index.html";
/** As SvelteKit, Nuxt and Surge call it. */
const FALLBACK = "/200.html";

/** More pages than this are not read: those tell enough. */
const MAX_READ = 200;

function pagesOf(site: string): Pages {
  const files = isFolder(site) ? filesOfSite(site).filter((file) => !/^\/(?:node_modules|\.git|edge)\//.test(file)) : [];
  const html = files.filter((file) => file.endsWith(".html"));
  const pages = html.filter((file) => file !== FRONT && file !== "/404.html" && file !== FALLBACK);
  const folders = pages.filter((file) => file.endsWith("/index.html"));
  const flat = pages.filter((file) => !file.endsWith("/index.html"));
  const form = pages.length === 0 ? "none" : flat.length === 0 ? "directory" : folders.length === 0 ? "file" : "both";
  const addressed = (form === "file" ? flat : folders).map((file) => ({ file, address: file.replace(/\/index\.html$|\.html$/, "") }));
  const hashed = [...hashedFolders(files)];
  return {
    isBuilt: html.length > 0,
    app: html.includes(FALLBACK) ? FALLBACK : html.length === 1 && html[0] === FRONT && files.some((file) => file.endsWith(".js")) ? FRONT : undefined,
    isFallback: html.includes(FALLBACK) && (pages.length > 0 || html.includes(FRONT)),
    hasFront: html.includes(FRONT),
    has404: html.includes("/404.html"),
    form,
    dotted: addressed.map(({ address }) => address).filter((address) => basename(address).includes(".")),
    example: addressed.find(({ address }) => !basename(address).includes(".")),
    hashed: hashed.map(([folder]) => folder),
    hashedFile: hashed[0]?.[1],
    inlineScript: html.slice(0, MAX_READ).find((file) => hasForeignScript(readFileSync(join(site, decodeURIComponent(file)), "utf8"))),
  };
}

/** At least 8 characters after a dot, dash or underscore, a digit among them, as bundlers write it. */
const HASH = /[.\-_](?=[A-Za-z0-9_-]*\d)[A-Za-z0-9_-]{8,}\.[a-z0-9]+$/;

/** The topmost folders in which nearly every file has a hash, each with one of its files. */
function* hashedFolders(files: readonly string[]): Generator<readonly [folder: string, file: string]> {
  const byFolder = new Map<string, string[]>();
  for (const file of files) for (let folder = dirname(file); folder !== "/"; folder = dirname(folder)) byFolder.set(folder, [...(byFolder.get(folder) ?? []), file]);
  let last = "";
  for (const [folder, inside] of [...byFolder].sort(([one], [other]) => (one < other ? -1 : 1))) {
    const hashed = inside.filter((file) => HASH.test(file));
    if ((last !== "" && folder.startsWith(`${last}/`)) || hashed.length < 0.9 * inside.length) continue;
    yield [(last = folder), hashed[0]!];
  }
}

/** Whether a policy of `script-src 'self'` would stop a script of the page. */
function hasForeignScript(page: string): boolean {
  const scripts = [...page.matchAll(/<script\b([^>]*)>([^]*?)<\/script/gi)];
  const isData = (attributes: string): boolean => /\btype\s*=\s*["']?(?:application\/(?:ld\+)?json|speculationrules|importmap)/i.test(attributes) && !/importmap|speculationrules/i.test(attributes);
  return scripts.some(([, attributes = "", text = ""]) => (!isData(attributes) && text.trim() !== "") || /\bsrc\s*=\s*["']?(?:https?:)?\/\//i.test(attributes)) || /<[a-z][^>]*\son[a-z]+\s*=/i.test(page) || /\bhref\s*=\s*["']?\s*javascript:/i.test(page);
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
