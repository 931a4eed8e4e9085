/** What each object of a bucket should say of itself. */
import { lookup } from "mrmime";
import { hashedFiles } from "../hashed.js";
import { beginning, isText as headIsText, matches } from "./choice.js";
import { type Coding, CODINGS, SUFFIX } from "./coding.js";
import type { Sizes } from "./manifest.js";
import { extension, isUtf8, type Name, shown, systemPath, utf8 } from "./name.js";
import type { FileProblem } from "./problem.js";

/** Headers of an object. */
export interface Metadata {
  readonly name: Name;
  readonly contentType: string;
  readonly contentEncoding?: Coding;
  readonly cacheControl: string;
}

/** `--cache-control`: a pattern and what holds for it. */
export interface CacheRule {
  readonly pattern: string;
  readonly value: string;
}

const IMMUTABLE = "public, max-age=31536000, immutable";
/** Kept, but asked for again each time: what Netlify and Cloudflare Pages say by default. */
const REVALIDATED = "public, max-age=0, must-revalidate";

/** Where the table of the rule `precompressed` differs from the library: both must say the same. */
const TYPES: Record<string, string> = {
  atom: "application/atom+xml",
  eot: "application/vnd.ms-fontobject",
  ico: "image/vnd.microsoft.icon",
  ics: "text/calendar",
  rss: "application/rss+xml",
  toml: "application/toml",
  xml: "application/xml",
  yaml: "application/yaml",
  yml: "application/yaml",
};

/** Variants in front, pages last: no page is there before what it asks for. */
export function metadataOf(names: readonly Name[], files: ReadonlyMap<Name, Sizes>, folder: string, rules: readonly CacheRule[]): { readonly objects: Metadata[]; readonly problems: FileProblem[] } {
  const problems: FileProblem[] = [];
  const originalOf = (name: Name) => {
    const coding = CODINGS.find((it) => name.endsWith(SUFFIX[it]) && files.get(name.slice(0, -SUFFIX[it].length))?.[it] !== undefined);
    return { coding, original: coding === undefined ? name : name.slice(0, -SUFFIX[coding].length) };
  };
  const hashed = hashedFiles([...new Set(names.map((name) => originalOf(name).original))]);
  const objects = names.flatMap((name): Metadata[] => {
    if (!isUtf8(Buffer.from(name, "latin1"))) {
      problems.push({ file: shown(name), message: "cannot be uploaded to S3: keys are UTF-8" });
      return [];
    }
    const { coding, original } = originalOf(name);
    const encoding = coding === undefined ? {} : { contentEncoding: coding };
    return [{ name, contentType: typeOf(original, folder), ...encoding, cacheControl: cacheControl(original, rules, hashed) }];
  });
  const rank = ({ name, contentType, contentEncoding }: Metadata) => `${contentType.startsWith("text/html") ? 1 : 0}${contentEncoding === undefined ? 1 : 0}${name}`;
  objects.sort((one, other) => (rank(one) < rank(other) ? -1 : 1));
  return { objects, problems };
}

/** Files without an extension whose type others have fixed, by their own names. */
const NAMED: Record<string, string> = { "apple-app-site-association": "application/json" };

function typeOf(name: Name, folder: string): string {
  const named = NAMED[name.slice(name.lastIndexOf("/") + 1)];
  if (named !== undefined) return named;
  const type = TYPES[extension(name)] ?? lookup(extension(name));
  const isText = headIsText(beginning(systemPath(folder, name)).head);
  if (type === undefined) return isText ? "text/plain; charset=utf-8" : "application/octet-stream";
  return type.startsWith("text/") && isText ? `${type}; charset=utf-8` : type;
}

function cacheControl(name: Name, rules: readonly CacheRule[], hashed: ReadonlySet<Name>): string {
  return rules.find(({ pattern }) => matches(pattern, name))?.value ?? (hashed.has(name) ? IMMUTABLE : REVALIDATED);
}

export function json(objects: readonly Metadata[]): string {
  const listed = objects.map(({ name, ...headers }) => ({ key: utf8(name), ...headers }));
  return `${JSON.stringify(listed, null, 2)}\n`;
}
