/** What lies in a folder: how the site is made, what its pages are called, where it is deployed to. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Dialect, Platform } from "#dist/generated/names.js";
import { InputError } from "../input-error.js";
import { readJsonc } from "../jsonc.js";
import { NETLIFY_FILE } from "../netlify.js";
import { WRANGLER_FILES } from "../wrangler.js";
import { isFolder, type Pages, pagesOf } from "./pages.js";

/** Vercel builds it by a way of its own. */
export const NEXT = "Next.js";

/** Where frameworks leave the site that they build: by a dependency, or by a file of theirs. A star is the name of the project. */
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
  ["Angular", "@angular/core", ["dist/*/browser", "dist/*", "dist/apps/*/browser"]],
  ["Parcel", "parcel", ["dist"]],
  ["Vite", "vite", ["dist"]],
  ["Hugo", "hugo.toml", ["public"]],
  ["Jekyll", "_config.yml", ["_site"]],
  ["MkDocs", "mkdocs.yml", ["site"]],
  ["mdBook", "book.toml", ["book"]],
];
/** Where a framework may be told to leave it. */
const BUILT = ["dist", "build", "out", "_site"];
/** Where a site is, if nothing says how it was made. To a framework, these may be sources. */
const FOLDERS = ["dist", "build", "out", "public", "_site", "site", "www", "html"];

/** Files of platforms, which say that the project is deployed there. */
const DEPLOYS: readonly (readonly [platform: Platform, files: readonly string[]])[] = [
  ["cloudflare", WRANGLER_FILES],
  ["netlify", [NETLIFY_FILE, ".netlify"]],
  ["vercel", ["vercel.json", ".vercel"]],
  ["cloudfront", ["samconfig.toml", "cdk.json"]],
];
/** A file of these names may be anything: it is of AWS by what is in it. */
const TEMPLATES = ["template.yaml", "template.yml", "template.json"];

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

/** @param dialect whose `_redirects` and `_headers` lie here; without it, that of the vendor whose other files do */
export function detect(given: string | undefined, dialect: Dialect | undefined): Detected {
  const manifest = existsSync("package.json") ? (readJsonc("package.json") as Record<string, unknown> | null) : null;
  const dependencies = new Set([manifest?.["dependencies"], manifest?.["devDependencies"]].flatMap((list) => Object.keys(list ?? {})));
  const found = FRAMEWORKS.find(([, mark]) => dependencies.has(mark) || (mark.includes(".") && existsSync(mark)));
  const name = manifest?.["name"];
  const site = given ?? siteOf(found?.[2], typeof name === "string" ? name : "");
  if (given !== undefined && !isFolder(given)) throw new InputError("there is no such folder", { where: given, help: "--site names the folder that is served" });
  const deploys = new Map(DEPLOYS.flatMap(([platform, files]) => files.filter((file) => existsSync(file)).slice(0, 1).map((file) => [platform, file] as const)));
  const template = TEMPLATES.find(isTemplate);
  if (!deploys.has("cloudfront") && template !== undefined) deploys.set("cloudfront", template);
  return { framework: found?.[0], site, deploys, ruleFiles: ruleFilesOf(site, dialect ?? (deploys.has("cloudflare") && !deploys.has("netlify") ? "cloudflare" : "netlify")), pages: pagesOf(site, found?.[0]) };
}

function siteOf(usual: readonly string[] | undefined, project: string): string {
  const folders = usual === undefined ? FOLDERS : [...usual.flatMap(named), ...BUILT];
  const built = folders.find((folder) => existsSync(join(folder, "index.html")));
  if (built !== undefined) return built;
  return usual === undefined ? (existsSync("index.html") ? "." : "dist") : usual[0]!.replace("*", project || "app");
}

/** The folders that a name with a star may mean. */
function named(folder: string): string[] {
  const [above, below] = folder.split("*");
  if (below === undefined) return [folder];
  return isFolder(above!) ? readdirSync(above!).sort().map((name) => `${above}${name}${below}`) : [];
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
