/** Text from outside in XML and HTML, between tags or in an attribute: nothing in it is markup, and nothing steers a terminal. */
import { printable } from "./printable.js";

const ESCAPES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;", "\n": "&#10;" };

export function xml(text: string): string {
  return text.split("\n").map(printable).join("\n").replace(/[&<>"'\n]/g, (character) => ESCAPES[character]!);
}
