/** Elements, with text that is always text. */

export function id<E extends HTMLElement = HTMLElement>(name: string): E {
  const element = document.getElementById(name);
  if (element === null) throw new Error(`there is no #${name}`);
  return element as E;
}

export function el<K extends keyof HTMLElementTagNameMap>(tag: K, properties: Partial<HTMLElementTagNameMap[K]> = {}, ...children: (Node | string | undefined)[]): HTMLElementTagNameMap[K] {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children.filter((child) => child !== undefined));
  return element;
}

export function fill(element: HTMLElement, children: readonly Node[]): void {
  element.replaceChildren(...children);
}

/** Rows of a name and what belongs to it. */
export function table(rows: readonly (readonly [name: string, ...content: (Node | string)[]])[], none = ""): Node {
  if (rows.length === 0) return el("p", { className: "quiet" }, none);
  return el("table", {}, el("tbody", {}, ...rows.map(([name, ...content]) => el("tr", {}, el("th", { scope: "row" }, name), el("td", {}, ...content)))));
}

/** What is shown at a click. */
export function more(title: string, ...content: Node[]): HTMLElement {
  return el("details", {}, el("summary", {}, title), ...content);
}

/** What was there, and what is there now. */
export function difference(before: string | undefined, after: string | undefined): Node[] {
  return [...(before === undefined ? [] : [el("del", {}, before)]), ...(after === undefined ? [] : [el("ins", {}, after)])];
}
