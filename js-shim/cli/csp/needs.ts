/** What one page loads and runs, as sources of a Content-Security-Policy (CSP Level 3, §6.1 and §8.4). */
import { createHash } from "node:crypto";
import { type DefaultTreeAdapterMap, parse, parseFragment } from "parse5";

type Node = DefaultTreeAdapterMap["node"];
type Element = DefaultTreeAdapterMap["element"];

/** Sources by the directive that they belong to. */
export type Needs = Map<Directive, Set<string>>;

export type Directive =
  | "script-src" | "style-src" | "img-src" | "font-src" | "connect-src" | "media-src" | "frame-src" | "object-src" | "manifest-src" | "form-action" | "base-uri";

/** Reads a file of the site by its path, where it has one. */
export type Read = (path: string) => string | undefined;

/** A host that no site has: what is resolved to it is the site's own. */
const SELF = "https://site.invalid";

/** Elements, the attribute that names what they load, and the directive for it. */
const LOADED: readonly (readonly [tag: string, attribute: string, directive: Directive])[] = [
  ["script", "src", "script-src"], ["img", "src", "img-src"], ["image", "href", "img-src"], ["input", "src", "img-src"], ["video", "poster", "img-src"],
  ["audio", "src", "media-src"], ["video", "src", "media-src"], ["source", "src", "media-src"], ["track", "src", "media-src"],
  ["iframe", "src", "frame-src"], ["frame", "src", "frame-src"], ["object", "data", "object-src"], ["embed", "src", "object-src"],
  ["form", "action", "form-action"], ["button", "formaction", "form-action"], ["input", "formaction", "form-action"], ["base", "href", "base-uri"],
];
/** `rel` of a link, and the directive for what it leads to. */
const LINKS: Record<string, Directive> = { stylesheet: "style-src", modulepreload: "script-src", icon: "img-src", "apple-touch-icon": "img-src", "mask-icon": "img-src", manifest: "manifest-src" };
/** `as` of a preload. */
const PRELOADS: Record<string, Directive> = { script: "script-src", style: "style-src", image: "img-src", font: "font-src", fetch: "connect-src", video: "media-src", audio: "media-src", track: "media-src", document: "frame-src" };
/** What runs, or says what does (HTML, "the script element"); anything else is data. */
const RUNS = /^(?:|module|importmap|speculationrules|(?:text|application)\/(?:x-)?(?:java|ecma)script|text\/(?:javascript1\.[0-5]|jscript|livescript))$/i;
/** Between candidates of `srcset` (HTML, "parse a srcset attribute"): a comma may be a part of an address, and not of what follows it. */
const SRCSET = /,\s+|(?<=\s[\d.]+[wxh]),/;
const FONT = /\.(?:woff2?|ttf|otf|eot)(?:[?#]|$)/i;

/** @param path the page's own, from the root of the site */
export function needsOf(html: string, path: string, read: Read): Needs {
  const needs = new PageNeeds(path, read);
  needs.walk(parse(html, { scriptingEnabled: false }));
  return needs.found;
}

class PageNeeds {
  readonly found: Needs = new Map();
  private base: string;
  private readonly read: Read;
  private readonly seen = new Set<string>();

  constructor(path: string, read: Read) {
    this.base = `${SELF}${path}`;
    this.read = read;
  }

  walk(node: Node): void {
    if ("tagName" in node) this.element(node);
    if ("content" in node) this.walk(node.content);
    if ("childNodes" in node) for (const child of node.childNodes) this.walk(child);
  }

  private element(element: Element): void {
    const { tagName } = element;
    const attributes = new Map(element.attrs.map(({ name, value }) => [name, value]));
    const of = (name: string): string => attributes.get(name)?.trim() ?? "";
    // The first base alone counts, for what comes after it.
    if (tagName === "base" && of("href") !== "") this.base = resolved(of("href"), this.base)?.href ?? this.base;
    for (const [tag, attribute, directive] of LOADED) if (tag === tagName) this.url(directive, of(attribute));
    for (const name of ["srcset", "imagesrcset"]) for (const each of of(name).split(SRCSET)) this.url("img-src", each.trim().split(/\s+/)[0]!);
    if (tagName === "link") this.link(of("rel").toLowerCase(), of("as").toLowerCase(), of("href"));
    if (tagName === "script" && !attributes.has("src") && RUNS.test(of("type"))) this.inline("script-src", textOf(element));
    if (tagName === "style") this.inline("style-src", textOf(element), true);
    if (of("srcdoc") !== "") this.walk(parseFragment(attributes.get("srcdoc")!));
    for (const [name, value] of attributes) {
      if (/^on[a-z]+$/.test(name)) this.attribute("script-src", value);
      if (name === "style" && value.trim() !== "") this.attribute("style-src", value, true);
      if (/^\s*javascript:/i.test(value) && /^(?:href|src|action|formaction)$/.test(name)) this.attribute("script-src", value.trim().slice("javascript:".length));
    }
  }

  private link(rel: string, as: string, href: string): void {
    for (const word of rel.split(/\s+/)) {
      const directive = word === "preload" ? PRELOADS[as] : LINKS[word];
      if (directive === undefined) continue;
      this.url(directive, href);
      if (word === "stylesheet") this.stylesheet(href, this.base);
    }
  }

  private inline(directive: Directive, text: string, css = false): void {
    if (text !== "") this.add(directive, hashOf(text));
    if (css) this.css(text, this.base);
  }

  /** Code in an attribute needs its hash, and a word that lets hashes count there. */
  private attribute(directive: Directive, text: string, css = false): void {
    this.add(directive, "'unsafe-hashes'");
    this.inline(directive, text, css);
  }

  /** A stylesheet of the site itself, and what it leads to. */
  private stylesheet(href: string, base: string): void {
    const url = resolved(href, base);
    if (url?.origin !== SELF || this.seen.has(url.pathname)) return;
    this.seen.add(url.pathname);
    const text = this.read(url.pathname);
    if (text !== undefined) this.css(text, url.href);
  }

  private css(text: string, base: string): void {
    const plain = text.replace(/\/\*[^]*?\*\//g, " ");
    for (const [, quoted, bare] of plain.matchAll(/@import\s+(?:url\(\s*)?(?:["']([^"']+)["']|([^"')\s;]+))/gi)) {
      const href = quoted ?? bare!;
      this.url("style-src", href, base);
      this.stylesheet(href, base);
    }
    const fonts = (plain.match(/@font-face\s*\{[^}]*\}/gi) ?? []).join("");
    const others = plain.replace(/@font-face\s*\{[^}]*\}|@import[^;]*;/gi, "");
    for (const [directive, part] of [["font-src", fonts], ["img-src", others]] as const) {
      for (const [, double, single, bare] of part.matchAll(/\burl\(\s*(?:"([^"]*)"|'([^']*)'|([^"')\s]*))\s*\)/gi)) {
        const href = double ?? single ?? bare ?? "";
        this.url(FONT.test(href) ? "font-src" : directive, href, base);
      }
    }
  }

  private url(directive: Directive, href: string, base = this.base): void {
    if (href === "" || href.startsWith("#") || /^(?:javascript|about):/i.test(href)) return;
    const url = resolved(href, base);
    if (url === undefined) return;
    this.add(directive, url.origin === SELF ? "'self'" : /^https?:$/.test(url.protocol) ? url.origin : url.protocol);
  }

  private add(directive: Directive, source: string): void {
    const sources = this.found.get(directive) ?? new Set();
    this.found.set(directive, sources.add(source));
  }
}

function resolved(href: string, base: string): URL | undefined {
  try {
    return new URL(href, base);
  } catch {
    // A browser loads nothing then.
    return undefined;
  }
}

function textOf({ childNodes }: Element): string {
  return childNodes.map((node) => ("value" in node ? node.value : "")).join("");
}

/** CSP Level 3 §6.7.2.2: of the text as it is in the document. */
export function hashOf(text: string): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}
