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
