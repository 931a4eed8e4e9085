/** What a page says of itself: title, canonical address, and where it links to. */
import { type DefaultTreeAdapterMap, parse } from "parse5";
import type { PageFacts } from "./item.js";

type Node = DefaultTreeAdapterMap["node"];

const MAX_TITLE = 200;

export interface Page extends PageFacts {
  /** Absolute addresses, without fragments. */
  readonly links: readonly string[];
}

export function readPage(html: string, address: string): Page {
  let title: string | undefined;
  let canonical: string | undefined;
  let noindex = false;
  let base = address;
  const links = new Set<string>();
  const open: Node[] = [parse(html, { scriptingEnabled: false })];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if ("tagName" in node) {
      const attribute = (name: string): string | undefined => node !== undefined && "attrs" in node ? node.attrs.find((each) => each.name === name)?.value : undefined;
      const href = attribute("href");
      if (node.tagName === "title" && title === undefined) title = textOf(node).replace(/\s+/g, " ").trim().slice(0, MAX_TITLE);
      else if (node.tagName === "base" && href !== undefined) base = resolved(href, address) ?? base;
      else if (node.tagName === "link" && /\bcanonical\b/i.test(attribute("rel") ?? "") && href !== undefined) canonical ??= resolved(href, base);
      else if (node.tagName === "meta" && /^robots$/i.test(attribute("name") ?? "") && /\bnoindex\b/i.test(attribute("content") ?? "")) noindex = true;
      else if (node.tagName === "a" && href !== undefined) {
        const link = resolved(href, base);
        if (link !== undefined) links.add(link);
      }
    }
    // In the order of the document: the last one is taken first.
    if ("childNodes" in node) for (let at = node.childNodes.length - 1; at >= 0; at--) open.push(node.childNodes[at]!);
  }
  return { title, canonical, noindex, links: [...links] };
}

function textOf(node: Node): string {
  return "childNodes" in node ? node.childNodes.map((child) => ("value" in child ? child.value : "")).join("") : "";
}

/** Without a fragment; nothing for what is not a page of the web. */
export function resolved(href: string, base: string): string | undefined {
  try {
    const url = new URL(href.trim(), base);
    url.hash = "";
    return /^https?:$/.test(url.protocol) ? url.href : undefined;
  } catch {
    return undefined;
  }
}
