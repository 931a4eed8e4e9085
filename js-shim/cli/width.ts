/** How many columns of a terminal a text takes. */
import type stringWidth from "string-width";

const ONE_COLUMN_EACH = /^[\x20-\x7e]*$/;
let exact: typeof stringWidth | undefined;

/** The library has tables of all of Unicode, and takes longer to start than most commands to run: only what needs it loads it. */
export function widthOf(text: string): number {
  if (ONE_COLUMN_EACH.test(text)) return text.length;
  exact ??= (require("string-width") as { default: typeof stringWidth }).default;
  return exact(text);
}
