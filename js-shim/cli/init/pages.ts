/** What the pages of a site are called, and what else of its files matters to rules. */
import { readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { filesOfSite } from "../site.js";
import { type Hashed, hashedFolders } from "../hashed.js";
import { type Slash, slashOf } from "./slash.js";

export interface Page {
  /** Without the slash at the end. */
  readonly address: string;
  readonly file: string;
  /** It is the `index.html` of a folder. */
  readonly isFolder: boolean;
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
  /** `directory`: `a/index.html`; `file`: `a.html`. */
  readonly form: "directory" | "file" | "both" | "none";
  /** What more pages are, where there are both. */
  readonly main: "directory" | "file";
  /** Whether addresses of pages in folders end in a slash. */
  readonly slash: Slash;
  /** Pages that the main form does not find: those of the other form, and those whose last segment has a dot. */
  readonly exceptions: readonly Page[];
  /** How many more of them there are. */
  readonly unlisted: number;
  /** A page of each form, other than the first one and without a dot. */
  readonly examples: readonly Page[];
  /** Folders whose files have hashes in their names. */
  readonly hashed: readonly Hashed[];
  /** The first page with a script of its own in it, or one from elsewhere. */
  readonly inlineScript: string | undefined;
}

const FRONT = "/index.html";
/** As SvelteKit, Nuxt and Surge call it. */
const FALLBACK = "/200.html";

/** More pages than this are not read: those tell enough. */
const MAX_READ = 200;
/** More exceptions are not listed one by one. */
const MAX_LISTED = 200;

export function pagesOf(site: string, framework: string | undefined): Pages {
  const files = isFolder(site) ? filesOfSite(site).filter((file) => !/^\/(?:node_modules|\.git|edge)\//.test(file)) : [];
  const html = files.filter((file) => file.endsWith(".html"));
  const pages = html.filter((file) => file !== FRONT && file !== "/404.html" && file !== FALLBACK).map((file): Page => ({ address: file.replace(/\/index\.html$|\.html$/, ""), file, isFolder: file.endsWith("/index.html") }));
  const folders = pages.filter(({ isFolder }) => isFolder);
  const flat = pages.filter(({ isFolder }) => !isFolder);
  const main = folders.length > flat.length ? "directory" : "file";
  const exceptions = pages.filter((page) => page.isFolder !== (main === "directory") || hasDot(page));
  const texts = html.slice(0, MAX_READ).map((file) => textOf(site, file));
  const sitemaps = files.filter((file) => /^\/sitemap[\w-]*\.xml$/.test(file)).slice(0, MAX_READ);
  return {
    isBuilt: html.length > 0,
    app: html.includes(FALLBACK) ? FALLBACK : html.length === 1 && html[0] === FRONT && files.some((file) => file.endsWith(".js")) ? FRONT : undefined,
    isFallback: html.includes(FALLBACK) && (pages.length > 0 || html.includes(FRONT)),
    hasFront: html.includes(FRONT),
    has404: html.includes("/404.html"),
    form: pages.length === 0 ? "none" : flat.length === 0 ? "directory" : folders.length === 0 ? "file" : "both",
    main,
    slash: slashOf(new Set(folders.map(({ address }) => address)), texts, sitemaps.map((file) => textOf(site, file))),
    exceptions: exceptions.slice(0, MAX_LISTED),
    unlisted: Math.max(0, exceptions.length - MAX_LISTED),
    examples: [flat, folders].flatMap((list) => list.filter((page) => !hasDot(page)).slice(0, 1)),
    hashed: hashedFolders(files),
    inlineScript: html.find((_, at) => texts[at] !== undefined && hasForeignScript(texts[at])),
  };
}

export function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

export function hasDot({ address }: Page): boolean {
  return basename(address).includes(".");
}

function textOf(site: string, file: string): string {
  return readFileSync(join(site, decodeURIComponent(file)), "utf8");
}

/** Whether a policy of `script-src 'self'` would stop a script of the page. */
function hasForeignScript(page: string): boolean {
  const scripts = [...page.matchAll(/<script\b([^>]*)>([^]*?)<\/script/gi)];
  const isData = (attributes: string): boolean => /\btype\s*=\s*["']?(?:application\/(?:ld\+)?json|speculationrules|importmap)/i.test(attributes) && !/importmap|speculationrules/i.test(attributes);
  return scripts.some(([, attributes = "", text = ""]) => (!isData(attributes) && text.trim() !== "") || /\bsrc\s*=\s*["']?(?:https?:)?\/\//i.test(attributes)) || /<[a-z][^>]*\son[a-z]+\s*=/i.test(page) || /\bhref\s*=\s*["']?\s*javascript:/i.test(page);
}
