/** The addresses of a sitemap (https://www.sitemaps.org/protocol.html): of a file or of a site, also of an index of sitemaps. */
import { readFileSync } from "node:fs";
import { InputError, systemError } from "../input-error.js";
import { Client } from "./client.js";
import { resolved } from "./page.js";
import { unpacked } from "./unpacked.js";

/** The protocol's own limits are 50,000 addresses and 50 MB a file. */
const MAX_BYTES = 50 * 1024 * 1024;
const MAX_ADDRESSES = 1_000_000;
const MAX_FILES = 1_000;

export function isAddress(name: string): boolean {
  return /^https?:\/\//i.test(name);
}

export async function readSitemap(name: string, client: Client): Promise<string[]> {
  const found = new Set<string>();
  const open = [name];
  const seen = new Set(open);
  for (let at = open.shift(); at !== undefined; at = open.shift()) {
    const text = isAddress(at) ? await client.text(at, MAX_BYTES) : textOfFile(at);
    const isIndex = /<(?:\w+:)?sitemapindex[\s>]/.test(text);
    const addresses = locations(text);
    if (addresses.length === 0 && at === name) throw new InputError("holds no <loc> with an address", { where: name, help: "name a sitemap, such as sitemap.xml" });
    for (const address of addresses) {
      if (!isIndex) found.add(address);
      else if (!seen.has(address) && seen.size < MAX_FILES) {
        seen.add(address);
        open.push(address);
      }
      if (found.size >= MAX_ADDRESSES) return [...found];
    }
  }
  return [...found];
}

/** The pages of a sitemap as the files that a site would have for them, whoever serves it. */
export async function filesOfSitemap(name: string): Promise<string[]> {
  const addresses = await readSitemap(name, new Client({ concurrency: 1, timeout: 20_000, retries: 2, delay: 0 }));
  return addresses.map((address) => {
    const { pathname } = new URL(address);
    if (pathname.endsWith("/")) return `${pathname}index.html`;
    return /\.\w+$/.test(pathname) ? pathname : `${pathname}.html`;
  });
}

const LOCATION = /<(?:\w+:)?loc\s*>\s*(?:<!\[CDATA\[)?([^<\]]*)/g;
const ENTITIES: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

function locations(text: string): string[] {
  const found: string[] = [];
  for (const [, written = ""] of text.matchAll(LOCATION)) {
    const address = written.trim().replace(/&(?:(amp|lt|gt|quot|apos)|#(\d{1,7})|#x([0-9a-f]{1,6}));/gi, (whole, name?: string, decimal?: string, hex?: string) => {
      if (name !== undefined) return ENTITIES[name.toLowerCase()] ?? whole;
      const code = decimal === undefined ? Number.parseInt(hex!, 16) : Number(decimal);
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    });
    if (isAddress(address) && resolved(address, address) !== undefined) found.push(address);
  }
  return found;
}

function textOfFile(file: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    throw systemError(file, error);
  }
  return unpacked(bytes, MAX_BYTES, file);
}
