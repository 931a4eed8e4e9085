/** Pages that an address may have been: the same file name, the same words, a close spelling. Suggestions, and nothing more. */
import { distance } from "fastest-levenshtein";

export interface Suggestion {
  readonly target: string;
  /** Up to 1. */
  readonly score: number;
}

interface Page {
  readonly path: string;
  readonly slug: string;
  readonly words: readonly string[];
}

/** Below this it is a guess. */
const MIN_SCORE = 0.5;
/** So many pages are compared with one address: whoever writes a log could make every page one of them. */
const MAX_COMPARED = 1_000;
/** Of a path or a title, as many words say what it is about. */
const MAX_WORDS = 12;
/** Longer ones are not pages that a person moved, and cost the square of their length. */
const MAX_PATH = 300;

const EXTENSION = /\.(?:html?|php\d?|aspx?|jsp|cfm|md)$/;
const SEPARATORS = /[^\p{L}\p{N}]+/gu;

/** Pages, by their words. */
export class Suggester {
  readonly #byWord = new Map<string, Page[]>();
  readonly #bySlug = new Map<string, Page[]>();

  /**
   * @param titles of some of the pages
   * @param asked the only addresses that will be asked for, if that is known: pages that share nothing with any are not kept
   */
  constructor(paths: Iterable<string>, titles: ReadonlyMap<string, string> = new Map(), asked?: readonly string[]) {
    const wanted = asked && new Set(asked.map(withoutQuery).flatMap((path) => (path.length > MAX_PATH ? [] : [slugOf(path), ...wordsOf(path)])));
    for (const path of paths) {
      if (path.length > MAX_PATH) continue;
      const page = { path, slug: slugOf(path), words: [...new Set([...wordsOf(path), ...wordsOf(titles.get(path) ?? "")])] };
      if (wanted !== undefined && !wanted.has(page.slug) && !page.words.some((word) => wanted.has(word))) continue;
      listed(this.#bySlug, page.slug, page);
      for (const word of page.words) listed(this.#byWord, word, page);
    }
  }

  /** The likeliest first. @param title of the old page, if it is known */
  suggest(asked: string, count = 3, title = ""): Suggestion[] {
    const path = withoutQuery(asked);
    if (path.length > MAX_PATH) return [];
    const slug = slugOf(path);
    const words = new Set([...wordsOf(path), ...wordsOf(title)]);
    // The words that fewest pages have say most.
    const lists = [slug === "" ? [] : (this.#bySlug.get(slug) ?? []), ...[...words].map((word) => this.#byWord.get(word) ?? []).sort((one, other) => one.length - other.length)];
    const candidates = new Set<Page>();
    for (const page of lists.flatMap((pages) => pages.slice(0, MAX_COMPARED))) if (candidates.size < MAX_COMPARED) candidates.add(page);
    return [...candidates]
      .map((page) => ({ target: page.path, score: scoreOf(slug, words, page) }))
      .filter(({ score, target }) => score >= MIN_SCORE && target !== path)
      .sort((one, other) => other.score - one.score || one.target.length - other.target.length || (one.target < other.target ? -1 : 1))
      .slice(0, count);
  }
}

function scoreOf(slug: string, words: ReadonlySet<string>, page: Page): number {
  let shared = 0;
  for (const word of words) if (page.words.includes(word)) shared++;
  const together = words.size + page.words.length - shared;
  const byWords = together === 0 ? 0 : shared / together;
  const longest = Math.max(slug.length, page.slug.length);
  // The distance is what takes long; it is no less than this.
  const least = Math.abs(slug.length - page.slug.length);
  if (of(longest, least, byWords) < MIN_SCORE) return 0;
  return of(longest, distance(slug, page.slug), byWords);
}

function of(longest: number, far: number, byWords: number): number {
  const bySlug = longest === 0 ? 0 : 1 - far / longest;
  return Math.round((0.6 * bySlug + 0.4 * byWords) * 100) / 100;
}

/** The name of the page, without what the server's language added, and without separators: `about-us` is `AboutUs`. */
function slugOf(path: string): string {
  const segments = plain(path).split("/").filter((segment) => segment !== "" && !/^index\b/.test(segment));
  return (segments.at(-1) ?? "").replace(EXTENSION, "").replace(SEPARATORS, "");
}

/** In the singular, as English has it mostly: `/page` may have become `/pages`. */
function wordsOf(text: string): string[] {
  const words = plain(text).replace(EXTENSION, "").split(SEPARATORS).filter((word) => word.length > 1 && word !== "index");
  return words.slice(0, MAX_WORDS).map((word) => (word.length > 3 && !word.endsWith("ss") ? word.replace(/s$/, "") : word));
}

function withoutQuery(path: string): string {
  return path.replace(/[?#].*$/s, "");
}

function plain(path: string): string {
  if (!path.includes("%")) return path.toLowerCase();
  try {
    return decodeURIComponent(path).toLowerCase();
  } catch {
    return path.toLowerCase();
  }
}

function listed(map: Map<string, Page[]>, key: string, page: Page): void {
  const pages = map.get(key);
  if (pages === undefined) map.set(key, [page]);
  else pages.push(page);
}
