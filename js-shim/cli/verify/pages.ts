/** The pages of the new site, for suggestions and for what exists: from its folder, or a sitemap. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { filesOfSite } from "../site.js";
import { Suggester } from "../suggest.js";
import { isPage } from "../traffic/address.js";
import type { Client } from "./client.js";
import { pathOf } from "./judge.js";
import { readPage } from "./page.js";
import { readSitemap } from "./sitemap.js";

/** More titles than this are not read. */
const MAX_TITLES = 20_000;

/** The address of a page by its file: `/a/index.html` is `/a/`. */
export function addressOf(file: string): string {
  return file.replace(/(^|\/)index\.html?$/i, "$1");
}

export async function suggesterOf(site: string | undefined, sitemap: string | undefined, client: Client): Promise<Suggester> {
  const titles = new Map<string, string>();
  const files = site === undefined ? [] : filesOfSite(site).filter(isPage);
  for (const file of files.slice(0, MAX_TITLES)) {
    const { title } = readPage(readFileSync(join(site!, decodeURIComponent(file)), "utf8"), `https://example.org${file}`);
    if (title !== undefined) titles.set(addressOf(file), title);
  }
  const mapped = sitemap === undefined ? [] : await readSitemap(sitemap, client);
  return new Suggester(new Set([...files.map(addressOf), ...mapped.map(pathOf)]), titles);
}
