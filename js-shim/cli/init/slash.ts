/** Whether the addresses of pages in folders end in a slash: what the pages themselves say of each other. */

/** `add`: they end in one; `remove`: they do not; `keep`: some do. */
export type Slash = "add" | "remove" | "keep";

/** A page would find nothing by these where its address had no slash. */
const RELATIVE = /\s(?:src|href)\s*=\s*["']?(?![/#?"']|[a-z][a-z0-9+.-]*:)[^\s"'>]/i;
const CANONICAL = /<link\b(?=[^>]*\brel\s*=\s*["']?canonical\b)[^>]*?\bhref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/gi;
const LOCATION = /<loc>\s*([^<\s]+)/gi;
const LINK = /<a\b[^>]*?\shref\s*=\s*(?:"(\/[^"]*)"|'(\/[^']*)'|(\/[^\s"'>]*))/gi;

/**
 * @param folders addresses of pages in folders, without the slash
 * @param pages the text of pages
 * @param sitemaps the text of sitemaps
 */
export function slashOf(folders: ReadonlySet<string>, pages: readonly string[], sitemaps: readonly string[]): Slash {
  const canonical = [...pages.flatMap((page) => targetsIn(page, CANONICAL)), ...sitemaps.flatMap((text) => targetsIn(text, LOCATION))];
  const said = judge(canonical, folders);
  if (said !== undefined) return said;
  // Who writes links by hand may leave the slash to the server.
  return pages.some((page) => RELATIVE.test(page)) ? "add" : (judge(pages.flatMap((page) => targetsIn(page, LINK)), folders) ?? "add");
}

function targetsIn(text: string, form: RegExp): string[] {
  return [...text.matchAll(form)].map(([, ...targets]) => targets.find((target) => target !== undefined) ?? "");
}

/** What targets say that name one of the pages. */
function judge(targets: readonly string[], folders: ReadonlySet<string>): Slash | undefined {
  const paths = targets.filter((target) => !target.startsWith("//") && URL.canParse(target, BASE)).map((target) => new URL(target, BASE).pathname);
  const withSlash = paths.some((path) => path.endsWith("/") && folders.has(path.slice(0, -1)));
  const without = paths.some((path) => folders.has(path));
  return withSlash && without ? "keep" : withSlash ? "add" : without ? "remove" : undefined;
}

const BASE = "http://localhost";
