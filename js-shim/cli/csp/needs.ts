/** What one document loads and runs, as sources of a Content-Security-Policy (CSP Level 3, §6.1 and §8.4). */
import { createHash } from "node:crypto";
import { loadsOf } from "./css.js";
import { type Element, elementsOfHtml } from "./elements.js";
import { addressesOf, importsOf, isAddress } from "./imports.js";

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
  ["img", "src", "img-src"], ["image", "href", "img-src"], ["feImage", "href", "img-src"], ["video", "poster", "img-src"],
  ["body", "background", "img-src"], ["table", "background", "img-src"], ["thead", "background", "img-src"], ["tbody", "background", "img-src"],
  ["tfoot", "background", "img-src"], ["tr", "background", "img-src"], ["td", "background", "img-src"], ["th", "background", "img-src"],
  ["audio", "src", "media-src"], ["video", "src", "media-src"], ["source", "src", "media-src"], ["track", "src", "media-src"],
  ["iframe", "src", "frame-src"], ["frame", "src", "frame-src"], ["object", "data", "object-src"], ["embed", "src", "object-src"],
  ["form", "action", "form-action"], ["button", "formaction", "form-action"], ["input", "formaction", "form-action"],
];
/** Where a document of the site is opened, by itself or in a page. */
const OPENED: readonly (readonly [tag: string, attribute: string])[] = [["iframe", "src"], ["frame", "src"], ["object", "data"], ["embed", "src"], ["a", "href"], ["area", "href"]];
/** Attributes whose `javascript:` runs, where they lead somewhere. */
const LEADING = /^(?:href|src|data|action|formaction)$/;
/** Elements that load what the same attributes name, and run nothing of it. */
const NOT_LEADING = /^(?:link|base|img|image|script|audio|video|source|track|feImage)$/;
/** `rel` of a link, and the directive for what it leads to. */
const LINKS: Record<string, Directive> = {
  stylesheet: "style-src", icon: "img-src", "apple-touch-icon": "img-src", "apple-touch-icon-precomposed": "img-src", "mask-icon": "img-src", manifest: "manifest-src", "compression-dictionary": "connect-src",
};
/** `as` of a preload. */
const PRELOADS: Record<string, Directive> = { script: "script-src", style: "style-src", image: "img-src", font: "font-src", fetch: "connect-src", json: "connect-src", video: "media-src", audio: "media-src", track: "media-src", document: "frame-src" };
/** What runs, or says what does (HTML, "the script element"); anything else is data. */
const RUNS = /^(?:|module|importmap|speculationrules|(?:text|application)\/(?:x-)?(?:java|ecma)script|text\/(?:javascript1\.[0-5]|jscript|livescript))$/i;
/** What an `<object>` shows as an image, and not as a document of its own. */
const PICTURE = /^image\/(?!svg)/i;
/** Between candidates of `srcset` (HTML, "parse a srcset attribute"): a comma may be a part of an address, and not of what follows it. */
const SRCSET = /,\s+|(?<=\s[\d.]+[wxh]),/;

export interface DocumentNeeds {
  readonly needs: Needs;
  /** Paths of the site that it opens or shows as documents. */
  readonly opened: ReadonlySet<string>;
}

/** @param path the document's own, from the root of the site */
export function needsOf(elements: readonly Element[], path: string, read: Read): DocumentNeeds {
  const found = new Found(path, read);
  found.document(elements);
  found.hints();
  return { needs: found.needs, opened: found.opened };
}

class Found {
  readonly needs: Needs = new Map();
  readonly opened = new Set<string>();
  private base: string;
  private readonly read: Read;
  /** Files of the site that are read already. */
  private readonly seen = new Set<string>();
  /** Origins of what is fetched ahead. */
  private readonly ahead = new Set<string>();

  constructor(path: string, read: Read) {
    this.base = `${SELF}${path}`;
    this.read = read;
  }

  document(elements: readonly Element[]): void {
    const outer = this.base;
    let based = false;
    for (const element of elements) {
      const href = element.tag === "base" ? element.attributes.get("href") : undefined;
      // The first base alone counts, for what comes after it.
      if (href !== undefined && !based) {
        this.url("base-uri", href, outer);
        this.base = resolved(href, outer)?.href ?? outer;
        based = true;
      }
      this.element(element);
    }
    this.base = outer;
  }

  /** A prefetch passes where any directive takes it (§4.1, "Does resource hint request violate policy?"). */
  hints(): void {
    const named = new Set([...this.needs.values()].flatMap((sources) => [...sources]));
    for (const source of this.ahead) if (!named.has(source)) this.add("connect-src", source);
  }

  private element({ tag, isSvg, attributes, text }: Element): void {
    const of = (name: string): string => attributes.get(name)?.trim() ?? "";
    for (const [name, attribute, directive] of LOADED) if (name === tag) this.url(directive, of(attribute));
    for (const [name, attribute] of OPENED) if (name === tag) this.open(of(attribute));
    if (tag === "input" && of("type").toLowerCase() === "image") this.url("img-src", of("src"));
    // Pages, SVG and PDF are framed.
    if ((tag === "object" || tag === "embed") && !PICTURE.test(of("type"))) this.url("frame-src", of(tag === "object" ? "data" : "src"));
    if (tag === "a" || tag === "area") for (const ping of of("ping").split(/\s+/)) this.url("connect-src", ping);
    for (const name of ["srcset", "imagesrcset"]) for (const each of of(name).split(SRCSET)) this.url("img-src", each.trim().split(/\s+/)[0]!);
    if ((tag === "set" || tag === "animate") && /^(?:xlink:)?href$/.test(of("attributeName"))) for (const href of [of("to"), of("from"), ...of("values").split(";")]) this.url("img-src", href.trim());
    if (tag === "link") this.link(attributes);
    if (tag === "script") this.script(attributes, isSvg, text);
    if (tag === "style" && isCss(of("type"))) this.inline("style-src", text, true);
    if (tag === "iframe" && of("srcdoc") !== "") this.document(elementsOfHtml(attributes.get("srcdoc")!));
    for (const [name, value] of attributes) {
      if (/^on[a-z]+$/.test(name)) this.attribute("script-src", value);
      else if (name === "style") this.style(value);
      else if (LEADING.test(name) && !NOT_LEADING.test(tag)) this.leading(value);
      // `fill`, `mask`, `filter` and others hold values of CSS.
      else if (isSvg && /url\(/i.test(value)) this.css(value, this.base);
    }
  }

  private link(attributes: ReadonlyMap<string, string>): void {
    const of = (name: string): string => attributes.get(name)?.trim() ?? "";
    const href = of("href");
    const as = of("as").toLowerCase();
    for (const word of of("rel").toLowerCase().split(/\s+/)) {
      if (word === "prefetch" || word === "prerender") this.url(undefined, href);
      const directive = word === "preload" ? PRELOADS[as] : word === "modulepreload" ? (PRELOADS[as] ?? "script-src") : LINKS[word];
      if (directive === undefined || (word === "stylesheet" && !isCss(of("type")))) continue;
      this.url(directive, href);
      if (word === "stylesheet") this.stylesheet(href, this.base);
      if (word === "modulepreload" && directive === "script-src") this.module(href, this.base);
    }
  }

  private script(attributes: ReadonlyMap<string, string>, isSvg: boolean, text: string): void {
    const language = attributes.get("language");
    const type = (attributes.get("type") ?? (language ? `text/${language}` : "")).trim().toLowerCase();
    if (!RUNS.test(type)) return;
    const href = attributes.get(isSvg ? "href" : "src");
    if (href !== undefined) {
      // The others are read from their text alone.
      if (type === "importmap" || type === "speculationrules") return;
      this.url("script-src", href.trim());
      if (type === "module") this.module(href.trim(), this.base);
      return;
    }
    this.inline("script-src", text);
    if (type === "importmap") for (const address of addressesOf(text)) this.url("script-src", address);
    else if (type !== "speculationrules") this.imports(text, this.base);
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

  private style(value: string): void {
    if (value.trim() !== "") this.attribute("style-src", value, true);
  }

  /** The hash is of the whole URL (§4.2.4), where some browsers decode its escapes first. */
  private leading(value: string): void {
    const url = resolved(value, this.base);
    if (url?.protocol !== "javascript:") return;
    for (const text of new Set([url.href, unescaped(url.href)])) this.attribute("script-src", text);
  }

  private open(href: string): void {
    const url = resolved(href, this.base);
    if (url?.origin === SELF) this.opened.add(url.pathname);
  }

  /** A stylesheet of the site itself, and what it leads to. */
  private stylesheet(href: string, base: string): void {
    this.file(href, base, (text, url) => this.css(text, url));
  }

  /** A module of the site itself, and what it imports. */
  private module(href: string, base: string): void {
    this.file(href, base, (text, url) => this.imports(text, url));
  }

  private file(href: string, base: string, take: (text: string, url: string) => void): void {
    const url = resolved(href, base);
    if (url?.origin !== SELF || this.seen.has(url.pathname)) return;
    this.seen.add(url.pathname);
    const text = this.read(url.pathname);
    if (text !== undefined) take(text, url.href);
  }

  private css(text: string, base: string): void {
    for (const { kind, href } of loadsOf(text)) {
      this.url(kind === "style" ? "style-src" : kind === "font" ? "font-src" : "img-src", href, base);
      if (kind === "style") this.stylesheet(href, base);
    }
  }

  private imports(code: string, base: string): void {
    for (const specifier of importsOf(code).filter(isAddress)) {
      this.url("script-src", specifier, base);
      this.module(specifier, base);
    }
  }

  /** @param directive none for what is fetched ahead */
  private url(directive: Directive | undefined, href: string, base = this.base): void {
    if (href === "" || href.startsWith("#") || /^(?:javascript|about):/i.test(href)) return;
    const url = resolved(href, base);
    if (url === undefined) return;
    const source = url.origin === SELF ? "'self'" : /^(?:https?|wss?):$/.test(url.protocol) ? `${url.protocol}//${url.host}` : url.protocol;
    if (directive === undefined) this.ahead.add(source);
    else this.add(directive, source);
  }

  private add(directive: Directive, source: string): void {
    const sources = this.needs.get(directive) ?? new Set();
    this.needs.set(directive, sources.add(source));
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

/** What is of another type, such as `text/less`, is not applied. */
function isCss(type: string): boolean {
  return type === "" || /^text\/css\s*(?:;|$)/i.test(type);
}

/** Percent-escapes as text, and what is not UTF-8 as it is. */
function unescaped(url: string): string {
  return url.replace(/(?:%[0-9a-f]{2})+/gi, (escapes) => {
    try {
      return decodeURIComponent(escapes);
    } catch {
      return escapes;
    }
  });
}

/** CSP Level 3 §6.7.2.2: of the text as it is in the document. */
export function hashOf(text: string): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}
