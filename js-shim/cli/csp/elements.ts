/** The elements of a document in its order: of HTML, and of XML, which SVG and XHTML are. */
import { type DefaultTreeAdapterMap, parse } from "parse5";
import { parser as createParser, type QualifiedAttribute, type QualifiedTag } from "sax";

type Node = DefaultTreeAdapterMap["node"];

export interface Element {
  /** Without a prefix. */
  readonly tag: string;
  readonly isSvg: boolean;
  /** By their names without prefixes: `xlink:href` is `href` where there is no other. */
  readonly attributes: ReadonlyMap<string, string>;
  /** What stands in it directly. */
  readonly text: string;
}

const SVG = "http://www.w3.org/2000/svg";
const KNOWN = new Set([SVG, "http://www.w3.org/1999/xhtml", "http://www.w3.org/1998/Math/MathML"]);

/** Those in templates too, and those that are there without scripts alone. */
export function elementsOfHtml(html: string): Element[] {
  const elements: Element[] = [];
  const open: Node[] = [parse(html, { scriptingEnabled: false })];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    const children = "childNodes" in node ? node.childNodes : [];
    if ("tagName" in node) {
      const text = children.map((child) => ("value" in child ? child.value : "")).join("");
      const attributes = new Map<string, string>();
      for (const { name, prefix, value } of node.attrs) if (!prefix || !attributes.has(name)) attributes.set(name, value);
      elements.push({ tag: node.tagName, isSvg: (node.namespaceURI as string) === SVG, attributes, text });
    }
    // In the order of the document: the last one is taken first.
    for (let at = children.length - 1; at >= 0; at--) open.push(children[at]!);
    if ("content" in node) open.push(node.content);
  }
  return elements;
}

/** As far as it can be read: browsers show what stands before a mistake. */
export function elementsOfXml(xml: string): Element[] {
  const elements: { tag: string; isSvg: boolean; attributes: Map<string, string>; text: string }[] = [];
  const open: ((typeof elements)[number] | undefined)[] = [];
  const parser = createParser(true, { xmlns: true, position: false });
  parser.onerror = () => {
    parser.error = null as unknown as Error;
  };
  parser.onprocessinginstruction = ({ name, body }) => {
    const href = /\bhref\s*=\s*(?:"([^"]*)"|'([^']*)')/.exec(body);
    const type = /\btype\s*=\s*["']text\/css["']/.test(body);
    if (name === "xml-stylesheet" && href !== null && type) elements.push({ tag: "link", isSvg: false, attributes: new Map([["rel", "stylesheet"], ["href", href[1] ?? href[2]!]]), text: "" });
  };
  parser.onopentag = (tag) => {
    const { local, uri, attributes: given } = tag as QualifiedTag;
    const attributes = new Map<string, string>();
    for (const { local, prefix, value } of Object.values(given) as QualifiedAttribute[]) if (prefix === "" || (prefix !== "xmlns" && !attributes.has(local))) attributes.set(local, value);
    const element = KNOWN.has(uri) ? { tag: local, isSvg: uri === SVG, attributes, text: "" } : undefined;
    open.push(element);
    if (element !== undefined) elements.push(element);
  };
  parser.onclosetag = () => void open.pop();
  parser.ontext = parser.oncdata = (text) => {
    const element = open.at(-1);
    if (element !== undefined) element.text += text;
  };
  parser.write(xml.replace(/\r\n?/g, "\n")).close();
  return elements;
}
