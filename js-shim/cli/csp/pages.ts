/** The pages of a built site, and rules that give each of them the policy that it needs. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { systemError } from "../input-error.js";
import { filesOfSite } from "../site.js";
import { type Needs, needsOf } from "./needs.js";
import { merged, policyOf } from "./policy.js";

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

export function pagesOf(folder: string): Page[] {
  const files = filesOfSite(folder);
  const known = new Set(files);
  const read = (path: string): string | undefined => (known.has(path) ? textOf(folder, path) : undefined);
  return files.filter((file) => /\.html?$/i.test(file)).map((file) => ({ file, needs: needsOf(textOf(folder, file), file, read) }));
}

function textOf(folder: string, path: string): string {
  const file = join(folder, decodeURIComponent(path));
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw systemError(file, error);
  }
}

/** The URLs that lead to a page, its own name among them. */
export function urlsOf(file: string): string[] {
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
  const groups = new Map<string, Page[]>();
  for (const page of pages.filter((page) => !anywhere.includes(page))) {
    const policy = policyOf(page.needs);
    groups.set(policy, [...(groups.get(policy) ?? []), page]);
  }
  const [most = [], ...others] = [...groups.values()].sort((one, other) => other.length - one.length);
  const general = policyOf(merged([...most, ...anywhere].map(({ needs }) => needs)));
  const inGroup = (group: readonly Page[]): PolicyRule => ({ for: patternsOf(group, pages), set: { "Content-Security-Policy": policyOf(group[0]!.needs) } });
  return [{ for: "/*", set: { "Content-Security-Policy": general } }, ...others.map(inGroup)];
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
