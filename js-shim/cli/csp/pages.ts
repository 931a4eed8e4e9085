/** The pages of a built site, and rules that give each of them the policy that it needs. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { decoded } from "../decoded.js";
import { systemError } from "../input-error.js";
import { filesOfSite } from "../site.js";
import { type Element, elementsOfHtml, elementsOfXml } from "./elements.js";
import { type Needs, needsOf } from "./needs.js";
import { merged, missing, policyOf } from "./policy.js";

export interface Page {
  /** The path of its file. */
  readonly file: string;
  readonly needs: Needs;
}

/** A rule of `headers`. */
export interface PolicyRule {
  readonly for: string | readonly string[];
  readonly set: { readonly "Content-Security-Policy": string };
}

/** HTML, and XML that browsers show as pages. */
const HTML = /\.html?$/i;
const XHTML = /\.xht(?:ml)?$/i;
const SVG = /\.svg$/i;

export function pagesOf(folder: string): Page[] {
  const files = filesOfSite(folder);
  const known = new Set(files);
  const read = (path: string): string | undefined => (known.has(path) ? decoded(bytesOf(folder, path)) : undefined);
  const documentOf = (file: string, elementsOf: (text: string) => Element[]) => ({ file, ...needsOf(elementsOf(read(file)!), file, read) });
  const pages = files.flatMap((file) => (HTML.test(file) ? [documentOf(file, elementsOfHtml)] : XHTML.test(file) ? [documentOf(file, elementsOfXml)] : []));
  const opened = new Set(pages.flatMap((page) => [...page.opened]));
  // The policy of an image does not count: only of one that is opened, or that has scripts, which is made for that.
  const drawings = files.filter((file) => SVG.test(file)).map((file) => documentOf(file, elementsOfXml));
  return [...pages, ...drawings.filter(({ file, needs }) => opened.has(file) || needs.has("script-src"))];
}

function bytesOf(folder: string, path: string): Buffer {
  const file = join(folder, decodeURIComponent(path));
  try {
    return readFileSync(file);
  } catch (error) {
    throw systemError(file, error);
  }
}

/** The URLs that lead to a page, its own name among them. */
export function urlsOf(file: string): string[] {
  if (!HTML.test(file)) return [file];
  const page = file.replace(/\.html?$/i, "");
  const folder = page.replace(/\/index$/, "");
  return folder === page ? [page, file] : [folder === "" ? "/" : folder, file];
}

/** A page that stands for what is not there has the URL of anything. */
const ANYWHERE = /^\/(?:[45]\d\d|200)(?:\/index)?\.html?$/i;

/**
 * One rule for all paths, with what most pages need and those that have any URL; then a rule for each group of pages that needs
 * something else. A response without a page has the first, which does no harm.
 */
export function rulesOf(pages: readonly Page[]): PolicyRule[] {
  const anywhere = pages.filter(({ file }) => ANYWHERE.test(file));
  const [most = [], ...others] = groupsOf(pages.filter((page) => !anywhere.includes(page) && !SVG.test(page.file)));
  const general = policyOf(merged([...most, ...anywhere].map(({ needs }) => needs)));
  others.push(...groupsOf(pages.filter(({ file, needs }) => SVG.test(file) && missing(needs, general).length > 0)));
  const inGroup = (group: readonly Page[]): PolicyRule => ({ for: patternsOf(group, pages), set: { "Content-Security-Policy": policyOf(group[0]!.needs) } });
  return [{ for: "/*", set: { "Content-Security-Policy": general } }, ...others.map(inGroup)];
}

/** By what they need, the largest first. */
function groupsOf(pages: readonly Page[]): Page[][] {
  const groups = new Map<string, Page[]>();
  for (const page of pages) {
    const policy = policyOf(page.needs);
    groups.set(policy, [...(groups.get(policy) ?? []), page]);
  }
  return [...groups.values()].sort((one, other) => other.length - one.length);
}

/** A folder where it holds these pages and no others, else their URLs. */
function patternsOf(group: readonly Page[], pages: readonly Page[]): string | string[] {
  const [first] = group as [Page];
  const folders = first.file.split("/").slice(1, -1).map((_, depth, names) => `/${names.slice(0, depth + 1).join("/")}/`);
  const isWhole = (folder: string): boolean => pages.filter(({ file }) => file.startsWith(folder)).length === group.length && group.every(({ file }) => file.startsWith(folder));
  const whole = group.length > 1 ? folders.find(isWhole) : undefined;
  return whole === undefined ? group.flatMap(({ file }) => urlsOf(file).map(literal)) : `${literal(whole)}*`;
}

/** What means more in a pattern. */
function literal(path: string): string {
  return path.replace(/[:*]/g, "{$&}");
}
